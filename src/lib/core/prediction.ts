// What a head says about one frame, and what is made of it: the winner, *none of these*, smoothing over time.

import type { ClassId } from './project.ts';

/** The answer of one `classify` round trip. `probabilities[i]` belongs to `classIds[i]` and they sum to 1. */
export interface Prediction {
  readonly classIds: readonly ClassId[];
  readonly probabilities: Float32Array;
  /** Largest cosine between the features of the frame and of a training sample (`learning/features.ts`), in [−1, 1]; null when the head came without samples. */
  readonly largestCosine: number | null;
  readonly timing: FrameTiming;
  /** The frame's embedding [D]; only when it was asked for. */
  readonly embedding?: Float32Array;
}

export interface FrameTiming {
  /** Picture → input tensor. */
  readonly preprocessMs: number;
  /** Input tensor → embedding. */
  readonly embedMs: number;
  /** Embedding → probabilities and largest cosine. */
  readonly predictMs: number;
}

export type Verdict =
  | { readonly kind: 'class'; readonly classId: ClassId; readonly probability: number }
  | { readonly kind: 'unknown'; readonly largestCosine: number };

/** The winner, or *unknown* when the largest cosine lies under `threshold` (null: never unknown). */
export function verdictOf(prediction: Prediction, threshold: number | null): Verdict | null {
  const { classIds, probabilities, largestCosine } = prediction;
  if (threshold !== null && largestCosine !== null && largestCosine < threshold) {
    return { kind: 'unknown', largestCosine };
  }
  let best = 0;
  for (let i = 1; i < probabilities.length; i += 1) {
    if ((probabilities[i] ?? 0) > (probabilities[best] ?? 0)) best = i;
  }
  const classId = classIds[best];
  if (classId === undefined) return null;
  return { kind: 'class', classId, probability: probabilities[best] ?? 0 };
}

/**
 * Exponential smoothing of predictions: `amount` in [0, 1) is the weight of the past.
 * A change of classes starts afresh; a null cosine stays null.
 */
export function smoothPrediction(
  previous: Prediction | null,
  next: Prediction,
  amount: number,
): Prediction {
  if (!previous || amount <= 0 || !sameClasses(previous.classIds, next.classIds)) return next;
  const mix = (before: number, now: number): number => amount * before + (1 - amount) * now;
  return {
    ...next,
    probabilities: next.probabilities.map((p, i) => mix(previous.probabilities[i] ?? p, p)),
    largestCosine:
      next.largestCosine === null || previous.largestCosine === null
        ? next.largestCosine
        : mix(previous.largestCosine, next.largestCosine),
  };
}

function sameClasses(a: readonly ClassId[], b: readonly ClassId[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
