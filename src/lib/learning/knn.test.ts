import '@tensorflow/tfjs-backend-cpu';

import { create, type KNNClassifier } from '@tensorflow-models/knn-classifier';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import type { KnnSpec } from '#lib/core/head-spec.ts';

import { createHead } from './create-head.ts';
import type { Head } from './head.ts';
import { fitKnn } from './knn.ts';
import { largestIndex } from './softmax.ts';
import {
  classesOf,
  largestDifference,
  randomSamples,
  storeOf,
  valueOf,
  type TestSample,
} from './testing.ts';

const spec = (k: number, balanced = false): KnnSpec => ({ kind: 'knn', k, balanced });

const headOf = (samples: readonly TestSample[], classCount: number, wish: KnnSpec): Head => {
  const store = storeOf(samples, samples[0]!.embedding.length);
  return valueOf(createHead(valueOf(fitKnn(store, wish, classesOf(classCount))), null));
};

/** What the package says: the winner's label and the confidences in order of the classes. */
async function oracle(
  samples: readonly TestSample[],
  query: Float32Array,
  k: number,
): Promise<{ label: string; confidences: number[] }> {
  const classifier: KNNClassifier = create();
  const input = tf.tensor1d(query);
  for (const { classId, embedding } of samples) {
    const example = tf.tensor1d(embedding);
    classifier.addExample(example, classId);
    example.dispose();
  }
  const { label, confidences } = await classifier.predictClass(input, k);
  input.dispose();
  classifier.dispose();
  return { label, confidences: Object.values(confidences) };
}

const shotsOfClasses = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 2, maxLength: 5 });

describe('knn head', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it('agrees with @tensorflow-models/knn-classifier on labels and confidences', async () => {
    let largestK = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        shotsOfClasses,
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 3 }),
        async (seed, shots, dimension, wanted, twins) => {
          const samples = randomSamples(seed, dimension, shots);
          // Twins: an embedding that two classes share, so that equal cosines happen.
          for (let twin = 0; twin < Math.min(twins, shots[0]!, shots[1]!); twin += 1) {
            samples[twin] = { ...samples[twin]!, embedding: samples[shots[0]! + twin]!.embedding };
          }
          const k = Math.min(wanted, ...shots);
          largestK = Math.max(largestK, k);
          const query = randomSamples(seed + 1, dimension, [1])[0]!.embedding;
          fc.pre(isClear(samples, query));
          const head = headOf(samples, shots.length, spec(wanted));
          const expected = await oracle(samples, query, k);
          const probabilities = head.predict(query);
          expect(head.trained.classIds[largestIndex(probabilities)]).toBe(expected.label);
          expect(largestDifference(probabilities, expected.confidences)).toBeLessThan(1e-6);
          if (shots.every((n) => n === shots[0])) {
            const even = headOf(samples, shots.length, spec(wanted, true));
            expect(even.predict(query)).toEqual(probabilities);
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(largestK).toBeGreaterThan(2);
  });

  it('never lets more neighbours vote than the smallest class has samples', () => {
    const samples = randomSamples(4, 8, [1, 9]);
    const own = samples[0]!.embedding;
    expect(Array.from(headOf(samples, 2, spec(5)).predict(own))).toEqual([1, 0]);
  });

  it('weighs votes by 1 / shots when balanced', () => {
    // Four neighbours: two of the small class of 4 and two of the large class of 8.
    const at = (angle: number): Float32Array => Float32Array.of(Math.cos(angle), Math.sin(angle));
    const make = (c: number, angles: number[]): TestSample[] =>
      angles.map((angle, n) => ({ id: `${c}-${n}`, classId: `c${c}`, embedding: at(angle) }));
    const samples = [
      ...make(0, [0.1, 0.11, 1.2, 1.21]),
      ...make(1, [0.12, 0.13, 1, 1.01, 1.02, 1.03, 1.04, 1.05]),
    ];
    expect(Array.from(headOf(samples, 2, spec(4)).predict(at(0)))).toEqual([0.5, 0.5]);
    const [small = 0, large = 0] = headOf(samples, 2, spec(4, true)).predict(at(0));
    expect(small).toBeCloseTo(2 / 3, 6);
    expect(large).toBeCloseTo(1 / 3, 6);
  });

  it('finds its own samples among many, whatever the number of rows', () => {
    for (const count of [2, 3, 4, 5, 7, 33]) {
      const samples = randomSamples(count, 16, [count, count]);
      const head = headOf(samples, 2, spec(1));
      samples.forEach(({ embedding, classId }) => {
        expect(head.trained.classIds[largestIndex(head.predict(embedding))]).toBe(classId);
      });
    }
  });

  it('takes an embedding of zeros, refuses one class and throws on wrong input', () => {
    const zeros = new Float32Array(4);
    const samples = [...randomSamples(1, 4, [2, 2]), { id: 'z', classId: 'c0', embedding: zeros }];
    const head = headOf(samples, 2, spec(2));
    expect(head.predict(zeros).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    expect(() => head.predict(new Float32Array(3))).toThrow(RangeError);
    expect(() => head.predict(Float32Array.of(1, NaN, 0, 0))).toThrow(RangeError);
    const one = fitKnn(storeOf(samples, 4), spec(2), classesOf(1));
    expect(one).toEqual({ ok: false, failure: { code: 'too-few-classes' } });
  });
});

/** False when two different samples' cosines are so near that float32 rounding, not the rule, orders them. */
function isClear(samples: readonly TestSample[], query: Float32Array): boolean {
  const unit = (v: Float32Array): number[] => Array.from(v, (x) => x / Math.hypot(...v));
  const q = unit(query);
  const distinct = new Map(samples.map(({ embedding }) => [embedding.join(), embedding]));
  const cosines = Array.from(distinct.values(), (row) =>
    unit(row).reduce((sum, x, d) => sum + x * q[d]!, 0),
  ).sort((a, b) => a - b);
  return cosines.every(
    (cosine, i) => Number.isFinite(cosine) && !(cosine - (cosines[i - 1] ?? -2) < 1e-5),
  );
}
