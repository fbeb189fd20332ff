// What a person shows that is none of the classes, and what comes out of it. Pure counting.

import { verdictOf, type Prediction } from './prediction.ts';
import type { ClassId } from './project.ts';

export const unknownPrompts = ['empty', 'gesture', 'object'] as const;
export type UnknownPrompt = (typeof unknownPrompts)[number];

export const promptWords: Readonly<Record<UnknownPrompt, { title: string; text: string }>> = {
  empty: {
    title: 'Nothing',
    text: 'Step out of the picture, so that only the empty scene is there.',
  },
  gesture: {
    title: 'Something close',
    text: 'Make another gesture or face: one that must not be taken for yours.',
  },
  object: { title: 'Something else', text: 'Hold up a thing that is none of your classes.' },
};

/** One frame that was shown, unsmoothed. */
export interface ShownFrame {
  readonly prompt: UnknownPrompt;
  readonly prediction: Prediction;
}

export interface UnknownCount {
  readonly shown: number;
  /** Taken for one of the classes. */
  readonly accepted: number;
}

/** Frames that would be taken for a class at `threshold` (null: always). Naming one of `noneIds` turns a frame away too. */
export function countAccepted(
  frames: readonly ShownFrame[],
  threshold: number | null,
  noneIds: readonly ClassId[] = [],
): UnknownCount {
  const accepted = frames.filter(({ prediction }) => {
    const verdict = verdictOf(prediction, threshold);
    return verdict?.kind === 'class' && !noneIds.includes(verdict.classId);
  }).length;
  return { shown: frames.length, accepted };
}

const turnedAway = 0.95;

/**
 * The lowest limit, in whole per cent, that turns away 19 of 20 of the frames; null without frames that could be compared,
 * and where the frames are so like the samples that no limit can.
 */
export function suggestedLimit(frames: readonly ShownFrame[]): number | null {
  const cosines = frames
    .flatMap(({ prediction }) => prediction.largestCosine ?? [])
    .sort((a, b) => a - b);
  if (cosines.length === 0) return null;
  const largest = cosines[Math.ceil(turnedAway * cosines.length) - 1] ?? 1;
  const limit = (Math.floor(Math.max(0, largest) * 100) + 1) / 100;
  return limit < 1 ? limit : null;
}
