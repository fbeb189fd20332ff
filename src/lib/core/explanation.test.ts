import { describe, expect, test } from 'vitest';
import { cellsOfClass, smoothHeatMap, type HeatMap } from './explanation.ts';

function mapOf(values: readonly number[], changes: Partial<HeatMap> = {}): HeatMap {
  const cells = Float32Array.from(values);
  const of = (from: number): number => cells.subarray(from, from + 4).reduce((a, b) => a + b, 1);
  return {
    of: 'score',
    side: 2,
    classIds: ['a', 'b'],
    cells,
    elsewhere: Float32Array.of(1, 1),
    totals: Float32Array.of(of(0), of(4)),
    ...changes,
  };
}

const before = mapOf([0, 0, 0, 8, 1, 1, 1, 1]);
const next = mapOf([4, 0, 0, 0, 1, 1, 1, 5]);

describe('smoothing', () => {
  test('mixes the past in, and what adds up still does', () => {
    const mixed = smoothHeatMap(before, next, 0.25);
    expect(Array.from(mixed.cells)).toEqual([3, 0, 0, 2, 1, 1, 1, 4]);
    for (const c of [0, 1]) {
      const sum = mixed.cells.subarray(4 * c, 4 * c + 4).reduce((a, b) => a + b, 1);
      expect(mixed.totals[c]).toBeCloseTo(sum, 6);
    }
  });

  test('other classes, another side or another kind of head start afresh', () => {
    expect(smoothHeatMap(null, next, 0.5)).toBe(next);
    expect(smoothHeatMap(before, next, 0)).toBe(next);
    for (const other of [{ classIds: ['b', 'a'] }, { of: 'likeness' }, { side: 1 }] as const) {
      expect(smoothHeatMap({ ...before, ...other }, next, 0.5)).toBe(next);
    }
  });
});

test('the cells of one class', () => {
  expect(Array.from(cellsOfClass(next, 'b') ?? [])).toEqual([1, 1, 1, 5]);
  expect(cellsOfClass(next, 'c')).toBeNull();
});
