import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputWriter } from './preprocess.ts';

test('writes RGB in the range and leaves alpha out', () => {
  const writer = new InputWriter();
  const rgba = Uint8ClampedArray.of(0, 255, 51, 9, 255, 0, 102, 0);
  const values = (range: [number, number]): number[] =>
    Array.from(writer.write(rgba, range), (value) => Math.round(value * 1e6) / 1e6);
  expect(values([0, 1])).toEqual([0, 1, 0.2, 1, 0, 0.4]);
  expect(values([-1, 1])).toEqual([-1, 1, -0.6, 1, -1, -0.2]);
  expect(values([0, 255])).toEqual([0, 255, 51, 255, 0, 102]);
});

test('is the plain formula for any picture and range, whatever was written before', () => {
  const writer = new InputWriter();
  const pixels = fc
    .uint8ClampedArray({ minLength: 4, maxLength: 64 })
    .map((bytes) => bytes.slice(0, bytes.length - (bytes.length % 4)));
  const bound = fc.integer({ min: -4, max: 4 });
  fc.assert(
    fc.property(pixels, bound, bound, (rgba, low, high) => {
      const input = writer.write(rgba, [low, high]);
      const rgb = rgba.filter((_, i) => i % 4 !== 3);
      expect(input).toHaveLength(rgb.length);
      rgb.forEach((value, i) => {
        expect(input[i]).toBeCloseTo(low + (value / 255) * (high - low), 5);
      });
    }),
  );
});
