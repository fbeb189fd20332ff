import { describe, expect, test } from 'vitest';
import type { LearningCurve } from '#lib/core/evaluation.ts';
import { percent, points, whyTheyDiffer, worthIt } from './words.ts';

const estimate = (value: number): { value: number; low: number; high: number; looks: number } => ({
  value,
  low: value - 0.1,
  high: value,
  looks: 9,
});

const curve: LearningCurve = {
  oneTake: [],
  manyTakes: [
    { count: 1, accuracy: 0.7, error: 0.02 },
    { count: 2, accuracy: 0.71, error: 0.02 },
  ],
  byTakes: [
    { count: 1, accuracy: 0.7, error: 0.02 },
    { count: 2, accuracy: 0.8, error: 0.02 },
  ],
  lastTake: { mean: 0.1, error: 0.02 },
  lastShots: { mean: 0.002, error: 0.01 },
};

describe('words of an evaluation', () => {
  test('per cent never claims what is not so', () => {
    expect(percent(0.999)).toBe('99 %');
    expect(percent(1)).toBe('100 %');
    expect(percent(0.001)).toBe('1 %');
    expect(percent(0)).toBe('0 %');
  });

  test('points are signed', () => {
    expect(points(0.031)).toBe('+3.1 points');
    expect(points(-0.01)).toBe('−1 point');
    expect(points(0.0001)).toBe('no difference');
  });

  test('why they differ depends on whether they do', () => {
    expect(whyTheyDiffer(estimate(0.8), estimate(0.99))).toContain('memory');
    expect(whyTheyDiffer(estimate(0.99), estimate(1))).toContain('agree');
  });

  test('is more data worth it', () => {
    const [takes, shots] = worthIt(curve);
    expect(takes).toContain('Yes: take number 2 brought +10 points (± 2.0)');
    expect(shots).toContain('will not help');
    const [flat] = worthIt({ ...curve, lastTake: { mean: 0.002, error: 0.01 } });
    expect(flat).toContain('Hardly');
    const [hidden] = worthIt({ ...curve, lastTake: { mean: 0.05, error: 0.06 } });
    expect(hidden).toContain('Not clear yet');
    expect(worthIt({ ...curve, lastTake: null, lastShots: null })).toHaveLength(1);
  });

  test('a take that made it worse is not called enough', () => {
    const byTakes = [
      { count: 1, accuracy: 0.45, error: 0.05 },
      { count: 2, accuracy: 0.38, error: 0.05 },
    ];
    const [worse] = worthIt({ ...curve, byTakes, lastTake: { mean: -0.069, error: 0.008 } });
    expect(worse).toContain('made it worse: −6.9 points (± 0.8)');
    expect(worse).toContain('labels');
    const [poor] = worthIt({ ...curve, byTakes, lastTake: { mean: 0.002, error: 0.001 } });
    expect(poor).toContain('Hardly');
    expect(poor).not.toContain('covers it');
    const [, shots] = worthIt({ ...curve, lastTake: null, lastShots: { mean: 0.1, error: 0.01 } });
    expect(shots).toContain('More samples help: ');
  });
});
