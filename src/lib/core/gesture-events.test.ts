import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  activeClass,
  frameOf,
  longestDelayMs,
  longestGapMs,
  noGestures,
  restGestures,
  stepGestures,
  type GestureEvent,
  type GestureFrame,
} from './gesture-events.ts';
import { defaultGestures, gestureLimits, type GestureSettings } from './use-settings.ts';

const classIds = ['up', 'down', 'empty'];
const timing = { preprocessMs: 0, embedMs: 0, predictMs: 0 };

function frame(atMs: number, shown: number | null, sure = 1): GestureFrame {
  const rest = (1 - sure) / (classIds.length - 1);
  const probabilities = Float32Array.from(classIds, (_, i) => (i === (shown ?? 0) ? sure : rest));
  const largestCosine = shown === null ? 0.1 : 0.95;
  return frameOf({ classIds, probabilities, largestCosine, timing }, 0.8, atMs);
}

function run(frames: readonly GestureFrame[], settings: GestureSettings): GestureEvent[] {
  let state = noGestures;
  return frames.flatMap((each) => {
    const step = stepGestures(state, each, settings);
    state = step.state;
    return step.events;
  });
}

const settingsOf = fc
  .record({
    smoothing: fc.constantFrom('median' as const, 'exponential' as const),
    smoothingMs: fc.integer(gestureLimits.smoothingMs),
    enter: fc.double({ min: 0.51, max: 0.99, noNaN: true }),
    leaveShare: fc.double({ min: 0.1, max: 1, noNaN: true }),
    dwellMs: fc.integer({ min: 0, max: 2000 }),
    coolDownMs: fc.integer({ min: 0, max: 3000 }),
  })
  .map(({ leaveShare, ...rest }): GestureSettings => ({ ...rest, leave: rest.enter * leaveShare }));

/** Frames as a camera gives them, now and then after a gap, of anything in any order. */
const framesOf = fc
  .array(
    fc.record({
      gapMs: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 1, max: 200 }) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 4000 }) },
      ),
      shown: fc.constantFrom(0, 1, 2, null),
      sure: fc.double({ min: 0.34, max: 1, noNaN: true }),
    }),
    { maxLength: 120 },
  )
  .map((list) => {
    let atMs = 0;
    return list.map(({ gapMs, shown, sure }) => frame((atMs += gapMs), shown, sure));
  });

describe('events of gestures', () => {
  test('enter and leave alternate, a hold lies between them, and time never goes back', () => {
    fc.assert(
      fc.property(framesOf, settingsOf, (frames, settings) => {
        let inside: string | null | undefined;
        let lastMs = -Infinity;
        for (const { kind, classId, atMs, heldMs } of run(frames, settings)) {
          expect(atMs).toBeGreaterThanOrEqual(lastMs);
          expect(heldMs).toBeGreaterThanOrEqual(0);
          lastMs = atMs;
          if (kind === 'enter') expect(inside).toBeUndefined();
          else expect(classId).toBe(inside);
          inside = kind === 'leave' ? undefined : classId;
        }
      }),
    );
  });

  test('a class is entered only after its dwell, and again only after its cool-down', () => {
    fc.assert(
      fc.property(framesOf, settingsOf, (frames, settings) => {
        const left = new Map<string | null, number>();
        for (const { kind, classId, atMs, heldMs } of run(frames, settings)) {
          if (kind === 'leave') left.set(classId, atMs);
          if (kind !== 'enter') continue;
          expect(heldMs).toBeGreaterThanOrEqual(settings.dwellMs);
          expect(atMs - (left.get(classId) ?? -Infinity)).toBeGreaterThanOrEqual(
            settings.coolDownMs,
          );
        }
      }),
    );
  });

  test('what is shown without doubt is entered within the longest delay, whatever came before', () => {
    fc.assert(
      fc.property(
        framesOf,
        settingsOf,
        fc.constantFrom(0, 1, 2, null),
        fc.integer({ min: 10, max: 100 }),
        (before, settings, shown, frameMs) => {
          const startMs = (before.at(-1)?.atMs ?? 0) + frameMs;
          const most = longestDelayMs(settings, frameMs) + settings.coolDownMs;
          const count = Math.ceil(most / frameMs) + 1;
          const after = Array.from({ length: count }, (_, i) =>
            frame(startMs + i * frameMs, shown),
          );
          let state = noGestures;
          let activeMs: number | null = null;
          for (const each of [...before, ...after]) {
            state = stepGestures(state, each, settings).state;
            const wanted = shown === null ? null : classIds[shown];
            if (each.atMs < startMs) continue;
            if (activeClass(state) === wanted) activeMs ??= each.atMs;
          }
          expect(activeMs).not.toBeNull();
          expect((activeMs ?? Infinity) - startMs).toBeLessThanOrEqual(most);
        },
      ),
    );
  });

  test('the same frames give the same events, and moving them in time moves only the times', () => {
    fc.assert(
      fc.property(
        framesOf,
        settingsOf,
        fc.integer({ min: 0, max: 1e6 }),
        (frames, settings, by) => {
          const moved = frames.map((each) => ({ ...each, atMs: each.atMs + by }));
          const back = run(moved, settings).map((event) => ({ ...event, atMs: event.atMs - by }));
          expect(back).toEqual(run(frames, settings));
        },
      ),
    );
  });

  test('one wrong frame among right ones is not an event', () => {
    const frames = Array.from({ length: 60 }, (_, i) => frame(i * 33, i === 30 ? 1 : 0));
    const kinds = run(frames, defaultGestures).filter(({ kind }) => kind !== 'hold');
    expect(kinds.map(({ kind, classId }) => `${kind} ${classId}`)).toEqual(['enter up']);
  });

  test('none of these is entered and left like a class', () => {
    const frames = Array.from({ length: 90 }, (_, i) => frame(i * 33, i < 45 ? null : 2));
    const kinds = run(frames, defaultGestures).filter(({ kind }) => kind !== 'hold');
    expect(kinds.map(({ kind, classId }) => `${kind} ${classId}`)).toEqual([
      'enter null',
      'leave null',
      'enter empty',
    ]);
  });

  test('after a gap, with other classes, and at rest, what was active is left at once', () => {
    const held = Array.from({ length: 30 }, (_, i) => frame(i * 33, 0));
    let state = noGestures;
    for (const each of held) state = stepGestures(state, each, defaultGestures).state;
    const lastMs = 29 * 33;
    const late = stepGestures(state, frame(lastMs + longestGapMs + 1, 0), defaultGestures);
    expect(late.events.map(({ kind, atMs }) => [kind, atMs])).toEqual([['leave', lastMs]]);
    const two = { classIds: ['a', 'b'], probabilities: Float32Array.of(1, 0) };
    const changed = stepGestures(state, { ...frame(lastMs + 33, 0), ...two }, defaultGestures);
    expect(changed.events.map(({ kind, classId }) => [kind, classId])).toEqual([['leave', 'up']]);
    expect(activeClass(changed.state)).toBeUndefined();
    const rested = restGestures(state, lastMs + 10);
    expect(rested.events.map(({ kind, atMs }) => [kind, atMs])).toEqual([['leave', lastMs + 10]]);
    expect(restGestures(rested.state, lastMs + 20).events).toEqual([]);
  });
});
