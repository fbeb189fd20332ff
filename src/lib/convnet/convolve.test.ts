import '@tensorflow/tfjs-backend-cpu';
import { add, conv2d, tensor, tidy, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { activate, convolve, windowProducts } from './convolve.ts';
import { kernelPresets, largestSum, presetOf, smallestSum, uprightKernel } from './kernels.ts';
import { greyPlane, shifted, valueAt, type Kernel, type Plane } from './plane.ts';

const lightness = fc.float({ min: 0, max: 1, noNaN: true });
const planes: fc.Arbitrary<Plane> = fc
  .record({ width: fc.integer({ min: 5, max: 14 }), height: fc.integer({ min: 5, max: 14 }) })
  .chain(({ width, height }) =>
    fc
      .array(lightness, { minLength: width * height, maxLength: width * height })
      .map((values) => ({ width, height, values: Float32Array.from(values) })),
  );
const kernels: fc.Arbitrary<Kernel> = fc.integer({ min: 1, max: 5 }).chain((side) =>
  fc.record({
    side: fc.constant(side),
    weights: fc.array(fc.integer({ min: -4, max: 4 }), {
      minLength: side * side,
      maxLength: side * side,
    }),
    bias: fc.integer({ min: -3, max: 3 }),
  }),
);

describe('convolution', () => {
  test('is what tfjs computes, for any picture, kernel and stride', () => {
    fc.assert(
      fc.property(planes, kernels, fc.integer({ min: 1, max: 3 }), (picture, kernel, stride) => {
        const map = convolve(picture, kernel, { stride });
        const { shape, values } = tidy(() => {
          const x: Tensor3D = tensor(picture.values, [picture.height, picture.width, 1]);
          const k: Tensor4D = tensor([...kernel.weights], [kernel.side, kernel.side, 1, 1]);
          const y = add(conv2d(x, k, stride, 'valid'), kernel.bias);
          return { shape: y.shape, values: y.dataSync() };
        });
        expect([map.height, map.width]).toEqual(shape.slice(0, 2));
        for (const [i, value] of map.values.entries()) expect(value).toBeCloseTo(values[i]!, 4);
      }),
      { numRuns: 60 },
    );
  });

  test('each neuron is the sum of its products, plus the bias, activated', () => {
    fc.assert(
      fc.property(planes, kernels, (picture, kernel) => {
        const map = convolve(picture, kernel, { activation: 'relu' });
        const row = Math.floor(map.height / 2);
        const column = Math.floor(map.width / 2);
        const products = windowProducts(picture, kernel, row, column);
        const sum = products.reduce((before, { product }) => before + product, kernel.bias);
        expect(valueAt(map, row, column)).toBeCloseTo(activate(sum, 'relu'), 4);
      }),
    );
  });

  test('a picture moved by a pixel moves its feature map by a pixel', () => {
    fc.assert(
      fc.property(planes, kernels, (picture, kernel) => {
        const before = convolve(picture, kernel);
        const after = convolve(shifted(picture, { right: 1, down: 0 }), kernel);
        for (let row = 0; row < before.height; row += 1) {
          for (let column = 1; column < before.width; column += 1) {
            expect(valueAt(after, row, column)).toBeCloseTo(valueAt(before, row, column - 1), 5);
          }
        }
      }),
    );
  });

  test('a kernel larger than the picture is a bug of the caller', () => {
    expect(() =>
      convolve({ width: 3, height: 3, values: new Float32Array(9) }, uprightKernel(4)),
    ).toThrow(RangeError);
  });
});

describe('kernels', () => {
  test('all presets but the blur are cold on an even surface', () => {
    for (const { id, kernel } of kernelPresets) {
      const sum = kernel.weights.reduce((a, b) => a + b, 0);
      expect([id, kernel.weights.length, sum]).toEqual([id, 25, id === 'blur' ? 25 : 0]);
    }
  });

  test('the upright kernel of side 5 is the preset, and of every side is cold', () => {
    expect(uprightKernel(5).weights).toEqual(kernelPresets[0].kernel.weights);
    for (const side of [2, 3, 4, 7]) {
      expect(uprightKernel(side).weights.reduce((a, b) => a + b, 0)).toBe(0);
    }
    expect(uprightKernel(1).weights).toEqual([1]);
  });

  test('weights are found again among the presets, whatever the bias', () => {
    const { kernel } = kernelPresets[1];
    expect(presetOf({ ...kernel, bias: 3 })?.id).toBe('horizontal');
    expect(presetOf({ ...kernel, weights: kernel.weights.map((w) => w + 1) })).toBeNull();
    expect(presetOf(uprightKernel(3))).toBeNull();
  });

  test('no picture gives a sum beyond the largest or the smallest', () => {
    fc.assert(
      fc.property(planes, kernels, (picture, kernel) => {
        for (const value of convolve(picture, kernel).values) {
          expect(value).toBeLessThanOrEqual(largestSum(kernel) + 1e-4);
          expect(value).toBeGreaterThanOrEqual(smallestSum(kernel) - 1e-4);
        }
      }),
    );
  });

  test.each([
    ['vertical', (x: number) => x === 7],
    ['horizontal', (_: number, y: number) => y === 7],
    ['diagonal-down', (x: number, y: number) => x === y],
    ['diagonal-up', (x: number, y: number) => x + y === 14],
  ] as const)('%s fires most of all at its own line', (id, lit) => {
    const values = Float32Array.from({ length: 225 }, (_, i) =>
      lit(i % 15, Math.floor(i / 15)) ? 1 : 0,
    );
    const answers = kernelPresets
      .filter((preset) => !['blur', 'edge', 'curve'].includes(preset.id))
      .map((preset) => ({
        id: preset.id,
        most: Math.max(...convolve({ width: 15, height: 15, values }, preset.kernel).values),
      }));
    const best = answers.reduce((a, b) => (b.most > a.most ? b : a));
    expect(best).toEqual({ id, most: 20 });
  });
});

describe('grey', () => {
  test('black is 0, white is 1, and green counts most', () => {
    const rgba = new Uint8ClampedArray([
      0, 0, 0, 255, 255, 255, 255, 255, 0, 255, 0, 255, 255, 0, 0, 255,
    ]);
    const { width, height, values } = greyPlane(rgba, 2);
    expect([width, height]).toEqual([2, 2]);
    expect(values[0]).toBe(0);
    expect(values[1]).toBeCloseTo(1);
    expect(values[2]).toBeGreaterThan(values[3]!);
  });
});
