import { expect, test } from 'vitest';
import { greyPixels } from './grey-pixels.ts';

test('from low to high is from black to white, and what lies beyond is cut off', () => {
  const rgba = greyPixels([-1, 0, 0.5, 1, 7, NaN], 0, 1);
  expect(Array.from(rgba.filter((_, i) => i % 4 === 0))).toEqual([0, 0, 128, 255, 255, 0]);
  expect(Array.from(rgba.filter((_, i) => i % 4 === 3))).toEqual([255, 255, 255, 255, 255, 255]);
});

test('without a range everything is black', () => {
  expect(Array.from(greyPixels([3, 4], 2, 2))).toEqual([0, 0, 0, 255, 0, 0, 0, 255]);
});
