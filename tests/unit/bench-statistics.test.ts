import { describe, expect, test } from 'vitest';
import { ratios, spreadOf } from '#tests/bench/marks/statistics.ts';

describe('spreadOf', () => {
  test('median and quartiles, whatever the order', () => {
    expect(spreadOf([5, 1, 3, 2, 4])).toEqual({ median: 3, lower: 2, upper: 4 });
    expect(spreadOf([1, 2])).toEqual({ median: 1.5, lower: 1.25, upper: 1.75 });
    expect(spreadOf([7])).toEqual({ median: 7, lower: 7, upper: 7 });
  });

  test('nothing measured is no zero', () => {
    expect(() => spreadOf([])).toThrow('nothing was measured');
  });
});

test('ratios turn by turn: a moment in which everything was slow does not count', () => {
  expect(ratios([1, 10, 2], [3, 30, 6])).toEqual([3, 3, 3]);
});
