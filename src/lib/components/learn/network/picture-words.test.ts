import { expect, test } from 'vitest';
import { kernelsWords, kernelWords, lightWords } from './picture-words.ts';

const square = (side: number, value: (row: number, column: number) => number) => ({
  width: side,
  height: side,
  values: Float32Array.from({ length: side * side }, (_, i) =>
    value(Math.floor(i / side), i % side),
  ),
});

test('a picture: where it is light and dark', () => {
  const cornered = square(9, (row, column) => (row < 3 && column > 5 ? 1 : row > 5 ? 0 : 0.3));
  expect(lightWords(cornered)).toBe(
    'lightest in the upper right, darkest in the lower left; 11 % of it is light',
  );
  expect(lightWords(square(9, () => 0.9))).toBe('even; 100 % of it is light');
});

test.each([
  ['light', () => 1],
  ['dark', () => -1],
  ['light left', (_: number, column: number) => (column < 2 ? 1 : column > 2 ? -1 : 0)],
  ['light above', (row: number) => (row < 2 ? 1 : row > 2 ? -1 : 0)],
  ['light below right', (row: number, column: number) => row + column - 4],
  ['light in the middle', (row: number, column: number) => (row === 2 && column === 2 ? 4 : -0.2)],
  ['nothing', () => 0],
] as const)('a kernel that likes %s', (words, value) => {
  expect(kernelWords(square(5, value))).toBe(words);
});

test('channels count together', () => {
  const values = Float32Array.from([1, -1, 1, -1, 1, -1, 1, -1]);
  expect(kernelWords({ width: 2, height: 4, values })).toBe('light left');
  expect(kernelsWords([square(3, () => 1), square(3, () => -1)])).toBe(
    '1 likes light, 2 likes dark',
  );
});
