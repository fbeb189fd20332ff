import { expect, test } from 'vitest';
import { activityWords, brightest, kernelsOf, mapsOf, turned } from './layer-maps.ts';

const shape = { kind: 'maps', height: 1, width: 2, channels: 3 } as const;
const values = Float32Array.of(1, 2, 3, 4, 5, 6);

test('an activation is cut into its maps', () => {
  const maps = mapsOf(values, shape);
  expect(maps.map((map) => Array.from(map.values))).toEqual([
    [1, 4],
    [2, 5],
    [3, 6],
  ]);
  expect(brightest(maps)).toBe(6);
  expect(mapsOf(values, { kind: 'list', length: 6 })).toEqual([]);
});

test('a kernel is drawn channel below channel', () => {
  // [1, 1, 3 channels, 2 maps]
  const kernels = kernelsOf({ kernel: values, bias: new Float32Array(2) }, 1);
  expect(kernels.map((kernel) => Array.from(kernel.values))).toEqual([
    [1, 3, 5],
    [2, 4, 6],
  ]);
  expect(kernels[0]).toMatchObject({ width: 1, height: 3 });
});

test('words change with what is active', () => {
  expect(activityWords(values, shape)).toBe(
    '3 of 3 maps are active. The strongest cell (6) is in map 3, row 1, column 2.',
  );
  expect(activityWords(Float32Array.of(0, 2, 0), { kind: 'list', length: 3 })).toBe(
    '1 of 3 neurons is active, neuron 2 the most (2).',
  );
  expect(activityWords(new Float32Array(3), { kind: 'list', length: 3 })).toBe(
    'None of the 3 neurons is active.',
  );
});

test('as in a mirror: pictures are turned, and the words count columns as shown', () => {
  const picture = { width: 3, height: 2, values: Float32Array.of(1, 2, 3, 4, 5, 6) };
  expect(Array.from(turned(picture).values)).toEqual([3, 2, 1, 6, 5, 4]);
  expect(turned(turned(picture))).toEqual(picture);
  expect(activityWords(values, shape, true)).toContain('row 1, column 1.');
});
