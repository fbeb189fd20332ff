import { expect, test } from 'vitest';
import { activeWords, growthWords, unseenWords } from './wiring.ts';

test('rows and columns that no window reaches', () => {
  expect(unseenWords({ side: 15, field: 5, stride: 1, count: 11 })).toBe('');
  expect(unseenWords({ side: 15, field: 5, stride: 4, count: 3 })).toBe(
    'No window reaches rows 14 to 15 and columns 14 to 15: what is there, nobody sees.',
  );
  // Windows of 2 that leap 4: pixels 3, 4, 7, 8 lie between them, 11 is left over.
  expect(unseenWords({ side: 11, field: 2, stride: 4, count: 3 })).toContain(
    'rows 3 to 4, 7 to 8, 11 and columns',
  );
});

test('how active a neuron is', () => {
  expect([0, 0.1, 0.5, 0.9, 1].map((value) => activeWords(value, 1))).toEqual([
    'It is not active.',
    'It is a little active.',
    'It is half as active as the most active one.',
    'It is nearly as active as the most active one.',
    'No neuron is more active.',
  ]);
});

test('what a second layer adds', () => {
  expect(growthWords(121)).toMatch(/121 × \(121 \+ 1\) = 14\s762 more/);
});
