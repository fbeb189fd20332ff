import { expect, test } from 'vitest';
import { halfToNumber, readFloat16 } from './float16.ts';

test('numbers of the standard’s examples', () => {
  const examples: [number, number][] = [
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, (1023 / 1024) * 2 ** -14],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3c00, 1],
    [0x3c01, 1 + 2 ** -10],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
  ];
  for (const [half, value] of examples) expect(halfToNumber(half)).toBe(value);
  expect(halfToNumber(0x7e00)).toBeNaN();
  expect(Object.is(halfToNumber(0x8000), -0)).toBe(true);
});

test('larger bits are larger numbers', () => {
  for (let half = 1; half <= 0x7c00; half += 1) {
    expect(halfToNumber(half)).toBeGreaterThan(halfToNumber(half - 1));
  }
});

test('reads little-endian from an odd place of a larger buffer', () => {
  const bytes = new Uint8Array([9, 9, 9, 0x00, 0x3c, 0x00, 0xc0]).subarray(1);
  expect(readFloat16(bytes, 2, 2)).toEqual(Float32Array.of(1, -2));
});
