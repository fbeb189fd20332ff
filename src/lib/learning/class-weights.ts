// Weights that give every class the same say, however many samples it has.

/** Samples of each class, [C]. */
export function shotsOf(classIndexes: Uint16Array, classCount: number): Uint32Array {
  const shots = new Uint32Array(classCount);
  for (const index of classIndexes) shots[index] = (shots[index] ?? 0) + 1;
  return shots;
}

/**
 * The weight of a sample of each class, [C]: N / (C · n_c) over the C classes that have samples. Every class's weights then
 * sum to N / C and their mean over the samples is 1; equal shots give exactly 1. A class without samples gets 0.
 */
export function classWeights(classIndexes: Uint16Array, classCount: number): Float64Array {
  const shots = shotsOf(classIndexes, classCount);
  const present = shots.reduce((sum, n) => sum + (n > 0 ? 1 : 0), 0);
  return Float64Array.from(shots, (n) => (n > 0 ? classIndexes.length / (present * n) : 0));
}
