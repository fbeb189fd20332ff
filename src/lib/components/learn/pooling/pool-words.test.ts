import { expect, test } from 'vitest';
import { changeWords, moveWords, pooledCellWords, strongestWords } from './pool-words.ts';

test('a pooled cell tells its four values, its cells and its pixels', () => {
  const rects = {
    cells: { left: 6, top: 4, width: 2, height: 2 },
    pixels: { left: 6, top: 4, width: 6, height: 6 },
  };
  expect(
    pooledCellWords({ row: 2, column: 3 }, 'max', {
      block: [0, 12.34, 3, 1],
      value: 12.34,
      ...rects,
    }),
  ).toBe(
    'Pooled cell row 3, column 4: the largest of 0, 12.3, 3, 1 is 12.3. It stands for 4 cells (rows 5 to 6, columns 7 to 8) and for the 36 pixels that these see (rows 5 to 10, columns 7 to 12).',
  );
});

test('where the picture is', () => {
  expect(moveWords({ right: 0, down: 0 })).toBe('The picture is where it was.');
  expect(moveWords({ right: 1, down: 0 })).toBe('Moved 1 pixel to the right.');
  expect(moveWords({ right: -2, down: -1 })).toBe('Moved 2 pixels to the left and 1 pixel up.');
});

test('what a move means depends on what changed', () => {
  const words = (map: number, pooled: number): string =>
    changeWords({ cells: 144, changed: map }, { cells: 36, changed: pooled }).meaning;
  expect(words(0, 0)).toContain('no difference');
  expect(words(20, 0)).toContain('The exact place is lost, the rough place stays.');
  expect(words(60, 9)).toContain('Less changed after pooling');
  expect(words(20, 10)).toContain('hides nothing');
});

test('how far the strongest cell went', () => {
  const at = (row: number, column: number) => ({ row, column });
  expect(strongestWords(at(1, 2), at(1, 2))).toContain('still at row 2, column 3');
  expect(strongestWords(at(1, 2), at(1, 1))).toContain('one cell away');
  expect(strongestWords(at(1, 2), at(4, 1))).toContain('3 cells away');
});
