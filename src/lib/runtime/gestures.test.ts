import { describe, expect, test } from 'vitest';
import { defaultGestures } from '#lib/core/use-settings.ts';
import { gestureSettings, RuntimeGestures } from './gestures.ts';
import type { Classification } from './web/handful-runtime.d.ts';

const seen = (label: string | null): Classification => ({
  label,
  probability: 1,
  classes: ['a', 'b'].map((each) => ({
    label: each,
    probability: each === (label ?? 'a') ? 1 : 0,
  })),
  similarity: 0.9,
});
const settings = { ...defaultGestures, smoothingMs: 0, dwellMs: 100 };

describe('gestures of the runtime', () => {
  test('classes and none of these are entered after their dwell, held and left', () => {
    const gestures = new RuntimeGestures(settings);
    expect(gestures.held).toBeNull();
    expect(gestures.push(seen('a'), 0)).toEqual([]);
    expect(gestures.push(seen('a'), 100)).toEqual([
      { type: 'enter', label: 'a', atMs: 100, heldMs: 100 },
    ]);
    expect(gestures.held).toEqual({ label: 'a', sinceMs: 0 });
    expect(gestures.push(seen('a'), 150)).toMatchObject([{ type: 'hold', heldMs: 150 }]);
    expect(gestures.push(seen(null), 200)).toMatchObject([{ type: 'leave', label: 'a' }]);
    expect(gestures.held).toBeNull();
    expect(gestures.push(seen(null), 300)).toMatchObject([{ type: 'enter', label: null }]);
    expect(gestures.held).toEqual({ label: null, sinceMs: 200 });
    expect(gestures.rest(310)).toEqual([{ type: 'leave', label: null, atMs: 310, heldMs: 110 }]);
    expect(gestures.rest(320)).toEqual([]);
  });

  test('a picture that is older than the rest which came meanwhile turns no clock back', () => {
    const gestures = new RuntimeGestures({ ...settings, dwellMs: 0, coolDownMs: 0 });
    gestures.push(seen('a'), 0);
    gestures.rest(2000);
    expect(gestures.push(seen('a'), 1900)).toMatchObject([{ type: 'enter', atMs: 2000 }]);
  });

  test('settings that cannot be are refused in words; less to enter means less to stay', () => {
    const make = (given: object) => () => new RuntimeGestures(gestureSettings(given, null));
    expect(make({ enter: 0.4 })).toThrow('enter is 0.4, and must lie between 0.51 and 0.99.');
    expect(make({ dwellMs: NaN })).toThrow(RangeError);
    expect(make({ enter: 0.6, leave: 0.7 })).toThrow('leave lies above enter.');
    expect(make({ smoothing: 'mean' })).toThrow('smoothing is “median” or “exponential”.');
    const own = { ...defaultGestures, enter: 0.9, leave: 0.8 };
    expect(gestureSettings({ enter: 0.6 }, own)).toEqual({ ...own, enter: 0.6, leave: 0.6 });
  });
});
