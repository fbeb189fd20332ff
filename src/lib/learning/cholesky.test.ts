import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { seededRandom } from '#lib/core/random.ts';

import { factorise, packedLength, solveFactored } from './cholesky.ts';
import { largestDifference } from './testing.ts';

describe('cholesky', () => {
  it('solves A X = B for any size', () => {
    const size = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(fc.integer(), size, fc.integer({ min: 1, max: 4 }), (seed, n, columns) => {
        const random = seededRandom(seed);
        const rows = Array.from({ length: n }, () =>
          Array.from({ length: n }, () => random() - 0.5),
        );
        const matrix = rows.map((a, i) =>
          rows.map((b, j) => a.reduce((sum, v, k) => sum + v * b[k]!, i === j ? 1 : 0)),
        );
        const solution = Array.from({ length: n * columns }, () => random() - 0.5);
        const values = Float64Array.from(solution, (_, at) => {
          const i = Math.floor(at / columns);
          return matrix[i]!.reduce(
            (sum, v, k) => sum + v * solution[k * columns + (at % columns)]!,
            0,
          );
        });
        const packed = new Float64Array(packedLength(n));
        matrix.forEach((row, i) => packed.set(row.slice(0, i + 1), packedLength(i)));
        factorise(packed, n);
        solveFactored(packed, n, values, columns);
        expect(largestDifference(values, solution)).toBeLessThan(1e-9);
      }),
    );
  });

  it('throws when the matrix is not positive definite', () => {
    expect(() => {
      factorise(Float64Array.of(1, 2, 1), 2);
    }).toThrow(RangeError);
    expect(() => {
      factorise(Float64Array.of(NaN), 1);
    }).toThrow(RangeError);
  });
});
