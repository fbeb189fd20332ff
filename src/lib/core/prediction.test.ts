import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smoothPrediction, verdictOf, type Prediction } from './prediction.ts';

const timing = { preprocessMs: 0, embedMs: 0, predictMs: 0 };
const prediction = (probabilities: number[], largestCosine: number | null): Prediction => ({
  classIds: probabilities.map((_, i) => `c${i}`),
  probabilities: Float32Array.from(probabilities),
  largestCosine,
  timing,
});

describe('verdict', () => {
  test('names the most probable class', () => {
    expect(verdictOf(prediction([0.25, 0.75], 0.9), 0.72)).toEqual({
      kind: 'class',
      classId: 'c1',
      probability: 0.75,
    });
  });

  test('is unknown below the threshold, and only then', () => {
    expect(verdictOf(prediction([0, 1], 0.71), 0.72)?.kind).toBe('unknown');
    expect(verdictOf(prediction([0, 1], 0.72), 0.72)?.kind).toBe('class');
    expect(verdictOf(prediction([0, 1], 0.1), null)?.kind).toBe('class');
    expect(verdictOf(prediction([0, 1], null), 0.72)?.kind).toBe('class');
  });

  test('is nothing without classes', () => {
    expect(verdictOf(prediction([], null), null)).toBeNull();
  });
});

describe('smoothing', () => {
  const probabilities = fc
    .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
    .map((values) => values.map((v) => v / values.reduce((a, b) => a + b)));

  test('keeps the sum of probabilities', () => {
    fc.assert(
      fc.property(
        probabilities,
        probabilities,
        fc.double({ min: 0, max: 0.95, noNaN: true }),
        (a, b, amount) => {
          const smoothed = smoothPrediction(prediction(a, 0.5), prediction(b, 0.5), amount);
          const sum = smoothed.probabilities.reduce((x, y) => x + y);
          expect(sum).toBeCloseTo(1, 5);
        },
      ),
    );
  });

  test('comes as near as one likes to a steady input', () => {
    let now = prediction([1, 0], 1);
    for (let i = 0; i < 200; i += 1) now = smoothPrediction(now, prediction([0, 1], 0.2), 0.9);
    expect(now.probabilities[1]).toBeCloseTo(1, 4);
    expect(now.largestCosine).toBeCloseTo(0.2, 4);
  });

  test('starts afresh when the classes change, and does nothing at amount 0', () => {
    const before = prediction([1, 0, 0], 1);
    const next = prediction([0, 1], 0.5);
    expect(smoothPrediction(before, next, 0.9)).toBe(next);
    expect(smoothPrediction(prediction([1, 0], 1), next, 0)).toBe(next);
  });
});
