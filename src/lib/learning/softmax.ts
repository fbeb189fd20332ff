// Scores → probabilities.

/** softmax(temperature · scores), [C] → [C]; safe for large scores. */
export function softmax(scores: Float64Array, temperature = 1): Float32Array {
  let largest = -Infinity;
  for (const score of scores) largest = Math.max(largest, score);
  const exponentials = new Float64Array(scores.length);
  let sum = 0;
  for (let c = 0; c < scores.length; c += 1) {
    const value = Math.exp(temperature * ((scores[c] ?? 0) - largest));
    exponentials[c] = value;
    sum += value;
  }
  return Float32Array.from(exponentials, (value) => value / sum);
}

/** Index of the largest value, the first one among equals; −1 when there is none. */
export function largestIndex(values: Float32Array | Float64Array): number {
  let best = values.length === 0 ? -1 : 0;
  for (let c = 1; c < values.length; c += 1) if ((values[c] ?? 0) > (values[best] ?? 0)) best = c;
  return best;
}
