// What the ways to the ridge scores of held-out samples share: the problem in sample space, and the direct way.

import { factoriseRows, packedLength, solveFactored } from '../cholesky.ts';
import { classWeights } from '../class-weights.ts';

export interface FoldProblem {
  /** Packed lower triangle [N, N] of products of the unit-length features, not centred. Not changed. */
  readonly gram: Float64Array;
  /** [N] */
  readonly classIndexes: Uint16Array;
  readonly classCount: number;
  readonly lambda: number;
  readonly balanced: boolean;
}

const biasScale = 10;
/** Rows between two pauses. */
export const rowsAStep = 32;

/** Scores [test, C] by a head fitted on the samples `train` alone: the direct way, N³/6 multiply-adds. */
export async function refitScores(
  problem: FoldProblem,
  train: Int32Array,
  test: Int32Array,
  pause: () => Promise<void>,
): Promise<Float64Array> {
  const { gram, classCount, lambda } = problem;
  const count = train.length;
  const classIndexes = pick(problem.classIndexes, train);
  const weights = weightsOf(problem, classIndexes);
  const factor = new Float64Array(packedLength(count));
  for (let i = 0, at = 0; i < count; i += 1) {
    for (let j = 0; j <= i; j += 1, at += 1) factor[at] = entry(gram, train[i] ?? 0, train[j] ?? 0);
    factor[at - 1] = (factor[at - 1] ?? 0) + lambda / (weights[i] ?? 1);
  }
  await factoriseInSteps(factor, count, pause);
  const { solved, intercepts } = solveDual(factor, classIndexes, classCount);
  const shifts = biasShifts(classIndexes, weights, classCount, lambda);
  const scores = new Float64Array(test.length * classCount);
  for (let i = 0; i < test.length; i += 1) {
    for (let c = 0; c < classCount; c += 1) {
      scores[i * classCount + c] = (intercepts[c] ?? 0) - (shifts[c] ?? 0);
    }
    for (let j = 0; j < count; j += 1) {
      const product = entry(gram, test[i] ?? 0, train[j] ?? 0);
      for (let c = 0; c < classCount; c += 1) {
        const at = i * classCount + c;
        scores[at] = (scores[at] ?? 0) + product * (solved[j * classCount + c] ?? 0);
      }
    }
  }
  return scores;
}

/** Entry (i, j) of a packed symmetric matrix. */
export function entry(packed: Float64Array, i: number, j: number): number {
  return (i >= j ? packed[packedLength(i) + j] : packed[packedLength(j) + i]) ?? 0;
}

export function indexesWhere(values: Uint16Array, wanted: (value: number) => boolean): Int32Array {
  const found: number[] = [];
  values.forEach((value, n) => {
    if (wanted(value)) found.push(n);
  });
  return Int32Array.from(found);
}

/** Cholesky factorisation that lets other work through. */
export async function factoriseInSteps(
  factor: Float64Array,
  count: number,
  pause: () => Promise<void>,
): Promise<void> {
  for (let from = 0; from < count; from += rowsAStep) {
    factoriseRows(factor, count, from, from + rowsAStep);
    await pause();
  }
}

/** β of the head without F: 1ᵀ(H without F)⁻¹Y / 1ᵀ(H without F)⁻¹1, [C]. */
export function interceptsWithout(
  solved: Float64Array,
  held: Float64Array,
  turned: Float64Array,
  classCount: number,
): Float64Array {
  const columns = classCount + 1;
  const sums = new Float64Array(columns);
  for (let at = 0; at < solved.length; at += 1) {
    sums[at % columns] = (sums[at % columns] ?? 0) + (solved[at] ?? 0);
  }
  for (let at = 0; at < held.length; at += 1) {
    const ones = held[at - (at % columns) + classCount] ?? 0;
    sums[at % columns] = (sums[at % columns] ?? 0) - ones * (turned[at] ?? 0);
  }
  return sums.subarray(0, classCount).map((sum) => sum / (sums[classCount] ?? 1));
}

/** Dual coefficients [N, C] and intercepts [C] from the factor of H. */
function solveDual(
  factor: Float64Array,
  classIndexes: Uint16Array,
  classCount: number,
): { solved: Float64Array; intercepts: Float64Array } {
  const count = classIndexes.length;
  const columns = classCount + 1;
  const values = targetsWithOnes(classIndexes, classCount);
  solveFactored(factor, count, values, columns);
  const none = new Float64Array(0);
  const intercepts = interceptsWithout(values, none, none, classCount);
  const solved = new Float64Array(count * classCount);
  for (let n = 0; n < count; n += 1) {
    const ones = values[n * columns + classCount] ?? 0;
    for (let c = 0; c < classCount; c += 1) {
      solved[n * classCount + c] = (values[n * columns + c] ?? 0) - ones * (intercepts[c] ?? 0);
    }
  }
  return { solved, intercepts };
}

/** [N, C + 1]: ±1 one class against the rest, and a column of ones. */
export function targetsWithOnes(classIndexes: Uint16Array, classCount: number): Float64Array {
  const columns = classCount + 1;
  const values = new Float64Array(classIndexes.length * columns).fill(-1);
  classIndexes.forEach((index, n) => {
    values[n * columns + index] = 1;
    values[n * columns + classCount] = 1;
  });
  return values;
}

/** What the recipe's almost free bias lacks of the weighted mean target: ȳ · (λ/10) / (Σs + λ/10), [C]. */
export function biasShifts(
  classIndexes: Uint16Array,
  weights: Float64Array,
  classCount: number,
  lambda: number,
): Float64Array {
  const sums = new Float64Array(classCount);
  let total = 0;
  classIndexes.forEach((index, n) => {
    const weight = weights[n] ?? 0;
    total += weight;
    for (let c = 0; c < classCount; c += 1) {
      sums[c] = (sums[c] ?? 0) + (c === index ? weight : -weight);
    }
  });
  const lack = lambda / biasScale / (total + lambda / biasScale);
  return sums.map((sum) => (sum / total) * lack);
}

/** [N] weights of the samples that are fitted on. */
export function weightsOf(
  { balanced, classCount }: FoldProblem,
  classIndexes: Uint16Array,
): Float64Array {
  if (!balanced) return new Float64Array(classIndexes.length).fill(1);
  const ofClass = classWeights(classIndexes, classCount);
  return Float64Array.from(classIndexes, (index) => ofClass[index] ?? 0);
}

/** The values at `indexes`. */
export function pick<T extends Uint16Array | Float64Array>(values: T, indexes: Int32Array): T {
  const picked = values.slice(0, indexes.length) as T;
  indexes.forEach((n, i) => (picked[i] = values[n] ?? 0));
  return picked;
}
