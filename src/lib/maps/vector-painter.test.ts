import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { activations } from '#lib/convnet/convolve.ts';
import { kernelPresets } from '#lib/convnet/kernels.ts';
import { heaviest } from '#lib/convnet/level-sums.ts';
import type { Kernel } from '#lib/convnet/plane.ts';
import { PlainPainter } from './painter.ts';
import { vectorPainter } from './vector-painter.ts';

const pictures = fc
  .record({ width: fc.integer({ min: 5, max: 40 }), height: fc.integer({ min: 5, max: 24 }) })
  .chain(({ width, height }) => {
    const length = 4 * width * height;
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: length, maxLength: length }),
      // Black and white only: the sums that reach farthest.
      fc.array(fc.constantFrom(0, 255), { minLength: length, maxLength: length }),
    );
    return bytes.map((each) => ({ width, rgba: Uint8ClampedArray.from(each) }));
  });
const weight = fc.oneof(
  fc.integer({ min: -heaviest, max: heaviest }),
  fc.constantFrom(-heaviest, heaviest),
);
const kernels: fc.Arbitrary<Kernel> = fc.record({
  side: fc.constant(5),
  weights: fc.oneof(
    fc.array(weight, { minLength: 25, maxLength: 25 }),
    fc.constantFrom(...kernelPresets.map(({ kernel }) => kernel.weights)),
  ),
  bias: fc.integer({ min: -20, max: 20 }),
});

/** One painter for all pictures, as in the worker: what was there before must not show. */
const vector = vectorPainter()!;
const plain = new PlainPainter();

function expectSameMap(kernel: Kernel, activation: (typeof activations)[number], small = false) {
  const wanted = plain.draw(kernel, activation, small);
  const got = vector.draw(kernel, activation, small);
  expect({ ...got, rgba: got.rgba.length }).toEqual({ ...wanted, rgba: wanted.rgba.length });
  // The greys are rounded from 32 bits instead of 64.
  const off = wanted.rgba.findIndex((grey, i) => Math.abs(grey - (got.rgba[i] ?? -9)) > 1);
  expect(off).toBe(-1);
}

test('both painters see the same picture and make the same maps of it', () => {
  fc.assert(
    fc.property(
      pictures,
      kernels,
      fc.constantFrom(...activations),
      (picture, kernel, activation) => {
        const { rgba, width } = picture;
        expect(vector.read(rgba, width)).toEqual(plain.read(rgba, width));
        expectSameMap(kernel, activation);
      },
    ),
    { numRuns: 300 },
  );
});

test('a small view of a large map is the same too, with odd sizes and without', () => {
  for (const [width, height] of [
    [640, 33],
    [607, 6],
    [604, 8],
  ] as const) {
    const rgba = Uint8ClampedArray.from(
      { length: 4 * width * height },
      (_, i) => (i * i * 31) >> 5,
    );
    expect(vector.read(rgba, width)).toEqual(plain.read(rgba, width));
    for (const { kernel } of kernelPresets) expectSameMap(kernel, 'relu', true);
    expect(vector.draw(kernelPresets[0].kernel, 'relu', true).width).toBe((width - 4) >> 1);
  }
});

test('what was read stays the caller’s', () => {
  const light = new Uint8ClampedArray(4 * 36).fill(255);
  for (const painter of [vector, plain]) {
    const { levels } = painter.read(light, 6);
    painter.read(new Uint8ClampedArray(4 * 36), 6);
    painter.draw(kernelPresets[0].kernel, 'relu', false);
    expect(Array.from(levels)).toEqual(Array(36).fill(100));
  }
});

test('without vectors, or where nothing may be compiled, there is none', () => {
  vi.spyOn(WebAssembly, 'Module').mockImplementation(() => {
    throw new WebAssembly.CompileError('unknown opcode 0xfd');
  });
  expect(vectorPainter()).toBeNull();
  vi.restoreAllMocks();
  vi.stubGlobal('WebAssembly', undefined);
  expect(vectorPainter()).toBeNull();
  vi.unstubAllGlobals();
});
