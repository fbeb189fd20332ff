import fc from 'fast-check';
import { expect, it } from 'vitest';

import { packedLength } from './cholesky.ts';
import { Moments } from './moments.ts';
import { classesOf, largestDifference, randomSamples, storeOf } from './testing.ts';

const dimension = 7;

/** The sum as it is written. */
function written(features: Float32Array, slots: Int32Array, weights: Float64Array): Float64Array {
  const packed = new Float64Array(packedLength(dimension));
  slots.forEach((slot, n) => {
    for (let i = 0; i < dimension; i += 1) {
      for (let j = 0; j <= i; j += 1) {
        const product = features[slot * dimension + i]! * features[slot * dimension + j]!;
        packed[packedLength(i) + j]! += weights[n]! * product;
      }
    }
  });
  return packed;
}

it('gives the sum of the samples there are, whatever came, left, moved and was asked before', () => {
  const verb = fc.record({
    kind: fc.constantFrom('add', 'remove', 'move', 'change', 'ask'),
    pick: fc.nat(400),
    classes: fc.integer({ min: 1, max: 3 }),
    equal: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.integer(), fc.array(verb, { minLength: 5, maxLength: 60 }), (seed, verbs) => {
      const pool = randomSamples(seed, dimension, [30, 30, 30]);
      const store = storeOf(pool.slice(0, 40), dimension);
      for (const { kind, pick, classes, equal } of [...verbs, { ...verbs[0]!, kind: 'ask' }]) {
        const { id, classId, embedding } = pool[pick % pool.length]!;
        if (kind === 'add') store.put(id, classId, embedding);
        if (kind === 'remove') store.remove(id);
        if (kind === 'move') store.put(id, `c${pick % 3}`, embedding);
        if (kind === 'change')
          store.put(
            id,
            classId,
            embedding.map((value) => value + 0.5),
          );
        if (kind !== 'ask') continue;
        const { slots, classIndexes } = store.select(classesOf(classes));
        const weights = Float64Array.from(classIndexes, (c) => (equal ? 1 : 1 / (c + 2)));
        const expected = written(store.features, slots, weights);
        expect(largestDifference(store.moments(slots, weights), expected)).toBeLessThan(1e-9);
      }
    }),
    { numRuns: 150 },
  );
});

it('samples that leave in great numbers are not taken out one by one', () => {
  const count = 700;
  const features = Float32Array.from({ length: count * dimension }, (_, i) => Math.sin(i));
  const moments = new Moments(dimension);
  const all = Int32Array.from({ length: count }, (_, i) => i);
  const one = (slots: Int32Array) => new Float64Array(slots.length).fill(1);
  moments.of(features, count, all, one(all));
  let size = count;
  for (; size > 100; size -= 1) {
    moments.remove(0, size - 1, features);
    features.copyWithin(0, (size - 1) * dimension, size * dimension);
  }
  const rest = all.slice(0, size);
  const expected = written(features, rest, one(rest));
  expect(largestDifference(moments.of(features, size, rest, one(rest)), expected)).toBeLessThan(
    1e-9,
  );
});
