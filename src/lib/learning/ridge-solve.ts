// Ridge regression of ±1 targets, one class against the rest, in closed form, folded into one dense layer.
//
// The problem, with sample weights s (all 1, or N / (C · n_c) when balanced), features z centred on their weighted mean μ:
//   minimise  Σₙ sₙ (yₙ − w·(zₙ − μ) − b)² + λ (‖w‖² + b² / 10)
// Its dual is the recipe: K = Z Zᵀ, A = (K + 10·11ᵀ + λ S⁻¹)⁻¹ Y, w = Zᵀ A, b = 10·1ᵀA. With s = 1 it is the recipe to the
// letter, and with equal shots s is exactly 1.
//
// What 10·11ᵀ means: a constant feature √10, a bias that costs λ/10, that is, next to nothing. Because the weighted
// features sum to zero the bias is independent of w: b = Σ s y / (N + λ/10), the weighted mean of the targets. Unweighted this
// is 2 n_c / N − 1, so a class with many samples starts ahead; balanced it is 2/C − 1 for every class: no class starts ahead.

import { factorise, packedLength, solveFactored } from './cholesky.ts';
import { classWeights, shotsOf } from './class-weights.ts';

export interface RidgeProblem {
  /** Rows [slots, D] of unit-length features. */
  readonly features: Float32Array;
  readonly dimension: number;
  /** [N] rows to fit on. */
  readonly slots: Int32Array;
  /** [N] */
  readonly classIndexes: Uint16Array;
  readonly classCount: number;
  readonly lambda: number;
  readonly balanced: boolean;
}

/** scores = z · kernel + bias. */
export interface RidgeSolution {
  /** [D, C] row-major. */
  readonly kernel: Float32Array;
  /** [C] */
  readonly bias: Float32Array;
}

const biasScale = 10;
const mostGramRows = 2000;

/**
 * Samples up to which the dual (N³/3 multiply-adds on a Gram matrix that is already there) costs less than the primal
 * (N·D²/2 + D³/3): 1.48 · D, and never more than 2 000 rows.
 */
export function dualLimit(dimension: number): number {
  return Math.min(mostGramRows, Math.floor(1.48 * dimension));
}

/** Solves in sample space. `gram` is the packed lower triangle of Z Zᵀ, not centred, and is overwritten. */
export function solveDual(problem: RidgeProblem, gram: Float64Array): RidgeSolution {
  const { slots, classIndexes, classCount, lambda } = problem;
  const count = slots.length;
  const weights = sampleWeights(problem);
  centreGram(gram, weights);
  for (let i = 0; i < count; i += 1) {
    const row = packedLength(i);
    for (let j = 0; j <= i; j += 1) gram[row + j] = (gram[row + j] ?? 0) + biasScale;
    gram[row + i] = (gram[row + i] ?? 0) + lambda / (weights[i] ?? 1);
  }
  factorise(gram, count);
  const dual = new Float64Array(count * classCount).fill(-1);
  classIndexes.forEach((index, n) => (dual[n * classCount + index] = 1));
  solveFactored(gram, count, dual, classCount);
  return foldDual(problem, dual, weightedMean(problem, weights));
}

/**
 * Weights for `Moments`, [N]: those of the fit without the factor that all have in common, so that what happens in one
 * class leaves the weights of the others as they are.
 */
export function momentWeights({ classIndexes, classCount, balanced }: RidgeProblem): Float64Array {
  if (!balanced) return new Float64Array(classIndexes.length).fill(1);
  const shots = shotsOf(classIndexes, classCount);
  return Float64Array.from(classIndexes, (index) => 1 / (shots[index] ?? 1));
}

/**
 * Solves in feature space: the same numbers up to rounding, for many samples. `scatter` is the packed lower triangle of
 * Σ w z zᵀ with the weights of `momentWeights`, not centred, and is overwritten.
 */
export function solvePrimal(problem: RidgeProblem, scatter: Float64Array): RidgeSolution {
  const { slots, dimension, classCount, lambda, balanced } = problem;
  const weights = sampleWeights(problem);
  const mean = weightedMean(problem, weights);
  centreMoments(scatter, balanced ? slots.length / classCount : 1, mean, slots.length);
  for (let d = 0; d < dimension; d += 1) {
    const diagonal = packedLength(d) + d;
    scatter[diagonal] = (scatter[diagonal] ?? 0) + lambda;
  }
  factorise(scatter, dimension);
  const kernel = weightedTargets(problem, weights, mean);
  solveFactored(scatter, dimension, kernel, classCount);
  const bias = new Float64Array(classCount);
  problem.classIndexes.forEach((index, n) => {
    for (let c = 0; c < classCount; c += 1) {
      bias[c] = (bias[c] ?? 0) + (c === index ? 1 : -1) * (weights[n] ?? 0);
    }
  });
  for (let c = 0; c < classCount; c += 1) {
    bias[c] = (bias[c] ?? 0) / (slots.length + lambda / biasScale);
  }
  return fold(kernel, bias, mean, classCount);
}

function sampleWeights({ classIndexes, classCount, balanced }: RidgeProblem): Float64Array {
  if (!balanced) return new Float64Array(classIndexes.length).fill(1);
  const ofClass = classWeights(classIndexes, classCount);
  return Float64Array.from(classIndexes, (index) => ofClass[index] ?? 0);
}

function weightedMean(problem: RidgeProblem, weights: Float64Array): Float64Array {
  const { features, dimension, slots } = problem;
  const mean = new Float64Array(dimension);
  slots.forEach((slot, n) => {
    const share = (weights[n] ?? 0) / slots.length;
    const row = slot * dimension;
    for (let d = 0; d < dimension; d += 1) {
      mean[d] = (mean[d] ?? 0) + share * (features[row + d] ?? 0);
    }
  });
  return mean;
}

/** (zᵢ − μ)·(zⱼ − μ) = zᵢ·zⱼ − zᵢ·μ − zⱼ·μ + μ·μ, all of which the products zᵢ·zⱼ give. In place. */
function centreGram(gram: Float64Array, weights: Float64Array): void {
  const count = weights.length;
  const towardsMean = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    const row = packedLength(i);
    let sum = 0;
    for (let j = 0; j < i; j += 1) {
      const value = gram[row + j] ?? 0;
      sum += value * (weights[j] ?? 0);
      towardsMean[j] = (towardsMean[j] ?? 0) + value * (weights[i] ?? 0);
    }
    towardsMean[i] = (towardsMean[i] ?? 0) + sum + (gram[row + i] ?? 0) * (weights[i] ?? 0);
  }
  let meanSquare = 0;
  for (let i = 0; i < count; i += 1) {
    towardsMean[i] = (towardsMean[i] ?? 0) / count;
    meanSquare += ((towardsMean[i] ?? 0) * (weights[i] ?? 0)) / count;
  }
  for (let i = 0; i < count; i += 1) {
    const row = packedLength(i);
    const shift = meanSquare - (towardsMean[i] ?? 0);
    for (let j = 0; j <= i; j += 1) {
      gram[row + j] = (gram[row + j] ?? 0) + shift - (towardsMean[j] ?? 0);
    }
  }
}

/** A [N, C] → kernel Σₙ aₙ (zₙ − μ) and bias 10 Σₙ aₙ. */
function foldDual(problem: RidgeProblem, dual: Float64Array, mean: Float64Array): RidgeSolution {
  const { features, dimension, slots, classCount } = problem;
  const kernel = new Float64Array(dimension * classCount);
  const bias = new Float64Array(classCount);
  const column = new Float64Array(dimension);
  for (let c = 0; c < classCount; c += 1) {
    column.fill(0);
    let sum = 0;
    for (let n = 0; n < slots.length; n += 1) {
      const a = dual[n * classCount + c] ?? 0;
      const row = (slots[n] ?? 0) * dimension;
      for (let d = 0; d < dimension; d += 1) {
        column[d] = (column[d] ?? 0) + a * (features[row + d] ?? 0);
      }
      sum += a;
    }
    for (let d = 0; d < dimension; d += 1) {
      kernel[d * classCount + c] = (column[d] ?? 0) - sum * (mean[d] ?? 0);
    }
    bias[c] = biasScale * sum;
  }
  return fold(kernel, bias, mean, classCount);
}

/** (z − μ)·kernel + bias = z·kernel + (bias − μ·kernel). */
function fold(
  kernel: Float64Array,
  bias: Float64Array,
  mean: Float64Array,
  classCount: number,
): RidgeSolution {
  const folded = Float32Array.from(bias, (value, c) => {
    let shift = 0;
    for (let d = 0; d < mean.length; d += 1) {
      shift += (mean[d] ?? 0) * (kernel[d * classCount + c] ?? 0);
    }
    return value - shift;
  });
  return { kernel: Float32Array.from(kernel), bias: folded };
}

/** Σₙ sₙ (zₙ − μ)(zₙ − μ)ᵀ = Σₙ sₙ zₙzₙᵀ − N μμᵀ, packed lower triangle [D, D]; the weights s sum to N. In place. */
function centreMoments(
  moments: Float64Array,
  scale: number,
  mean: Float64Array,
  count: number,
): void {
  for (let i = 0; i < mean.length; i += 1) {
    const row = packedLength(i);
    const shift = count * (mean[i] ?? 0);
    for (let j = 0; j <= i; j += 1) {
      moments[row + j] = scale * (moments[row + j] ?? 0) - shift * (mean[j] ?? 0);
    }
  }
}

/** Σₙ sₙ yₙ (zₙ − μ), [D, C]. */
function weightedTargets(
  problem: RidgeProblem,
  weights: Float64Array,
  mean: Float64Array,
): Float64Array {
  const { features, dimension, slots, classIndexes, classCount } = problem;
  const targets = new Float64Array(dimension * classCount);
  const total = new Float64Array(dimension);
  slots.forEach((slot, n) => {
    const row = slot * dimension;
    const weight = weights[n] ?? 0;
    const index = classIndexes[n] ?? 0;
    for (let d = 0; d < dimension; d += 1) {
      const value = weight * ((features[row + d] ?? 0) - (mean[d] ?? 0));
      // y is 2 for the sample's own class on top of −1 for all.
      targets[d * classCount + index] = (targets[d * classCount + index] ?? 0) + 2 * value;
      total[d] = (total[d] ?? 0) + value;
    }
  });
  for (let d = 0; d < dimension; d += 1) {
    for (let c = 0; c < classCount; c += 1) {
      targets[d * classCount + c] = (targets[d * classCount + c] ?? 0) - (total[d] ?? 0);
    }
  }
  return targets;
}
