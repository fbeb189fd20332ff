import { expect, test } from 'vitest';
import { kernelPresets } from '#lib/convnet/kernels.ts';
import { cellWords, firesWords, rankWords } from './kernel-words.ts';

const vertical = kernelPresets[0].kernel;
const horizontal = kernelPresets[1].kernel;
const at = (value: number) => ({ row: 0, column: 0, value });

test('how strongly a map fires, against what it could', () => {
  expect(firesWords({ kernel: vertical, strongest: at(9.24) })).toBe('up to 9.2 of 20');
  expect(firesWords({ kernel: { ...vertical, bias: -30 }, strongest: at(0) })).toBe('up to 0 of 0');
});

test('which fires most and which least', () => {
  expect(
    rankWords([
      { name: 'Horizontal', kernel: horizontal, strongest: at(1) },
      { name: 'Vertical', kernel: vertical, strongest: at(10) },
    ]),
  ).toBe('Fires most: Vertical (50 % of what it could). Least: Horizontal (5 % of what it could).');
  expect(rankWords([{ name: 'Vertical', kernel: vertical, strongest: at(0) }])).toBe(
    'No map fires now.',
  );
});

test('places count from one', () => {
  expect(cellWords({ row: 2, column: 3 }, -1.5)).toBe('Cell row 3, column 4: −1.5');
});
