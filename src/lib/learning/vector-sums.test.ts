import fc from 'fast-check';
import { expect, it } from 'vitest';

import { seededRandom } from '#lib/core/random.ts';

import { factorise, factoriseRows, packedLength } from './cholesky.ts';
import { featuresOf } from './features.ts';
import { gramOf } from './gram.ts';
import { solveDual } from './ridge-solve.ts';
import { classesOf, largestDifference, randomSamples, storeOf } from './testing.ts';
import { fewestForVectors, vectorSums } from './vector-sums.ts';

/** Rows of about unit length, some numbers of which are nought. */
function rowsOf(seed: number, count: number, dimension: number): Float32Array {
  const random = seededRandom(seed);
  const size = 2 / Math.sqrt(dimension);
  return Float32Array.from(
    { length: count * dimension },
    () => Math.max(-0.2, random() - 0.4) * size,
  );
}

function predicted(kernel: Float32Array, bias: Float32Array, features: Float32Array): Float32Array {
  return bias.map((start, c) =>
    features.reduce((sum, z, d) => sum + z * kernel[d * bias.length + c]!, start),
  );
}

it('adds the products that plain sums give, for any number of rows and of numbers in a row', () => {
  const sizes = fc.record({
    seed: fc.integer(),
    dimension: fc.integer({ min: 1, max: 90 }),
    count: fc.integer({ min: 1, max: 600 }),
    sign: fc.constantFrom<1 | -1>(1, -1),
  });
  fc.assert(
    fc.property(sizes, ({ seed, dimension, count, sign }) => {
      const features = rowsOf(seed, count + 3, dimension);
      const slots = Array.from({ length: count }, (_, n) => (n * 7) % (count + 3));
      const scale = (slot: number): number => 1 / (1 + (slot % 3));
      const before = Float64Array.from({ length: packedLength(dimension) }, (_, i) => i % 5);
      const plain = before.slice();
      for (const slot of slots) {
        for (let i = 0; i < dimension; i += 1) {
          for (let j = 0; j <= i; j += 1) {
            const product = features[slot * dimension + i]! * features[slot * dimension + j]!;
            plain[packedLength(i) + j]! += sign * scale(slot) ** 2 * product;
          }
        }
      }
      const packed = before.slice();
      vectorSums()!.addProducts(packed, features, dimension, slots, scale, sign);
      // An entry is at most 1 a row.
      expect(largestDifference(packed, plain)).toBeLessThan(1e-7 * count);
    }),
    { numRuns: 60 },
  );
});

it('a ridge head on a Gram matrix of vectors predicts as one on plain products, and equal rows stay equal', () => {
  const shots = fc.array(fc.integer({ min: 40, max: 70 }), { minLength: 2, maxLength: 3 });
  fc.assert(
    fc.property(
      fc.integer(),
      shots,
      fc.integer({ min: 64, max: 90 }),
      (seed, counts, dimension) => {
        const samples = randomSamples(seed, dimension, counts);
        const twin = { ...samples[50]!, id: 'twin', embedding: samples[2]!.embedding };
        const at = fewestForVectors + 3;
        // Some rows at once, some one by one, and some at once behind those.
        const store = storeOf(samples.slice(0, at), dimension);
        const { slots: some } = store.select(classesOf(3));
        store.gram(some);
        for (const { id, classId, embedding } of [...samples.slice(at), twin]) {
          store.put(id, classId, embedding);
        }
        const { slots, classIndexes, classIds } = store.select(classesOf(3));
        const gram = store.gram(slots);
        const whole = gramOf(store.features, dimension, slots);
        const plain = new Float64Array(gram.length);
        slots.forEach((a, i) => {
          slots.subarray(0, i + 1).forEach((b, j) => {
            for (let d = 0; d < dimension; d += 1) {
              plain[packedLength(i) + j]! +=
                store.features[a * dimension + d]! * store.features[b * dimension + d]!;
            }
          });
        });
        expect(largestDifference(gram, plain)).toBeLessThan(1e-6);
        expect(largestDifference(whole, plain)).toBeLessThan(1e-6);
        const order = store.ids(slots);
        const [one, other] = [order.indexOf('twin'), order.indexOf(samples[2]!.id)];
        const entry = (i: number, j: number): number =>
          whole[packedLength(Math.max(i, j)) + Math.min(i, j)]!;
        for (let i = 0; i < slots.length; i += 1) expect(entry(i, one)).toBe(entry(i, other));
        const problem = {
          features: store.features,
          dimension,
          slots,
          classIndexes,
          classCount: classIds.length,
          lambda: 0.03,
          balanced: true,
        };
        const vectors = solveDual(problem, gram);
        const reference = solveDual(problem, plain);
        for (const { embedding } of randomSamples(
          seed + 1,
          dimension,
          counts.map(() => 5),
        )) {
          const [scores, expected] = [vectors, reference].map(({ kernel, bias }) =>
            predicted(kernel, bias, featuresOf(embedding, null)),
          );
          expect(largestDifference(scores!, expected!)).toBeLessThan(1e-4);
        }
      },
    ),
    { numRuns: 20 },
  );
});

it('factorises as the plain routine does, for any number of rows', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 128, max: 150 }), (seed, n) => {
      const rows = rowsOf(seed, n, n);
      const packed = new Float64Array(packedLength(n));
      for (let i = 0; i < n; i += 1) {
        for (let j = 0; j <= i; j += 1) {
          let sum = i === j ? 0.03 : 0;
          for (let d = 0; d < n; d += 1) sum += rows[i * n + d]! * rows[j * n + d]!;
          packed[packedLength(i) + j] = sum;
        }
      }
      const plain = packed.slice();
      factorise(packed, n);
      factoriseRows(plain, n, 0, n);
      expect(largestDifference(packed, plain)).toBeLessThan(1e-10);
    }),
    { numRuns: 20 },
  );
});

it('refuses a large matrix that is not positive definite', () => {
  const packed = new Float64Array(packedLength(140));
  packed[0] = -1;
  expect(() => {
    factorise(packed, 140);
  }).toThrow(RangeError);
});
