import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { RidgeSpec } from '#lib/core/head-spec.ts';

import { createHead } from './create-head.ts';
import { featuresOf } from './features.ts';
import { trainingAccuracy } from './fit.ts';
import type { RidgeHead, Whitening } from './head.ts';
import { fitRidge, ridgeScores } from './ridge.ts';
import { dualLimit, momentWeights, solveDual, solvePrimal } from './ridge-solve.ts';
import { largestIndex } from './softmax.ts';
import {
  axisWhitening,
  classesOf,
  largestDifference,
  randomSamples,
  storeOf,
  valueOf,
  type TestSample,
} from './testing.ts';

const plain: RidgeSpec = { kind: 'ridge', lambda: 0.03, temperature: 4, balanced: false };
const balanced: RidgeSpec = { ...plain, balanced: true };

/** The recipe as it is written, with explicit matrices, Gauss–Jordan and nothing folded: scores [C] of one embedding. */
function recipeScores(
  samples: readonly TestSample[],
  spec: RidgeSpec,
  classCount: number,
  whitening: Whitening | null,
  query: Float32Array,
): number[] {
  const rows = samples.map(({ embedding }) => Array.from(featuresOf(embedding, whitening)));
  const indexes = samples.map(({ classId }) => Number(classId.slice(1)));
  const shots = classesOf(classCount).map((_, c) => indexes.filter((index) => index === c).length);
  const weights = indexes.map((index) =>
    spec.balanced ? samples.length / (classCount * shots[index]!) : 1,
  );
  const mean = rows[0]!.map(
    (_, d) => rows.reduce((sum, row, n) => sum + weights[n]! * row[d]!, 0) / samples.length,
  );
  const centred = rows.map((row) => row.map((value, d) => value - mean[d]!));
  const product = (a: number[], b: number[]): number => a.reduce((sum, v, d) => sum + v * b[d]!, 0);
  const matrix = centred.map((a, i) =>
    centred.map((b, j) => product(a, b) + 10 + (i === j ? spec.lambda / weights[i]! : 0)),
  );
  const inverse = inverted(matrix);
  const z = Array.from(featuresOf(query, whitening)).map((value, d) => value - mean[d]!);
  const towards = centred.map((row) => product(row, z) + 10);
  return classesOf(classCount).map((_, c) => {
    const targets = indexes.map((index) => (index === c ? 1 : -1));
    return product(
      inverse.map((row) => product(row, targets)),
      towards,
    );
  });
}

function inverted(matrix: number[][]): number[][] {
  const n = matrix.length;
  const work = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let i = 0; i < n; i += 1) {
    const pivot = work
      .slice(i)
      .reduce((best, row, k) => (Math.abs(row[i]!) > Math.abs(work[best]![i]!) ? i + k : best), i);
    [work[i], work[pivot]] = [work[pivot]!, work[i]!];
    const divisor = work[i]![i]!;
    work[i] = work[i]!.map((value) => value / divisor);
    for (let k = 0; k < n; k += 1) {
      if (k === i) continue;
      const factor = work[k]![i]!;
      work[k] = work[k]!.map((value, j) => value - factor * work[i]![j]!);
    }
  }
  return work.map((row) => row.slice(n));
}

const fitted = (
  samples: readonly TestSample[],
  spec: RidgeSpec,
  classCount: number,
  dimension: number,
  whitening: Whitening | null = null,
): RidgeHead =>
  valueOf(fitRidge(storeOf(samples, dimension, whitening), spec, classesOf(classCount)));

describe('ridge head', () => {
  it('gives the scores of the recipe written out, for any sizes, weights and λ', () => {
    const shots = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.integer(),
        shots,
        fc.integer({ min: 2, max: 24 }),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom(0.001, 0.03, 0.1, 1),
        (seed, counts, dimension, isBalanced, isWhitened, lambda) => {
          const samples = randomSamples(seed, dimension, counts);
          const whitening = isWhitened ? axisWhitening(dimension, [1], 0.7) : null;
          const spec = { ...plain, lambda, balanced: isBalanced };
          const head = fitted(samples, spec, counts.length, dimension, whitening);
          const query = randomSamples(seed + 1, dimension, [1])[0]!.embedding;
          const expected = recipeScores(samples, spec, counts.length, whitening, query);
          const scores = ridgeScores(head, featuresOf(query, whitening));
          const size = Math.max(1, ...head.kernel.map(Math.abs));
          expect(largestDifference(scores, expected)).toBeLessThan(1e-5 * size);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('turns scores into softmax(temperature · score)', () => {
    const samples = randomSamples(3, 12, [4, 4, 4]);
    const head = fitted(samples, plain, 3, 12);
    const query = samples[5]!.embedding;
    const exponentials = recipeScores(samples, plain, 3, null, query).map((s) => Math.exp(4 * s));
    const sum = exponentials.reduce((a, b) => a + b, 0);
    const probabilities = valueOf(createHead(head, null)).predict(query);
    expect(
      largestDifference(
        probabilities,
        exponentials.map((e) => e / sum),
      ),
    ).toBeLessThan(1e-5);
  });

  it('solves the same problem in feature space and in sample space', () => {
    const shots = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.integer(),
        shots,
        fc.integer({ min: 1, max: 19 }),
        fc.boolean(),
        (seed, counts, dimension, isBalanced) => {
          const store = storeOf(randomSamples(seed, dimension, counts), dimension);
          const { slots, classIndexes } = store.select(classesOf(counts.length));
          const problem = {
            features: store.features,
            dimension,
            slots,
            classIndexes,
            classCount: counts.length,
            lambda: 0.03,
            balanced: isBalanced,
          };
          const dual = solveDual(problem, store.gram(slots));
          const primal = solvePrimal(problem, store.moments(slots, momentWeights(problem)));
          const size = Math.max(1, ...dual.kernel.map(Math.abs));
          expect(largestDifference(dual.kernel, primal.kernel)).toBeLessThan(1e-6 * size);
          expect(largestDifference(dual.bias, primal.bias)).toBeLessThan(1e-6 * size);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('changes to feature space without a jump', () => {
    const dimension = 16;
    const most = dualLimit(dimension);
    const samples = randomSamples(5, dimension, [most, most]);
    const inFeatures = fitted(samples, balanced, 2, dimension);
    const scores = recipeScores(samples, balanced, 2, null, samples[0]!.embedding);
    const own = ridgeScores(inFeatures, featuresOf(samples[0]!.embedding, null));
    expect(largestDifference(own, scores)).toBeLessThan(1e-4);
  });

  it('is the plain recipe when all classes have equally many shots', () => {
    const samples = randomSamples(7, 20, [5, 5, 5]);
    const even = fitted(samples, balanced, 3, 20);
    const usual = fitted(samples, plain, 3, 20);
    expect(even.kernel).toEqual(usual.kernel);
    expect(even.bias).toEqual(usual.bias);
  });

  it('does not drown a small class, which the unbalanced recipe does', () => {
    // 50 samples against 3, noisy but separable: fresh samples of the small class must be found.
    const dimension = 24;
    const recall = (spec: RidgeSpec, c: number): number => {
      let right = 0;
      for (let seed = 0; seed < 20; seed += 1) {
        const all = randomSamples(seed, dimension, [100, 53]);
        const isTraining = ({ id }: TestSample): boolean => {
          const [group, number] = id.slice(1).split('-').map(Number);
          return number! < (group === 0 ? 50 : 3);
        };
        // A large penalty is where class sizes tell.
        const head = fitted(all.filter(isTraining), { ...spec, lambda: 1 }, 2, dimension);
        const fresh = all.filter((sample) => !isTraining(sample) && sample.classId === `c${c}`);
        for (const { embedding } of fresh) {
          if (largestIndex(ridgeScores(head, featuresOf(embedding, null))) === c) right += 1;
        }
      }
      return right / (20 * 50);
    };
    expect(recall(plain, 1)).toBeLessThan(0.8);
    expect(recall(balanced, 1)).toBeGreaterThan(0.95);
    expect(recall(balanced, 0)).toBeGreaterThan(0.95);
  });

  it('starts every class at 2/C − 1 when balanced, whatever the shots', () => {
    // Identical samples: nothing to tell the classes apart, only the bias is left.
    const embedding = Float32Array.of(1, 2, 3);
    const samples = [9, 2, 1].flatMap((count, c) =>
      Array.from({ length: count }, (_, n) => ({ id: `${c}-${n}`, classId: `c${c}`, embedding })),
    );
    const scores = ridgeScores(fitted(samples, balanced, 3, 3), featuresOf(embedding, null));
    for (const score of scores) expect(score).toBeCloseTo(-1 / 3, 3);
    const unbalanced = ridgeScores(fitted(samples, plain, 3, 3), featuresOf(embedding, null));
    expect(unbalanced[0]).toBeGreaterThan((unbalanced[1] ?? 0) + 0.5);
  });

  it('is the same bit for bit in whatever order samples come, go and come again', () => {
    const samples = randomSamples(11, 30, [4, 6, 5]);
    const reference = fitted(samples, balanced, 3, 30);
    const order = fc.shuffledSubarray(samples, { minLength: samples.length });
    fc.assert(
      fc.property(order, fc.subarray(samples), (shuffled, removed) => {
        const store = storeOf(shuffled, 30);
        for (const { id } of removed) {
          store.remove(id);
          // A fit between the edits must leave no trace.
          fitRidge(store, balanced, classesOf(3));
        }
        for (const { id, classId, embedding } of removed)
          valueOf(store.put(id, classId, embedding));
        expect(valueOf(fitRidge(store, balanced, classesOf(3)))).toEqual(reference);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves out classes without samples and refuses to learn from fewer than two', () => {
    const store = storeOf(randomSamples(1, 4, [2, 0, 3]), 4);
    expect(valueOf(fitRidge(store, plain, classesOf(3))).classIds).toEqual(['c0', 'c2']);
    expect(fitRidge(store, plain, classesOf(2))).toEqual({
      ok: false,
      failure: { code: 'too-few-classes' },
    });
    expect(fitRidge(store, plain, [])).toEqual({ ok: false, failure: { code: 'too-few-classes' } });
  });

  it('keeps the given order of classes and their names', () => {
    const store = storeOf(randomSamples(1, 4, [2, 2, 3]), 4);
    const head = valueOf(
      fitRidge(store, plain, [
        { id: 'c2', name: 'Two' },
        { id: 'c0', name: 'Zero' },
      ]),
    );
    expect(head).toMatchObject({ classIds: ['c2', 'c0'], labels: ['Two', 'Zero'], sampleCount: 5 });
  });

  it('survives embeddings of zeros and identical samples', () => {
    const zeros = new Float32Array(6);
    const samples = ['c0', 'c1', 'c1'].map((classId, n) => ({
      id: `${n}`,
      classId,
      embedding: zeros,
    }));
    const probabilities = valueOf(createHead(fitted(samples, balanced, 2, 6), null)).predict(zeros);
    expect(probabilities[0]).toBeCloseTo(0.5, 5);
    expect(probabilities[1]).toBeCloseTo(0.5, 5);
  });

  it('remembers what it was fitted on', () => {
    const store = storeOf(randomSamples(2, 40, [5, 5, 5]), 40);
    const head = valueOf(createHead(valueOf(fitRidge(store, plain, classesOf(3))), null));
    expect(trainingAccuracy(store, head)).toBe(1);
    store.put('s0-0', 'c1', randomSamples(2, 40, [1])[0]!.embedding);
    expect(trainingAccuracy(store, head)).toBeCloseTo(14 / 15, 10);
    expect(trainingAccuracy(store, head, 1)).toBe(1);
  });
});
