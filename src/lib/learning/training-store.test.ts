import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { featuresOf } from './features.ts';
import { dualLimit } from './ridge-solve.ts';
import { axisWhitening, classesOf, largestDifference, randomSamples, storeOf } from './testing.ts';
import type { Whitening } from './head.ts';
import type { TrainingStore } from './training-store.ts';

const dimension = 10;

/** Every product of two selected samples' features, straight from their embeddings: packed lower triangle. */
function directGram(store: TrainingStore, slots: Int32Array): number[] {
  const { whitening } = store.origin;
  const rows = Array.from(slots, (slot) => featuresOf(store.embedding(slot), whitening));
  return rows.flatMap((a, i) =>
    rows.slice(0, i + 1).map((b) => a.reduce((sum, value, d) => sum + value * b[d]!, 0)),
  );
}

/** Largest cosine of features by the definition. */
function directCosine(
  query: Float32Array,
  rows: readonly Float32Array[],
  whitening: Whitening | null,
): number {
  const wanted = featuresOf(query, whitening);
  return Math.max(
    ...rows.map((row) => {
      const features = featuresOf(row, whitening);
      const product = features.reduce((sum, value, d) => sum + value * wanted[d]!, 0);
      const norms = Math.hypot(...features) * Math.hypot(...wanted);
      return norms > 0 ? product / norms : 0;
    }),
  );
}

describe('training store', () => {
  it('keeps the same samples and products as a plain map, through any edits', () => {
    const pool = randomSamples(1, dimension, [6, 6, 6]);
    // The limit of kept products is crossed both ways.
    expect(pool.length).toBeGreaterThan(dualLimit(dimension));
    const pick = fc.nat({ max: pool.length - 1 });
    const edit = fc.record({
      verb: fc.constantFrom('put', 'put', 'put', 'remove', 'move'),
      pick,
      fits: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 60 }), fc.boolean(), (edits, isWhitened) => {
        const whitening = isWhitened ? axisWhitening(dimension, [0, 3], 0.6) : null;
        const store = storeOf([], dimension, whitening);
        const model = new Map<string, { classId: string; embedding: Float32Array }>();
        for (const { verb, pick: index, fits } of edits) {
          const { id, classId, embedding } = pool[index]!;
          if (verb === 'remove') expect(store.remove(id)).toBe(model.delete(id));
          else {
            const target = verb === 'move' ? 'c1' : classId;
            expect(store.put(id, target, embedding).ok).toBe(true);
            model.set(id, { classId: target, embedding });
          }
          const { slots } = store.select(classesOf(3));
          if (fits)
            expect(largestDifference(store.gram(slots), directGram(store, slots))).toBeLessThan(
              1e-6,
            );
        }
        expect(store.size).toBe(model.size);
        const set = store.trainingSet(classesOf(3));
        const expected = classesOf(3).flatMap(({ id: classId }) =>
          [...model]
            .filter(([, entry]) => entry.classId === classId)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        );
        expect(Array.from(set.classIndexes, (index) => set.classIds[index])).toEqual(
          expected.map(([, { classId }]) => classId),
        );
        expect(Array.from(set.embeddings)).toEqual(
          expected.flatMap(([, { embedding }]) => [...embedding]),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('finds the largest cosine over the named classes only', () => {
    const shots = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 3, maxLength: 3 });
    const classes = fc.subarray(['c0', 'c1', 'c2']);
    fc.assert(
      fc.property(
        fc.integer(),
        shots,
        classes,
        fc.boolean(),
        (seed, counts, wanted, isWhitened) => {
          const samples = randomSamples(seed, dimension, counts);
          const query = randomSamples(seed + 1, dimension, [1])[0]!.embedding;
          const rows = samples.filter(({ classId }) => wanted.includes(classId));
          const whitening = isWhitened ? axisWhitening(dimension, [0, 3], 0.6) : null;
          const cosine = storeOf(samples, dimension, whitening).largestCosine(query, wanted);
          if (rows.length === 0) expect(cosine).toBeNull();
          else
            expect(cosine).toBeCloseTo(
              directCosine(
                query,
                rows.map(({ embedding }) => embedding),
                whitening,
              ),
              6,
            );
        },
      ),
    );
  });

  it('says 1 for a sample itself at any brightness, less for others, and 0 for zeros', () => {
    const embedding = Float32Array.of(1, 0, 3);
    const store = storeOf([{ id: 'a', classId: 'c0', embedding }], 3);
    expect(store.largestCosine(embedding, ['c0'])).toBeCloseTo(1, 6);
    const brighter = embedding.map((value) => 5 * value);
    expect(store.largestCosine(brighter, ['c0'])).toBeCloseTo(1, 6);
    // √(1, 0, 3) · √(0, 1, 3) = 3, over 2 · 2.
    expect(store.largestCosine(Float32Array.of(0, 1, 3), ['c0'])).toBeCloseTo(0.75, 6);
    expect(store.largestCosine(new Float32Array(3), ['c0'])).toBe(0);
    expect(() => store.largestCosine(Float32Array.of(1), ['c0'])).toThrow(RangeError);
  });

  it('refuses embeddings of another length and numbers that are not finite, and keeps what it had', () => {
    const store = storeOf(randomSamples(1, 3, [1]), 3);
    const refused = [
      Float32Array.of(1, 2),
      Float32Array.of(1, NaN, 2),
      Float32Array.of(1, Infinity, 2),
    ];
    for (const embedding of refused) {
      expect(store.put('s0-0', 'c0', embedding)).toMatchObject({
        failure: { code: 'head-mismatch' },
      });
    }
    expect(store.size).toBe(1);
    expect(store.largestCosine(randomSamples(1, 3, [1])[0]!.embedding, ['c0'])).toBeCloseTo(1, 6);
  });

  it('replaces an embedding under the same id and copies what it is given', () => {
    const embedding = Float32Array.of(1, 0, 0);
    const store = storeOf([{ id: 'a', classId: 'c0', embedding }], 3);
    store.put('a', 'c0', Float32Array.of(0, 1, 0));
    embedding.fill(9);
    expect(Array.from(store.trainingSet(classesOf(1)).embeddings)).toEqual([0, 1, 0]);
    store.clear();
    expect(store.size).toBe(0);
    expect(store.trainingSet(classesOf(1)).classIds).toEqual([]);
  });
});
