// One static page a lesson, and one for all addresses that no lesson has: hosts and the service worker answer with it.
import { lessons } from '#lib/components/learn/lessons.ts';
import type { EntryGenerator } from './$types';

export const entries: EntryGenerator = () => [
  ...lessons.map(({ slug }) => ({ lesson: slug })),
  { lesson: '404' },
];
