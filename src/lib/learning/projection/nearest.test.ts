import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '#lib/core/random.ts';
import { meanPlace, nearestRows, neighbourTable, type NeighbourTable } from './nearest.ts';

function unitRows(seed: number, count: number, dimension: number): Float32Array {
  const random = seededRandom(seed);
  const rows = Float32Array.from({ length: count * dimension }, () => random() - 0.5);
  for (let n = 0; n < count; n += 1) {
    const row = rows.subarray(n * dimension, (n + 1) * dimension);
    const length = Math.hypot(...row);
    row.forEach((value, d) => (row[d] = value / length));
  }
  return rows;
}

function finished(table: Generator<number, NeighbourTable>): NeighbourTable {
  for (;;) {
    const step = table.next();
    if (step.done === true) return step.value;
  }
}

const setOf = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  count: fc.integer({ min: 1, max: 30 }),
  dimension: fc.integer({ min: 2, max: 9 }),
});

test('the table is what looking at every pair finds', () => {
  fc.assert(
    fc.property(setOf, fc.integer({ min: 1, max: 6 }), ({ seed, count, dimension }, wanted) => {
      const rows = unitRows(seed, count, dimension);
      const k = Math.min(wanted, count);
      const { indexes, cosines } = finished(neighbourTable(rows, dimension, k));
      for (let n = 0; n < count; n += 1) {
        const products = Array.from({ length: count }, (_, other) => {
          let sum = 0;
          for (let d = 0; d < dimension; d += 1)
            sum += (rows[n * dimension + d] ?? 0) * (rows[other * dimension + d] ?? 0);
          return { other, sum };
        })
          .filter(({ other }) => other !== n)
          .sort((a, b) => b.sum - a.sum);
        expect(indexes[n * k]).toBe(n);
        products.slice(0, k - 1).forEach(({ sum }, i) => {
          expect(cosines[n * k + 1 + i]).toBeCloseTo(sum, 5);
        });
        expect(new Set(indexes.subarray(n * k, (n + 1) * k)).size).toBe(k);
      }
    }),
  );
});

test('a row is its own nearest, and neighbours come most similar first', () => {
  fc.assert(
    fc.property(setOf, ({ seed, count, dimension }) => {
      const rows = unitRows(seed, count, dimension);
      const nearest = nearestRows(rows, dimension, rows, 0, 5);
      expect(nearest).toHaveLength(Math.min(5, count));
      expect(nearest[0]?.cosine).toBeCloseTo(1, 5);
      const cosines = nearest.map(({ cosine }) => cosine);
      expect(cosines).toEqual(cosines.toSorted((a, b) => b - a));
    }),
  );
});

test('a copy lies on its sample; anything else lies between its neighbours', () => {
  const places = Float32Array.of(0, 0, 10, 0, 10, 20);
  const copy = meanPlace(places, [
    { index: 1, cosine: 1 },
    { index: 2, cosine: 0.2 },
  ]);
  expect(copy[0]).toBeCloseTo(10, 3);
  expect(copy[1]).toBeCloseTo(0, 3);
  const between = meanPlace(places, [
    { index: 0, cosine: 0.5 },
    { index: 2, cosine: 0.5 },
  ]);
  expect(between).toEqual([5, 10]);
  const nearer = meanPlace(places, [
    { index: 0, cosine: 0.9 },
    { index: 2, cosine: 0.5 },
  ]);
  expect(nearer[0]).toBeLessThan(5);
});
