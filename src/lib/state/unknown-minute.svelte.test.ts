import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fail, succeed } from '#lib/core/failure.ts';
import { noneClassName } from '#lib/core/none-class.ts';
import { unknownPrompts } from '#lib/core/unknown-minute.ts';
import type { StoredSample } from '#lib/storage/store.ts';
import { UnknownMinute, type UnknownMinuteParts } from './unknown-minute.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const now = $state({ cosine: 0.5, camera: true, breaks: false });
  const closed = vi.fn();
  const report = vi.fn();
  const kept: { name: string; stored: readonly StoredSample[] }[] = [];
  const edits: unknown[] = [];
  let captures = 0;
  const parts = {
    engine: {
      ready: { backbone: { id: 'net@1' } },
      client: {
        capture: () => {
          captures += 1;
          if (now.breaks) return Promise.resolve(fail({ code: 'engine-crashed', detail: '' }));
          const embedding = new Float32Array(2);
          return Promise.resolve(succeed({ jpeg: new Uint8Array(1), sizePx: 256, embedding }));
        },
        classifyJpeg: () =>
          Promise.resolve(
            succeed({
              prediction: {
                largestCosine: now.cosine,
                classIds: ['a'],
                probabilities: Float32Array.of(1),
              },
            }),
          ),
      },
    },
    camera: { frame: () => Promise.resolve(now.camera ? { close: closed } : null) },
    open: {
      classes: [],
      project: { capture: { crop: {} }, live: { smoothing: 0.5, unknownThreshold: null } },
      nextCaptureMs: () => captures,
      addSamplesAs: (name: string, stored: readonly StoredSample[]) => kept.push({ name, stored }),
      edit: (edit: unknown) => edits.push(edit),
    },
    live: { unknownThreshold: 0.6 },
    notices: { report },
  } as unknown as UnknownMinuteParts;
  return { minute: new UnknownMinute(parts), now, kept, edits, report };
}

async function looked(minute: UnknownMinute): Promise<void> {
  const done = minute.look();
  await vi.runAllTimersAsync();
  await done;
}

test('asks for one thing after the other; what is shown is counted at the limit in use', async () => {
  const { minute, now } = setUp();
  minute.begin();
  for (const prompt of unknownPrompts) {
    expect(minute.status).toEqual({ kind: 'asking', prompt });
    now.cosine = prompt === 'gesture' ? 0.7 : 0.5;
    await looked(minute);
  }
  expect(minute.status).toEqual({ kind: 'done' });
  const { shown, accepted } = minute.count;
  expect(shown).toBeGreaterThan(2);
  expect(accepted).toBe(shown / 3);
  expect(minute.suggested).toBe(0.71);
});

test('the suggested limit is taken into use, and the rest of the settings stays', async () => {
  const { minute, edits } = setUp();
  minute.begin();
  minute.adopt();
  expect(edits).toEqual([]);
  await looked(minute);
  minute.adopt();
  expect(edits).toEqual([{ live: { smoothing: 0.5, unknownThreshold: 0.51 } }]);
});

test('kept as a class, one take a prompt; a prompt that was skipped has none', async () => {
  const { minute, kept } = setUp();
  minute.begin();
  await looked(minute);
  minute.skip();
  await looked(minute);
  minute.keep();
  expect(minute.status).toEqual({ kind: 'closed' });
  expect(kept.map(({ name }) => name)).toEqual([noneClassName]);
  const stored = kept[0]?.stored ?? [];
  expect(new Set(stored.map(({ sample }) => sample.takeId)).size).toBe(2);
  expect(new Set(stored.map(({ sample }) => sample.id)).size).toBe(stored.length);
  minute.begin();
  expect(minute.count.shown).toBe(0);
});

test('closed in the middle, nothing is kept and nothing goes on', async () => {
  const { minute, kept } = setUp();
  minute.begin();
  const looking = minute.look();
  await vi.advanceTimersByTimeAsync(1000);
  expect(minute.status.kind).toBe('looking');
  minute.close();
  await vi.runAllTimersAsync();
  await looking;
  expect([minute.status.kind, minute.count.shown, kept.length]).toEqual(['closed', 0, 0]);
});

test('without a camera, or with a network that stops, it goes on with what it has', async () => {
  const { minute, now, report } = setUp();
  minute.begin();
  now.camera = false;
  await looked(minute);
  expect(minute.status).toEqual({ kind: 'asking', prompt: 'gesture' });
  now.camera = true;
  now.breaks = true;
  await looked(minute);
  expect(report).toHaveBeenCalledTimes(1);
  expect([minute.count.shown, minute.suggested]).toEqual([0, null]);
});
