import '@tensorflow/tfjs-backend-cpu';
import { avgPool, maxPool, tensor, tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convolve } from './convolve.ts';
import { squarePicture } from './layer-spec.ts';
import type { Kernel, Plane } from './plane.ts';
import { shifted } from './plane.ts';
import { blockValues, changedCells, pooled, strongestCell, type PoolKind } from './pooling.ts';
import { fieldInStack } from './stack.ts';

const kinds = fc.constantFrom<PoolKind>('max', 'average');
const maps: fc.Arbitrary<Plane> = fc
  .record({ width: fc.integer({ min: 2, max: 13 }), height: fc.integer({ min: 2, max: 13 }) })
  .chain(({ width, height }) =>
    fc
      .array(fc.float({ min: -5, max: 5, noNaN: true }), {
        minLength: width * height,
        maxLength: width * height,
      })
      .map((values) => ({ width, height, values: Float32Array.from(values) })),
  );

describe('pooling', () => {
  test('is what tfjs computes', () => {
    fc.assert(
      fc.property(maps, kinds, (map, of) => {
        const cells = pooled(map, of);
        const { shape, values } = tidy(() => {
          const x: Tensor3D = tensor(map.values, [map.height, map.width, 1]);
          const y = (of === 'max' ? maxPool : avgPool)(x, 2, 2, 'valid');
          return { shape: y.shape, values: y.dataSync() };
        });
        expect([cells.height, cells.width]).toEqual(shape.slice(0, 2));
        for (const [i, value] of cells.values.entries()) expect(value).toBeCloseTo(values[i]!, 4);
      }),
    );
  });

  test('the field of a pooled cell is the set of pixels whose change alters it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 6, max: 13 }),
        fc.integer({ min: 1, max: 5 }),
        kinds,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (side, kernelSide, of, down, across) => {
          const specs = [
            { kind: 'conv', kernel: kernelSide, stride: 1, maps: 1 },
            { kind: 'pool', of, window: 2, stride: 2 },
          ] as const;
          const cells = Math.floor((side - kernelSide + 1) / 2);
          const row = Math.floor(down * cells);
          const column = Math.floor(across * cells);
          const { left, top, width, height } = fieldInStack(
            squarePicture(side),
            specs,
            row,
            column,
          );
          const kernel: Kernel = {
            side: kernelSide,
            weights: Array.from({ length: kernelSide ** 2 }, (_, i) => i + 1),
            bias: 0,
          };
          for (let pixel = 0; pixel < side * side; pixel += 1) {
            const values = new Float32Array(side * side);
            values[pixel] = 1;
            const map = convolve({ width: side, height: side, values }, kernel);
            const alters = pooled(map, of).values[row * cells + column]! > 0;
            const x = pixel % side;
            const y = Math.floor(pixel / side);
            const inside = x >= left && x < left + width && y >= top && y < top + height;
            expect(alters).toBe(inside);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('a move by a whole block moves the pooled map by one cell', () => {
    fc.assert(
      fc.property(maps, kinds, (map, of) => {
        const before = pooled(map, of);
        const after = pooled(shifted(map, { right: 2, down: 0 }), of);
        for (let row = 0; row < before.height; row += 1) {
          for (let column = 1; column < before.width; column += 1) {
            const i = row * before.width + column;
            expect(after.values[i]).toBeCloseTo(before.values[i - 1]!, 5);
          }
        }
      }),
    );
  });

  test('a move inside its block does not change what max-pooling keeps of a lit cell', () => {
    fc.assert(
      fc.property(
        // Not at the edge, where the moved picture repeats its first row and column.
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        (row, column, right) => {
          const values = new Float32Array(144);
          values[row * 2 * 12 + column * 2] = 9;
          const map: Plane = { width: 12, height: 12, values };
          const moved = shifted(map, right ? { right: 1, down: 0 } : { right: 0, down: 1 });
          expect(changedCells(map, moved, 0)).toHaveLength(2);
          expect(changedCells(pooled(map, 'max'), pooled(moved, 'max'), 0)).toEqual([]);
          expect(strongestCell(pooled(moved, 'max'))).toBe(row * 6 + column);
          expect(blockValues(map, row, column)).toEqual([9, 0, 0, 0]);
        },
      ),
    );
  });
});

test('changes up to the tolerance do not count', () => {
  const map = (values: number[]): Plane => ({
    width: 2,
    height: 2,
    values: Float32Array.from(values),
  });
  expect(changedCells(map([1, 2, 3, 4]), map([1, 2.5, 3.75, 2]), 0.5)).toEqual([2, 3]);
});
