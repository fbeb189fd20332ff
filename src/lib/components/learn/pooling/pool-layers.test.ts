import { expect, test } from 'vitest';
import { kernelPresets } from '#lib/convnet/kernels.ts';
import { shifted, type Plane } from '#lib/convnet/plane.ts';
import {
  brightest,
  cellsOf,
  changesBetween,
  layersOf,
  mapSide,
  pixelsOf,
  placeIn,
  pooledSide,
  side,
} from './pool-layers.ts';

const { kernel } = kernelPresets[0];

/** Black, with a white upright line of one pixel. */
function lineAt(column: number): Plane {
  const values = Float32Array.from({ length: side * side }, (_, i) =>
    i % side === column ? 1 : 0,
  );
  return { width: side, height: side, values };
}

test('16 pixels a side become 12 cells, and 6 pooled ones', () => {
  const { map, pooled } = layersOf(lineAt(7), kernel, 'max');
  expect([map.width, map.height]).toEqual([mapSide, mapSide]);
  expect([pooled.width, pooled.height]).toEqual([pooledSide, pooledSide]);
  // Five white pixels of the window, each times 4.
  expect([brightest(map), brightest(pooled)]).toEqual([20, 20]);
  expect(brightest({ width: 1, height: 1, values: Float32Array.of(0) })).toBeGreaterThan(0);
});

test('the average of a line half as wide as its block is half of it', () => {
  expect(brightest(layersOf(lineAt(7), kernel, 'average').pooled)).toBe(10);
});

test('one pixel within the block changes the map and not the pooled one; noise changes neither', () => {
  // The line’s cells are in column 4 of the map, the left one of its block.
  const before = layersOf(lineAt(6), kernel, 'max');
  const after = layersOf(shifted(lineAt(6), { right: 1, down: 0 }), kernel, 'max');
  const changes = changesBetween(before, after);
  expect(changes.map).toHaveLength(2 * mapSide);
  expect(changes.pooled).toEqual([]);
  const noisy = lineAt(6);
  noisy.values.forEach((value, i) => (noisy.values[i] = value * 0.98));
  expect(changesBetween(before, layersOf(noisy, kernel, 'max'))).toEqual({ map: [], pooled: [] });
});

test('a pooled cell stands for four cells, and these for 6 × 6 pixels', () => {
  expect(cellsOf({ row: 2, column: 3 })).toEqual({ left: 6, top: 4, width: 2, height: 2 });
  expect(pixelsOf({ row: 2, column: 3 }, kernel)).toEqual({
    left: 6,
    top: 4,
    width: 6,
    height: 6,
  });
  expect(placeIn(15, pooledSide)).toEqual({ row: 2, column: 3 });
});
