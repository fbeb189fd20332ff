import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '#lib/core/random.ts';
import { principalPlane, projectRow, symmetricEigen } from './pca.ts';

/** Rows stretched differently along every axis, then turned by mixing neighbours, around a centre. */
function drawnRows(seed: number, count: number, dimension: number): Float32Array {
  const random = seededRandom(seed);
  const centre = Array.from({ length: dimension }, () => random());
  const rows = new Float32Array(count * dimension);
  for (let n = 0; n < count; n += 1) {
    const own = centre.map((_, d) => (random() - 0.5) / (1 + d));
    for (let d = 0; d < dimension; d += 1) {
      rows[n * dimension + d] =
        (centre[d] ?? 0) + (own[d] ?? 0) + 0.5 * (own[(d + 1) % dimension] ?? 0);
    }
  }
  return rows;
}

const setOf = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  count: fc.integer({ min: 1, max: 40 }),
  dimension: fc.integer({ min: 2, max: 24 }),
});

const inner = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, d) => sum + value * (b[d] ?? 0), 0);

/** The covariance itself, which the code under test never makes. */
function covariance(rows: Float32Array, dimension: number): number[][] {
  const count = rows.length / dimension;
  const mean = Array.from({ length: dimension }, (_, d) => {
    let sum = 0;
    for (let n = 0; n < count; n += 1) sum += rows[n * dimension + d] ?? 0;
    return sum / count;
  });
  const of = (n: number, d: number): number => (rows[n * dimension + d] ?? 0) - (mean[d] ?? 0);
  return mean.map((_, i) =>
    mean.map((__, j) => {
      let sum = 0;
      for (let n = 0; n < count; n += 1) sum += of(n, i) * of(n, j);
      return sum / count;
    }),
  );
}

describe('principalPlane', () => {
  test('the directions are of unit length and at right angles, whatever the rows', () => {
    fc.assert(
      fc.property(setOf, ({ seed, count, dimension }) => {
        const { directions } = principalPlane(drawnRows(seed, count, dimension), dimension);
        expect(inner(directions[0], directions[0])).toBeCloseTo(1, 9);
        expect(inner(directions[1], directions[1])).toBeCloseTo(1, 9);
        expect(Math.abs(inner(directions[0], directions[1]))).toBeLessThan(1e-9);
      }),
    );
  });

  test('variances are those of the covariance, largest first, and no more than all there is', () => {
    fc.assert(
      fc.property(setOf, ({ seed, count, dimension }) => {
        const rows = drawnRows(seed, count, dimension);
        const { variances, total } = principalPlane(rows, dimension);
        const { values } = symmetricEigen(covariance(rows, dimension));
        const [first = 0, second = 0] = values.sort((a, b) => b - a);
        expect(variances[0]).toBeCloseTo(first, 9);
        expect(variances[1]).toBeCloseTo(Math.max(0, second), 9);
        expect(variances[0]).toBeGreaterThanOrEqual(variances[1]);
        expect(variances[0] + variances[1]).toBeLessThanOrEqual(total + 1e-9);
      }),
    );
  });

  test('the sign is settled: the largest number of a direction is positive; the same rows give the same plane', () => {
    fc.assert(
      fc.property(setOf, ({ seed, count, dimension }) => {
        const rows = drawnRows(seed, count, dimension);
        const plane = principalPlane(rows, dimension);
        for (const direction of plane.directions) {
          expect(Math.max(...direction)).toBe(Math.max(...direction.map(Math.abs)));
        }
        expect(principalPlane(rows.slice(), dimension)).toEqual(plane);
      }),
    );
  });

  test('projected rows have these variances and are not correlated', () => {
    const [dimension, count] = [300, 200];
    const rows = drawnRows(5, count, dimension);
    const plane = principalPlane(rows, dimension);
    const places = new Float32Array(2 * count);
    for (let n = 0; n < count; n += 1) projectRow(plane, rows, n * dimension, places, 2 * n);
    const [[xx = 0, xy = 0] = [], [, yy = 0] = []] = covariance(places, 2);
    expect(xx / plane.variances[0]).toBeCloseTo(1, 4);
    expect(yy / plane.variances[1]).toBeCloseTo(1, 4);
    expect(Math.abs(xy) / xx).toBeLessThan(1e-4);
  });

  test('two equal variances are both found; equal rows lie on one point', () => {
    const square = Float32Array.of(1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0);
    const plane = principalPlane(square, 3);
    expect(plane.variances[0]).toBeCloseTo(0.5, 9);
    expect(plane.variances[1]).toBeCloseTo(0.5, 9);
    expect(principalPlane(Float32Array.of(3, 4, 3, 4), 2).variances[0]).toBeCloseTo(0, 9);
  });
});
