import { expect, test } from 'vitest';
import { goalWords, spreadWords, timeWords } from './race-words.ts';

const result = (shots: number, mean: number) => ({
  shots,
  accuracy: { mean, deviation: 0, count: 3 },
  learnMs: { mean: 1, deviation: 0, count: 3 },
});

test('who was right nine times out of ten, at how few samples', () => {
  const results = [result(1, 0.7), result(5, 0.9), result(10, 0.95)];
  expect(goalWords({ label: 'It', results })).toBe(
    'It was right nine times out of ten with 5 samples of each class.',
  );
  expect(goalWords({ label: 'It', results: [result(1, 0.9)] })).toContain('1 sample of');
});

test('who did not, and how far it came', () => {
  const results = [result(1, 0.4), result(5, 0.894), result(10, 0.8)];
  expect(goalWords({ label: 'It', results })).toBe(
    'It did not get there: 89 % at best, with 5 of each class.',
  );
  expect(goalWords({ label: 'It', results: [] })).toBe('');
});

test('spread and times', () => {
  expect(spreadWords(3)).toBe(
    'how far the 3 draws usually lie from their average (standard deviation)',
  );
  expect(spreadWords(1)).toContain('no spread');
  expect([0.2, 42.4, 100, 3456].map(timeWords)).toEqual(['1 ms', '42 ms', '0.1 s', '3.5 s']);
});
