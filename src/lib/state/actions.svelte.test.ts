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
  const { open, store, notices, pictures } = await openWorld();
  const settings = new Settings(store, notices);
  const listeners = new Set<(event: GestureEvent) => void>();
  const gestures = {
    onEvent(listener: (event: GestureEvent) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const capture = { busy: false };
  const camera: { frame: () => Promise<object | null> } = { frame: () => Promise.resolve(null) };
  const mocked = { camera, capture, gestures, open, pictures, settings, notices };
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
  return { open, settings, notices, actions, camera, capture, up, tell, add };
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
  await vi.waitFor(() => expect(actions.shown).toEqual({ text: 'Hello', picture: null }));
  tell('leave', 1600);
  expect(actions.shown).toBeNull();
  expect(actions.tallies.get(id)).toBe(1600);
});

/** The browser's decoder, and a canvas that writes what it was asked for. */
function drawPictures(): void {
  vi.stubGlobal('createImageBitmap', () =>
    Promise.resolve({ width: 40, height: 30, close: () => undefined }),
  );
  class Canvas {
    getContext = () => ({ fillRect: () => undefined, drawImage: () => undefined });
    convertToBlob = () => Promise.resolve(new Blob(['a small picture']));
  }
  vi.stubGlobal('OffscreenCanvas', Canvas);
}
const png = new Uint8Array(40);
png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
png.set([0, 0, 0, 40, 0, 0, 0, 30], 16);

test('a picture of one’s own fills the screen, and choosing it is one step of undo', async () => {
  drawPictures();
  const { actions, open, tell, add } = await world();
  const id = add({ kind: 'text', text: 'A cat' });
  expect(await actions.choose(id, new File([png], 'cat.png'))).toMatchObject({ ok: true });
  expect(actions.list[0]?.deed).toMatchObject({ text: 'A cat', picture: { name: 'cat.png' } });
  actions.switchOn(true);
  tell('enter', 600);
  await vi.waitFor(() => expect(actions.shown?.picture).toMatch(/^blob:/));
  expect(actions.shown?.text).toBe('A cat');
  tell('leave', 700);
  expect(actions.shown).toBeNull();
  expect(open.undo()).toBe('choose “cat.png”');
  expect(actions.list[0]?.deed).toEqual({ kind: 'text', text: 'A cat' });
});

test('what is refused changes nothing, nor does a file for an action that is gone by then', async () => {
  drawPictures();
  const { actions, open, add } = await world();
  const id = add({ kind: 'text', text: 'A cat' });
  const before = open.project;
  expect(await actions.choose(id, new File(['hello'], 'cat.png'))).toMatchObject({
    failure: { code: 'bad-file' },
  });
  expect(open.project).toBe(before);
  const choosing = actions.choose(id, new File([png], 'cat.png'));
  actions.remove(id);
  expect(await choosing).toMatchObject({ ok: true });
  expect(actions.list).toEqual([]);
  expect(open.undo()).toBe('delete an action');
});

test('the photos of a visit are few, the newest first, and go when Use is left', async () => {
  const revoked = vi.spyOn(URL, 'revokeObjectURL');
  class Canvas {
    getContext = () => null;
    convertToBlob = () => Promise.resolve(new Blob(['jpeg']));
  }
  vi.stubGlobal('OffscreenCanvas', Canvas);
  const { actions, tell, add, camera, notices } = await world();
  add({ kind: 'photo' });
  actions.switchOn(true);
  tell('enter', 600);
  await vi.waitFor(() => expect(notices.failures[0]?.code).toBe('camera-missing'));
  camera.frame = () => Promise.resolve({ width: 4, height: 3, close: () => undefined });
  for (let n = 1; n <= 26; n += 1) {
    tell('leave', 700);
    const newest = actions.photos[0]?.id;
    tell('enter', 600);
    await vi.waitFor(() => expect(actions.photos[0]?.id).not.toBe(newest));
  }
  expect(actions.photos).toHaveLength(24);
  expect(revoked).toHaveBeenCalledTimes(2);
  actions.leave();
  expect(actions.photos).toEqual([]);
  expect(revoked).toHaveBeenCalledTimes(26);
  revoked.mockRestore();
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
