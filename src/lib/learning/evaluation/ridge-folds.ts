// Ridge scores of samples by heads that were fitted without them, in closed form from one factorisation.
//
// The head minimises Σ s (y − w·z − β)² + λ‖w‖² (see `ridge-solve.ts`; its bias differs from β by the factor
// N / (N + λ/10) on the weighted mean target). In sample space, with H = K + λS⁻¹ and G = H⁻¹:
//   α = G(Y − 1βᵀ), 1ᵀα = 0, score(z) = k(z)ᵀα + β.
// Leaving out the samples F needs (H without F)⁻¹, and block inversion gives all that is asked of it:
//   K_F· (H without F)⁻¹ b = b_F − G_FF⁻¹ (Gb)_F,   aᵀ (H without F)⁻¹ b = aᵀGb − (Ga)_Fᵀ G_FF⁻¹ (Gb)_F.
// So G Y, G 1 and the diagonal blocks G_FF = (L⁻¹)_·Fᵀ (L⁻¹)_·F serve every fold (the leave-group-out identity behind
// the PRESS statistic). It holds while the weights of the samples that stay do not change; where a fold takes unequal shares
// of balanced classes they do, and that fold is solved anew.

import { factorise, packedLength, solveFactored } from '../cholesky.ts';
import { classWeights } from '../class-weights.ts';
import {
  biasShifts,
  factoriseInSteps,
  indexesWhere,
  interceptsWithout,
  pick,
  refitScores,
  rowsAStep,
  targetsWithOnes,
  weightsOf,
  type FoldProblem,
} from './ridge-refit.ts';

export interface FoldOptions {
  /** Called often; may let other work through, and throws to give up. */
  readonly pause: () => Promise<void>;
  /** Keep the weights that the classes have with all samples: every fold is then closed form. */
  readonly keepWeights?: boolean;
}

/** Weights that differ by less than rounding are the same. */
const sameWeight = 1e-12;

export class RidgeFolds {
  readonly #problem: FoldProblem;
  #whole: Whole | null = null;

  constructor(problem: FoldProblem) {
    this.#problem = problem;
  }

  /** Scores [N, C] of every sample by the head fitted on all samples of the other folds. `folds` [N]. */
  async scores(
    folds: Uint16Array,
    foldCount: number,
    { pause, keepWeights = false }: FoldOptions,
  ): Promise<Float64Array> {
    const { classCount } = this.#problem;
    const scores = new Float64Array(folds.length * classCount);
    for (let fold = 0; fold < foldCount; fold += 1) {
      await pause();
      const test = indexesWhere(folds, (each) => each === fold);
      if (test.length === 0) continue;
      const train = indexesWhere(folds, (each) => each !== fold);
      const known = keepWeights || this.#keepsWeights(train);
      const found = known
        ? leaveOut(this.#problem, (this.#whole ??= await solveWhole(this.#problem, pause)), test)
        : await refitScores(this.#problem, train, test, pause);
      test.forEach((n, i) => {
        for (let c = 0; c < classCount; c += 1) {
          scores[n * classCount + c] = found[i * classCount + c] ?? 0;
        }
      });
    }
    return scores;
  }

  #keepsWeights(train: Int32Array): boolean {
    const { classIndexes, classCount, balanced } = this.#problem;
    if (!balanced) return true;
    const all = classWeights(classIndexes, classCount);
    const kept = classWeights(pick(classIndexes, train), classCount);
    return all.every((weight, c) => Math.abs(weight - (kept[c] ?? 0)) <= sameWeight * weight);
  }
}

interface Whole {
  /** Packed lower triangle of L⁻¹. */
  readonly inverseFactor: Float64Array;
  /** [N, C + 1]: G Y and, in the last column, G 1. */
  readonly solved: Float64Array;
  readonly weights: Float64Array;
}

async function solveWhole(problem: FoldProblem, pause: () => Promise<void>): Promise<Whole> {
  const { gram, classIndexes, classCount, lambda } = problem;
  const count = classIndexes.length;
  const weights = weightsOf(problem, classIndexes);
  const factor = gram.slice(0, packedLength(count));
  for (let i = 0; i < count; i += 1) {
    const at = packedLength(i) + i;
    factor[at] = (factor[at] ?? 0) + lambda / (weights[i] ?? 1);
  }
  await factoriseInSteps(factor, count, pause);
  const solved = targetsWithOnes(classIndexes, classCount);
  solveFactored(factor, count, solved, classCount + 1);
  return { inverseFactor: await invertFactor(factor, count, pause), solved, weights };
}

/** L → L⁻¹, row after row: row i is (eᵢ − Σ_{k<i} L_ik · row k) / L_ii. */
async function invertFactor(
  factor: Float64Array,
  count: number,
  pause: () => Promise<void>,
): Promise<Float64Array> {
  const inverse = new Float64Array(packedLength(count));
  for (let i = 0; i < count; i += 1) {
    invertRow(factor, inverse, i);
    if (i % rowsAStep === 0) await pause();
  }
  return inverse;
}

function invertRow(factor: Float64Array, inverse: Float64Array, i: number): void {
  const row = packedLength(i);
  for (let k = 0; k < i; k += 1) {
    const share = factor[row + k] ?? 0;
    const other = packedLength(k);
    for (let j = 0; j <= k; j += 1) {
      inverse[row + j] = (inverse[row + j] ?? 0) - share * (inverse[other + j] ?? 0);
    }
  }
  const pivot = factor[row + i] ?? 1;
  inverse[row + i] = 1;
  for (let j = 0; j <= i; j += 1) inverse[row + j] = (inverse[row + j] ?? 0) / pivot;
}

/** Scores [test, C] by the head without `test`, from what is known of all samples. */
function leaveOut(problem: FoldProblem, whole: Whole, test: Int32Array): Float64Array {
  const { classIndexes, classCount, lambda } = problem;
  const columns = classCount + 1;
  const size = test.length;
  const block = inverseBlock(whole.inverseFactor, classIndexes.length, test);
  factorise(block, size);
  // (G Y)_F and (G 1)_F, and both after G_FF⁻¹.
  const held = new Float64Array(size * columns);
  test.forEach((n, i) => {
    held.set(whole.solved.subarray(n * columns, (n + 1) * columns), i * columns);
  });
  const turned = held.slice();
  solveFactored(block, size, turned, columns);
  const intercepts = interceptsWithout(whole.solved, held, turned, classCount);
  const kept = keptOf(classIndexes, test);
  const shifts = biasShifts(
    pick(classIndexes, kept),
    pick(whole.weights, kept),
    classCount,
    lambda,
  );
  const scores = new Float64Array(size * classCount);
  for (let i = 0; i < size; i += 1) {
    const own = classIndexes[test[i] ?? 0] ?? 0;
    const ones = turned[i * columns + classCount] ?? 0;
    for (let c = 0; c < classCount; c += 1) {
      // u − v·β + β with u = y − G_FF⁻¹(G y), v = 1 − G_FF⁻¹(G 1).
      const u = (c === own ? 1 : -1) - (turned[i * columns + c] ?? 0);
      scores[i * classCount + c] = u + ones * (intercepts[c] ?? 0) - (shifts[c] ?? 0);
    }
  }
  return scores;
}

/** Packed lower triangle of G_FF. */
function inverseBlock(inverseFactor: Float64Array, count: number, test: Int32Array): Float64Array {
  const size = test.length;
  const block = new Float64Array(packedLength(size));
  const column = new Float64Array(size);
  for (let row = test[0] ?? 0; row < count; row += 1) {
    const at = packedLength(row);
    // Test indexes rise, and L⁻¹ ends at its diagonal.
    let known = 0;
    while (known < size && (test[known] ?? 0) <= row) {
      column[known] = inverseFactor[at + (test[known] ?? 0)] ?? 0;
      known += 1;
    }
    for (let i = 0; i < known; i += 1) {
      const value = column[i] ?? 0;
      const to = packedLength(i);
      for (let j = 0; j <= i; j += 1) {
        block[to + j] = (block[to + j] ?? 0) + value * (column[j] ?? 0);
      }
    }
  }
  return block;
}

function keptOf(classIndexes: Uint16Array, test: Int32Array): Int32Array {
  const out = new Set(test);
  return Int32Array.from(classIndexes.keys()).filter((n) => !out.has(n));
}
