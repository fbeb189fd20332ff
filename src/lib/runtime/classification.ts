// What a model says about one picture.

import { largestIndex } from '#lib/learning/softmax.ts';
import type { Classification } from './web/handful-runtime.d.ts';

/**
 * `probabilities` [labels], summing to 1; `similarity` and `unknownBelow` are cosines: under the latter the picture is
 * none of these, as in `verdictOf`. null: not known, or never.
 */
export function classificationOf(
  labels: readonly string[],
  probabilities: Float32Array,
  similarity: number | null,
  unknownBelow: number | null,
): Classification {
  const winner = largestIndex(probabilities);
  const unknown = unknownBelow !== null && similarity !== null && similarity < unknownBelow;
  return {
    label: unknown ? null : (labels[winner] ?? null),
    probability: probabilities[winner] ?? 0,
    classes: labels.map((label, i) => ({ label, probability: probabilities[i] ?? 0 })),
    similarity,
  };
}
