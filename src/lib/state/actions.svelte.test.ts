// Actions run only when they were switched on, once a hold, and what leaves the page only when it was allowed.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Deed } from '#lib/core/class-action.ts';
import type { GestureEvent } from '#lib/core/gesture-events.ts';
import { defaultUse } from '#lib/core/use-settings.ts';
import { Actions, type ActionsParts } from './actions.svelte.ts';
import { Settings } from './settings.svelte.ts';
import { openWorld } from './undo-world.test-helper.ts';

/** A world with one class, its actions, and gestures told by hand. */
async function world() {
  const { open, store, notices } = await openWorld();
  const settings = new Settings(store, notices);
  const listeners = new Set<(event: GestureEvent) => void>();
  const gestures = {
    onEvent(listener: (event: GestureEvent) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const capture = { busy: false };
  const mocked = { camera: {}, capture, gestures, open, settings, notices };
  const parts = mocked as unknown as ActionsParts;
  const actions = new Actions(parts);
  const up = open.addClass('Up')?.id ?? '';
  const tell = (kind: GestureEvent['kind'], heldMs: number, classId: string | null = up): void => {
    for (const listener of listeners) listener({ kind, classId, heldMs, atMs: heldMs });
  };
  const add = (deed: Deed, heldMs = 500): string => {
    actions.add(up, deed.kind);
    const id = actions.list.at(-1)?.id ?? '';
    actions.edit(id, { deed, heldMs });
    return id;
  };
  return { open, settings, notices, actions, capture, up, tell, add };
}

beforeEach(() => {
  vi.stubGlobal('window', globalThis);
  vi.stubGlobal('navigator', { language: 'en' });
});
afterEach(() => vi.unstubAllGlobals());

test('nothing is done before it is switched on; then once a hold, when it was held long enough', async () => {
  const { actions, tell, add } = await world();
  const id = add({ kind: 'count' });
  tell('enter', 600);
  expect(actions.tallies.size).toBe(0);
  actions.switchOn(true);
  tell('enter', 150);
  tell('hold', 400);
  expect(actions.tallies.size).toBe(0);
  tell('hold', 500);
  tell('hold', 900);
  expect(actions.tallies.get(id)).toBe(1);
  tell('leave', 950);
  tell('enter', 700, null);
  tell('leave', 800, null);
  tell('enter', 700);
  expect(actions.tallies.get(id)).toBe(2);
  actions.switchOn(false);
  tell('leave', 800);
  tell('enter', 700);
  expect(actions.tallies.get(id)).toBe(2);
});

test('words are shown while the gesture is held, and time is added up when it ends', async () => {
  const { actions, tell, add } = await world();
  add({ kind: 'text', text: 'Hello' });
  const id = add({ kind: 'time' });
  actions.switchOn(true);
  tell('enter', 600);
  expect(actions.shown).toBe('Hello');
  tell('leave', 1600);
  expect(actions.shown).toBeNull();
  expect(actions.tallies.get(id)).toBe(1600);
});

test('a key is down while the gesture is held, for whatever listens on the page', async () => {
  const page = new EventTarget();
  class Key extends Event {
    readonly key: string;
    constructor(type: string, { key }: { key: string }) {
      super(type);
      this.key = key;
    }
  }
  vi.stubGlobal('window', page);
  vi.stubGlobal('KeyboardEvent', Key);
  const heard: string[] = [];
  for (const type of ['keydown', 'keyup'])
    page.addEventListener(type, (event) => {
      if (event instanceof Key) heard.push(`${type} ${event.key}`);
    });
  const { actions, tell, add } = await world();
  add({ kind: 'key', key: 'ArrowRight' });
  actions.switchOn(true);
  tell('enter', 600);
  tell('hold', 900);
  expect(heard).toEqual(['keydown ArrowRight']);
  tell('leave', 1000);
  tell('enter', 600);
  actions.leave();
  expect(heard.slice(1)).toEqual(['keyup ArrowRight', 'keydown ArrowRight', 'keyup ArrowRight']);
  tell('leave', 700);
  tell('enter', 600);
  expect(heard).toHaveLength(4);
});

test('gestures that are being recorded do nothing', async () => {
  const { actions, capture, tell, add } = await world();
  const id = add({ kind: 'count' });
  actions.switchOn(true);
  capture.busy = true;
  tell('enter', 600);
  tell('leave', 900);
  expect(actions.tallies.size).toBe(0);
  capture.busy = false;
  tell('enter', 600);
  expect(actions.tallies.get(id)).toBe(1);
});

test('what leaves the page waits until it is allowed here, each address by itself', async () => {
  const { actions, open, tell, add } = await world();
  const post = vi.fn();
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      postMessage = post;
      close = vi.fn();
    },
  );
  const deed = { kind: 'channel', name: 'mine' } as const;
  const id = add(deed);
  actions.switchOn(true);
  tell('enter', 600);
  tell('leave', 700);
  expect(post).not.toHaveBeenCalled();
  actions.allow(deed, true);
  await vi.waitFor(() => expect(actions.isAllowed(deed)).toBe(true));
  tell('enter', 600);
  expect(post).toHaveBeenCalledTimes(1);
  tell('leave', 700);
  expect(post).toHaveBeenCalledTimes(2);
  expect(actions.isAllowed({ ...deed, name: 'other' })).toBe(false);
  actions.edit(id, { deed: { ...deed, name: 'other' } });
  tell('enter', 600);
  expect(post).toHaveBeenCalledTimes(2);
  // The same actions in another project, as an import brings them, are not allowed.
  const { project, samples } = open.document ?? { project: null, samples: [] };
  if (project) open.show({ project: { ...project, id: 'imported' }, samples });
  expect(actions.on).toBe(false);
  expect(actions.isAllowed(deed)).toBe(false);
});

test('a missing device is told in words', async () => {
  const { actions, notices, tell, add } = await world();
  const deed = { kind: 'serial', line: 'up' } as const;
  add(deed);
  actions.allow(deed, true);
  actions.switchOn(true);
  await actions.connect('serial');
  expect(notices.failures[0]?.words.what).toBe('This browser cannot reach the serial port.');
  tell('enter', 600);
  await vi.waitFor(() => expect(notices.failures[0]?.code).toBe('device-not-connected'));
});

test('actions are a change of the project like any other, and go and come with their class', async () => {
  const { actions, open, up, add } = await world();
  add({ kind: 'count' });
  open.removeClass(up);
  expect(actions.list).toEqual([]);
  open.undo();
  expect(actions.list).toHaveLength(1);
  const [{ id } = { id: '' }] = actions.list;
  actions.remove(id);
  expect(actions.list).toEqual([]);
  open.undo();
  expect(actions.list).toHaveLength(1);
  open.undo();
  open.undo();
  expect(open.project?.use ?? defaultUse).toEqual(defaultUse);
});
