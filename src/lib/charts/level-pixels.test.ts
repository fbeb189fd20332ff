import { expect, test } from 'vitest';
import { coarser, levelPixels } from './level-pixels.ts';

test('from black to white, cut off beyond, opaque', () => {
  const rgba = levelPixels(Int32Array.of(-900, -100, 0, 155, 156), { black: -100, white: 155 });
  expect(Array.from(rgba)).toEqual(
    [0, 0, 100, 255, 255].flatMap((grey) => [grey, grey, grey, 255]),
  );
});

test('without a range everything is black', () => {
  expect(Array.from(levelPixels(Uint8Array.of(7), { black: 0, white: 0 }))).toEqual([0, 0, 0, 255]);
});

test('a coarser view keeps the largest of each block and drops what is left over', () => {
  const sums = Int32Array.from([1, -2, 3, 4, 9, 5, 6, -7, -8, 9, 0, 0, 0, 0, 9]);
  expect(Array.from(coarser(sums, 5, 2))).toEqual([6, 4]);
  expect(Array.from(coarser(sums, 5, 1))).toEqual(Array.from(sums));
  expect(Array.from(coarser(Int32Array.of(-5, -9, -7, -6), 2, 2))).toEqual([-5]);
});
