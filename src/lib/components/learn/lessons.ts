// The lessons in their order. Another lesson is one row here and one component beside this file.

import type { Component } from 'svelte';

export interface Lesson {
  /** Its address below `/learn`. */
  readonly slug: string;
  readonly title: string;
  /** The one question it answers. */
  readonly question: string;
  /** Fetched when the lesson is opened. */
  readonly load: () => Promise<{ readonly default: Component }>;
}

export const lessons: readonly Lesson[] = [
  {
    slug: 'window',
    title: 'From every pixel to a window',
    question: 'Must every neuron see the whole picture?',
    load: () => import('./window/WindowLesson.svelte'),
  },
  {
    slug: 'features',
    title: 'Feature maps',
    question: 'What can a kernel find?',
    load: () => import('./features/FeaturesLesson.svelte'),
  },
  {
    slug: 'pooling',
    title: 'Pooling',
    question: 'Must a network know the exact place?',
    load: () => import('./pooling/PoolingLesson.svelte'),
  },
  {
    slug: 'network',
    title: 'The whole network',
    question: 'What does a network look like from picture to answer?',
    load: () => import('./network/NetworkLesson.svelte'),
  },
  {
    slug: 'race',
    title: 'The race',
    question: 'Must a network begin from nothing?',
    load: () => import('./race/RaceLesson.svelte'),
  },
  {
    slug: 'inside',
    title: 'Inside MobileNet',
    question: 'What does a network see that has seen a lot?',
    load: () => import('./inside/InsideLesson.svelte'),
  },
  {
    slug: 'next',
    title: 'Next step: a small board',
    question: 'Can it leave the browser?',
    load: () => import('./next/NextStepLesson.svelte'),
  },
];

/** A lesson with its place among the others; null when there is none of that name. */
export function lessonOf(slug: string | undefined) {
  const index = lessons.findIndex((lesson) => lesson.slug === slug);
  const lesson = lessons[index];
  if (!lesson) return null;
  return {
    lesson,
    number: index + 1,
    before: lessons[index - 1] ?? null,
    after: lessons[index + 1] ?? null,
  };
}
