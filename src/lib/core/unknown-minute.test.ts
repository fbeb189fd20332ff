import { describe, expect, test } from 'vitest';

import { countAccepted, suggestedLimit, type ShownFrame } from './unknown-minute.ts';

const timing = { preprocessMs: 0, embedMs: 0, predictMs: 0 };

function framesOf(...cosines: (number | null)[]): ShownFrame[] {
  return cosines.map((largestCosine) => ({
    prompt: 'gesture',
    prediction: {
      classIds: ['a', 'b'],
      probabilities: Float32Array.of(0.7, 0.3),
      largestCosine,
      timing,
    },
  }));
}

describe('something else is shown', () => {
  test('what is at least as like as the limit is taken for a class', () => {
    const frames = framesOf(0.5, 0.8, 0.9);
    expect(countAccepted(frames, 0.8)).toEqual({ shown: 3, accepted: 2 });
    expect(countAccepted(frames, null)).toEqual({ shown: 3, accepted: 3 });
    expect(countAccepted([], 0.8)).toEqual({ shown: 0, accepted: 0 });
  });

  test('a frame that is named “None of these” was not taken for a class', () => {
    expect(countAccepted(framesOf(0.9), 0.8, ['b'])).toEqual({ shown: 1, accepted: 1 });
    expect(countAccepted(framesOf(0.9), 0.8, ['a'])).toEqual({ shown: 1, accepted: 0 });
  });

  test('the suggested limit turns away 19 of 20', () => {
    const frames = framesOf(...Array.from({ length: 20 }, (_, n) => 0.6 + n / 100));
    const limit = suggestedLimit(frames)!;
    expect(limit).toBeCloseTo(0.79);
    expect(countAccepted(frames, limit).accepted).toBe(1);
    expect(countAccepted(frames, limit - 0.01).accepted).toBe(2);
  });

  test('no limit where there is nothing to compare, or no difference', () => {
    expect(suggestedLimit([])).toBeNull();
    expect(suggestedLimit(framesOf(null, null))).toBeNull();
    expect(suggestedLimit(framesOf(0.999, 1))).toBeNull();
  });
});
