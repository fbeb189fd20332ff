// Scores of many samples → probabilities → what was named.

import { largestIndex, softmax } from '../softmax.ts';

/** softmax(temperature · score) of each row of [N, C]. */
export function softmaxRows(
  scores: Float64Array,
  classCount: number,
  temperature: number,
): Float32Array {
  const probabilities = new Float32Array(scores.length);
  for (let at = 0; at < scores.length; at += classCount) {
    probabilities.set(softmax(scores.subarray(at, at + classCount), temperature), at);
  }
  return probabilities;
}

/** Index of the largest probability of each row of [N, C]. */
export function predictedOf(probabilities: Float32Array, classCount: number): Uint16Array {
  return Uint16Array.from({ length: probabilities.length / classCount }, (_, n) =>
    Math.max(0, largestIndex(probabilities.subarray(n * classCount, (n + 1) * classCount))),
  );
}
