import { describe, expect, test } from 'vitest';

import { pictureFacts, withoutMiddle } from './picture-facts.ts';

const side = 40;

function picture(grey: (x: number, y: number) => number): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: side * side * 4 }, (_, i) => {
    const pixel = Math.floor(i / 4);
    return i % 4 === 3 ? 255 : 255 * grey(pixel % side, Math.floor(pixel / side));
  });
}

const stripes = picture((x) => (Math.floor(x / 5) % 2 === 0 ? 0.3 : 0.7));

describe('facts of a picture', () => {
  test('brightness, and what is all but black or white', () => {
    const half = pictureFacts(picture((x) => (x < side / 2 ? 0 : 1)));
    expect(half.brightness).toBeCloseTo(0.5);
    expect(half.black).toBe(0.5);
    expect(half.white).toBe(0.5);
    expect(pictureFacts(stripes)).toMatchObject({ black: 0, white: 0 });
  });

  test('sharpness falls with blur and not with contrast', () => {
    const sharp = pictureFacts(stripes).sharpness;
    const smooth = picture((x) => 0.5 + 0.2 * Math.sin((2 * Math.PI * x) / 10));
    const faint = picture((x) => (Math.floor(x / 5) % 2 === 0 ? 0.45 : 0.55));
    expect(pictureFacts(smooth).sharpness).toBeLessThan(0.5 * sharp);
    expect(pictureFacts(faint).sharpness / sharp).toBeCloseTo(1, 1);
    expect(pictureFacts(picture(() => 0.4)).sharpness).toBe(0);
  });

  test('no pixels, no facts', () => {
    expect(pictureFacts(new Uint8ClampedArray(0))).toMatchObject({ brightness: 0, sharpness: 0 });
  });
});

test('without its middle a picture keeps its border, and one colour in the middle', () => {
  const framed = picture((x, y) => (x < 4 || y < 4 || x >= 36 || y >= 36 ? 0.1 : x / side));
  const left = withoutMiddle(framed);
  expect(left.slice(0, 4 * side)).toEqual(framed.slice(0, 4 * side));
  const at = (x: number, y: number): number => left[4 * (y * side + x)] ?? 0;
  expect(at(20, 20)).toBe(at(8, 30));
  expect(at(20, 20)).toBeCloseTo(255 * 0.4875, -1);
  expect(framed).not.toEqual(left);
});
