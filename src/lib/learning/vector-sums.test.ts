import fc from 'fast-check';
import { expect, it } from 'vitest';

import { seededRandom } from '#lib/core/random.ts';

import { factorise, factoriseRows, packedLength } from './cholesky.ts';
import { largestDifference } from './testing.ts';
import { vectorSums } from './vector-sums.ts';

/** Rows of about unit length, some numbers of which are nought. */
function rowsOf(seed: number, count: number, dimension: number): Float32Array {
  const random = seededRandom(seed);
  const size = 2 / Math.sqrt(dimension);
  return Float32Array.from(
    { length: count * dimension },
    () => Math.max(-0.2, random() - 0.4) * size,
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
