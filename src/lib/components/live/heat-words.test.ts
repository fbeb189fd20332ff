import { describe, expect, test } from 'vitest';
import { heatStrengths, heatWords } from './heat-words.ts';

/** 5 × 5 cells with a hot one, and a little everywhere. */
function hotAt(row: number, column: number): Float32Array {
  const cells = new Float32Array(25).fill(0.01);
  cells[row * 5 + column] = 1;
  return cells;
}

describe('where the evidence lies', () => {
  test.each([
    [0, 0, 'in the upper left'],
    [0, 2, 'at the top'],
    [4, 4, 'in the lower right'],
    [4, 2, 'at the bottom'],
    [2, 0, 'on the left'],
    [2, 2, 'in the middle'],
  ])('a hot cell at (%i, %i) is %s', (row, column, place) => {
    expect(heatWords(hotAt(row, column), 'Cat', false)).toBe(
      `Most of what speaks for “Cat” is ${place}.`,
    );
  });

  /** 5 × 5 cells, hot at these places. */
  function hotAtAll(...places: readonly (readonly [number, number])[]): Float32Array {
    const cells = new Float32Array(25);
    for (const [row, column] of places) cells[row * 5 + column] = 1;
    return cells;
  }

  test('never a place where nothing is hot: two corners are two places', () => {
    expect(heatWords(hotAtAll([0, 0], [4, 4]), 'Cat', false)).toBe(
      'What speaks for “Cat” is in two places: in the upper left and in the lower right.',
    );
    expect(heatWords(hotAtAll([0, 0], [0, 4]), 'Cat', false)).toContain(
      'in the upper left and in the upper right',
    );
    expect(heatWords(hotAtAll([0, 0], [0, 4]), 'Cat', true)).not.toContain('at the top');
  });

  test('the four corners are several places', () => {
    const cells = new Float32Array(100);
    for (const i of [0, 9, 90, 99]) cells[i] = 1 + i / 1000;
    expect(heatWords(cells, 'Cat', false)).toBe('What speaks for “Cat” is in several places.');
  });

  test('cells around the middle are in the middle only if some lie near', () => {
    expect(heatWords(hotAtAll([2, 1], [2, 3], [1, 2]), 'Cat', false)).toContain('in the middle');
  });

  test('left and right are those of the mirrored picture', () => {
    expect(heatWords(hotAt(0, 0), 'Cat', true)).toContain('in the upper right');
  });

  test('even evidence is spread, and evidence against is none', () => {
    expect(heatWords(new Float32Array(25).fill(0.2), 'Cat', false)).toContain('spread');
    expect(heatWords(new Float32Array(25).fill(-0.2), 'Cat', false)).toContain('Nothing');
    expect(heatWords(new Float32Array(25), 'Cat', false)).toContain('Nothing');
  });
});

test('strengths: against is nothing, and weak evidence beside strong counter-evidence stays weak', () => {
  expect(Array.from(heatStrengths(Float32Array.of(1, -2, 0.5, 0)))).toEqual([0.5, 0, 0.25, 0]);
  expect(Array.from(heatStrengths(new Float32Array(4)))).toEqual([0, 0, 0, 0]);
});
