import { expect, test } from 'vitest';
import { countWords, timesWords, valueWords } from './number-words.ts';

test('numbers read as people write them', () => {
  expect([41014, 121, 1234567].map(countWords)).toEqual([
    '41\u202f014',
    '121',
    '1\u202f234\u202f567',
  ]);
  expect([9, 2.25, 1051.77].map(timesWords)).toEqual(['9', '2.3', '1\u202f052']);
  expect([-1.5, 0.256, -0.001, 4].map((value) => valueWords(value))).toEqual([
    '−1.5',
    '0.26',
    '0',
    '4',
  ]);
});
