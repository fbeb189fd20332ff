// Events of `handful-runtime` are those of the app, for any predictions and any settings.
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { GestureEvent as AppEvent } from '#lib/core/gesture-events.ts';
import type { Prediction } from '#lib/core/prediction.ts';
import { defaultGestures, defaultUse, type GestureSettings } from '#lib/core/use-settings.ts';
import { classificationOf } from '#lib/runtime/classification.ts';
import { gestureSettings, RuntimeGestures } from '#lib/runtime/gestures.ts';
import type { GestureEvent } from '#lib/runtime/web/handful-runtime.d.ts';
import { Gestures } from '#lib/state/gestures.svelte.ts';
import type { FrameListener, Live } from '#lib/state/live.svelte.ts';
import type { OpenProject } from '#lib/state/project.svelte.ts';

interface Seen {
  readonly atMs: number;
  readonly prediction: Prediction;
}

const labels = ['up', 'down', 'empty'];
const unknownBelow = 0.8;
const timing = { preprocessMs: 0, embedMs: 0, predictMs: 0 };

/** The app's own class, with nothing of the app around it but a camera that gives these frames. */
function appEvents(frames: readonly Seen[], settings: GestureSettings | null): GestureEvent[] {
  let see: FrameListener | undefined;
  const live = {
    unknownThreshold: unknownBelow,
    onFrame: (listener: FrameListener) => (see = listener),
  };
  const use = settings && { use: { ...defaultUse, gestures: settings } };
  const open = { project: { live: { unknownEnabled: true }, ...use }, onShow: vi.fn() };
  const gestures = new Gestures(live as unknown as Live, open as unknown as OpenProject);
  const events: AppEvent[] = [];
  gestures.onEvent((event) => events.push(event));
  gestures.watch();
  for (const { prediction, atMs } of frames) see?.(prediction, atMs);
  return events.map(({ kind, classId, ...times }) => ({ type: kind, label: classId, ...times }));
}

function runtimeEvents(frames: readonly Seen[], settings: GestureSettings | null): GestureEvent[] {
  const gestures = new RuntimeGestures(gestureSettings(settings ?? {}, null));
  return frames.flatMap(({ atMs, prediction: { probabilities, largestCosine } }) =>
    gestures.push(classificationOf(labels, probabilities, largestCosine, unknownBelow), atMs),
  );
}

const share = fc.double({ min: 0.3, max: 1, noNaN: true });
/** A gesture is mostly held for a while; now and then nothing comes for seconds. */
const framesOf = fc
  .array(
    fc.record({
      shown: fc.constantFrom(0, 1, 2),
      sure: share,
      largestCosine: fc.constantFrom(0.2, 0.79, 0.8, 0.95, 0.95, null),
      pauseMs: fc.constantFrom(33, 33, 33, 400, 3000),
      count: fc.integer({ min: 1, max: 60 }),
    }),
    { minLength: 4, maxLength: 12 },
  )
  .map((holds) => {
    let atMs = 0;
    return holds.flatMap(({ shown, sure, largestCosine, pauseMs, count }) => {
      atMs += pauseMs;
      const probabilities = Float32Array.from(labels, (_, i) =>
        i === shown ? sure : (1 - sure) / 2,
      );
      const prediction = { classIds: labels, probabilities, largestCosine, timing };
      return Array.from({ length: count }, () => ({ atMs: (atMs += 33), prediction }));
    });
  });

const settingsOf = fc
  .record({
    smoothing: fc.constantFrom('median' as const, 'exponential' as const),
    smoothingMs: fc.integer({ min: 0, max: 1000 }),
    enter: fc.double({ min: 0.51, max: 0.99, noNaN: true }),
    leave: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
    dwellMs: fc.integer({ min: 0, max: 1000 }),
    coolDownMs: fc.integer({ min: 0, max: 1000 }),
  })
  .map((settings): GestureSettings => settings);

test('the same predictions make the same events, by default and with settings of the project', () => {
  let events = 0;
  fc.assert(
    fc.property(framesOf, fc.option(settingsOf), (frames, settings) => {
      const said = runtimeEvents(frames, settings);
      expect(said).toEqual(appEvents(frames, settings));
      events += said.filter(({ type }) => type === 'enter').length;
    }),
  );
  expect(events).toBeGreaterThan(100);
});

test('what is not given is as in the project that was exported, and else as in the app', () => {
  expect(gestureSettings({}, null)).toEqual(defaultGestures);
  const own = { ...defaultGestures, dwellMs: 900 };
  expect(gestureSettings({ coolDownMs: 0 }, own)).toEqual({ ...own, coolDownMs: 0 });
});
