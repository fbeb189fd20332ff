import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convolve } from './convolve.ts';
import { kernelPresets } from './kernels.ts';
import {
  greyLevels,
  heaviest,
  levelSums,
  planeOfLevels,
  windowTotals,
  type LevelPicture,
} from './level-sums.ts';
import { greyPlane } from './plane.ts';

const pictures: fc.Arbitrary<LevelPicture> = fc
  .record({ width: fc.integer({ min: 5, max: 20 }), height: fc.integer({ min: 5, max: 20 }) })
  .chain(({ width, height }) =>
    fc
      .uint8Array({ min: 0, max: 100, minLength: width * height, maxLength: width * height })
      .map((levels) => ({ width, height, levels })),
  );
const weights = fc.oneof(
  fc.array(fc.integer({ min: -heaviest, max: heaviest }), { minLength: 25, maxLength: 25 }),
  fc.constantFrom(...kernelPresets.map(({ kernel }) => [...kernel.weights])),
);

describe('sums in hundredths', () => {
  test('are those of convolve, for any picture and kernel', () => {
    fc.assert(
      fc.property(pictures, weights, (picture, kernel) => {
        const map = convolve(planeOfLevels(picture), { side: 5, weights: kernel, bias: 0 });
        const sums = levelSums(picture, kernel);
        expect(sums.length).toBe(map.values.length);
        for (const [i, value] of map.values.entries()) expect(sums[i]! / 100).toBeCloseTo(value, 3);
      }),
    );
  });

  test('are the same with totals that were counted before', () => {
    fc.assert(
      fc.property(pictures, weights, (picture, kernel) => {
        expect(levelSums(picture, kernel, windowTotals(picture))).toEqual(
          levelSums(picture, kernel),
        );
      }),
    );
  });

  test('the picture’s levels are its lightness, rounded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 40, maxLength: 40 }), (bytes) => {
        const rgba = new Uint8ClampedArray(bytes);
        const { width, height, levels } = greyLevels(rgba, 5);
        expect([width, height]).toEqual([5, 2]);
        const plane = greyPlane(rgba, 5);
        for (const [i, value] of plane.values.entries()) {
          expect(Math.abs(levels[i]! - 100 * value)).toBeLessThanOrEqual(0.5001);
        }
      }),
    );
  });

  test('a picture smaller than the kernel is a bug of the caller', () => {
    const picture = { width: 4, height: 9, levels: new Uint8Array(36) };
    expect(() => levelSums(picture, kernelPresets[0].kernel.weights)).toThrow(RangeError);
  });
});
