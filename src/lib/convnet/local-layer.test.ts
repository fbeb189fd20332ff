import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Field } from './cell-field.ts';
import { convolve } from './convolve.ts';
import { localLayer, overlap } from './local-layer.ts';
import { squarePicture } from './layer-spec.ts';
import type { Plane } from './plane.ts';
import { fieldInStack } from './stack.ts';

const field: fc.Arbitrary<Field> = fc.record({
  left: fc.nat(9),
  top: fc.nat(9),
  width: fc.integer({ min: 1, max: 6 }),
  height: fc.integer({ min: 1, max: 6 }),
});
const pixelsOf = ({ left, top, width, height }: Field): string[] =>
  Array.from({ length: width * height }, (_, i) => {
    return `${top + Math.floor(i / width)} ${left + (i % width)}`;
  });

test('two windows overlap in exactly the pixels that both have', () => {
  fc.assert(
    fc.property(field, field, (a, b) => {
      const shared = overlap(a, b);
      const inB = new Set(pixelsOf(b));
      expect(shared ? pixelsOf(shared) : []).toEqual(pixelsOf(a).filter((pixel) => inB.has(pixel)));
    }),
  );
});

test('neurons whose own weights happen to be the same are a convolution', () => {
  const values = Float32Array.from({ length: 49 }, (_, i) => ((i * 17) % 11) / 11);
  const picture: Plane = { width: 7, height: 7, values };
  const weights = [1, -2, 0, 3, -1, 2, 0, 1, -3];
  const specs = [{ kind: 'conv', kernel: 3, stride: 2, maps: 1 }] as const;
  const windows = Array.from({ length: 9 }, (_, i) =>
    fieldInStack(squarePicture(7), specs, Math.floor(i / 3), i % 3),
  );
  let asked = 0;
  const local = localLayer(picture, windows, () => weights[asked++ % 9] ?? 0);
  const kernel = { side: 3, weights, bias: 0 };
  const map = convolve(picture, kernel, { stride: 2, activation: 'relu' });
  for (const [i, value] of local.entries()) expect(value).toBeCloseTo(map.values[i]!, 5);
  expect(asked).toBe(81);
});
