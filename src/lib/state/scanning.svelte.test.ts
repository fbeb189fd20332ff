// The switch: the highlight goes round, the gesture takes, and the gesture alone can slow down and stop.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GestureEvent } from '#lib/core/gesture-events.ts';
import { Scanning, type ScanningParts } from './scanning.svelte.ts';
import { openWorld } from './undo-world.test-helper.ts';

async function world() {
  const { open, notices } = await openWorld();
  const id = open.addClass('Nod')?.id ?? '';
  const listeners = new Set<(event: GestureEvent) => void>();
  const gestures = {
    onEvent(listener: (event: GestureEvent) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const burst = vi.fn();
  const parts = {
    open,
    notices,
    gestures,
    capture: { burst },
    camera: { on: true },
    model: { head: { classIds: [id] } },
  };
  const scanning = new Scanning(parts as unknown as ScanningParts);
  scanning.change({ phrases: ['Yes', 'No'], stepMs: 1000, aloud: false });
  const gesture = (kind: GestureEvent['kind'], classId: string | null = id): void => {
    for (const listener of Array.from(listeners)) listener({ kind, classId, atMs: 0, heldMs: 0 });
  };
  return { scanning, notices, open, burst, gesture, listeners };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => vi.useRealTimers());

test('the highlight goes round without end, and the gesture takes what is highlighted, once a hold', async () => {
  const { scanning, notices, gesture } = await world();
  scanning.start();
  await vi.advanceTimersByTimeAsync(1000);
  expect(scanning.index).toBe(1);
  gesture('enter');
  gesture('hold');
  expect(scanning.taken?.words).toBe('No');
  expect(notices.announcement).toBe('Chosen: No');
  expect(notices.turn).toBe(1);
  expect(scanning.index).toBe(0);
  await vi.advanceTimersByTimeAsync(999);
  expect(scanning.index).toBe(0);
  await vi.advanceTimersByTimeAsync(1 + 1000 * scanning.targets.length);
  expect(scanning.index).toBe(1);
  gesture('enter', null);
  gesture('enter', 'other');
  expect(notices.turn).toBe(1);
  scanning.stop();
});

test('the gesture alone makes it slower and ends it', async () => {
  const { scanning, gesture, listeners } = await world();
  const at = (words: string) => scanning.targets.findIndex((target) => target.words === words);
  scanning.start();
  await vi.advanceTimersByTimeAsync(1000 * at('Slower'));
  gesture('enter');
  expect(scanning.settings?.stepMs).toBe(1500);
  await vi.advanceTimersByTimeAsync(1500 * at('Stop'));
  gesture('enter');
  expect(scanning.running).toBe(false);
  expect(listeners.size).toBe(0);
});

test('the set-up gives a project two classes and records both, twice', async () => {
  const { scanning, open, burst } = await world();
  await scanning.setUp();
  const ids = open.classes.map(({ id }) => id);
  expect(open.classes.map(({ name }) => name)).toEqual(['Nod', 'At rest']);
  expect(burst).toHaveBeenCalledWith([...ids, ...ids]);
});
