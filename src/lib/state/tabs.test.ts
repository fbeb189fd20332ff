// Several tabs on one project over real storage; each tab is a world of its own.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeLocks } from '#lib/storage/fake-locks.test-helper.ts';
import { databaseName, databaseVersion } from '#lib/storage/schema.ts';
import type { Capture } from './capture.svelte.ts';
import { Tabs } from './tabs.svelte.ts';
import { openWorld, type UndoWorld } from './undo-world.test-helper.ts';

interface Tab extends UndoWorld {
  readonly tabs: Tabs;
}

const opened: Tab[] = [];

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
});
afterEach(() => {
  for (const { tabs, store } of opened.splice(0)) {
    tabs.dispose();
    store.close();
  }
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const later = (): void => void vi.setSystemTime(Date.now() + 10);

async function openTab(projectId: string | null = null, isHidden = false): Promise<Tab> {
  const world = await openWorld(projectId);
  const { store, saver, open, notices, projects } = world;
  const capture = { cancel: () => undefined } as unknown as Capture;
  const still = { busy: () => false, hidden: () => isHidden };
  const tabs = new Tabs({ store, saver, open, capture, notices, ...still });
  const tab = Object.assign(world, { tabs });
  opened.push(tab);
  if (projectId === null) await projects.create('thumbs');
  else await projects.open(projectId);
  later();
  return tab;
}

function record({ open }: Tab, id: string): void {
  const sample = {
    id,
    classId: open.classes[0]?.id ?? '',
    takeId: `take ${id}`,
    capturedAtMs: open.nextCaptureMs(),
    source: 'camera',
    sizePx: 256,
  } as const;
  open.addSamples([{ sample, jpeg: new TextEncoder().encode(id) }]);
  later();
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error('refused', { cause: request.error }));
  });
}

const idsOf = ({ open }: Tab): string[] => open.samples.map(({ id }) => id).sort();
const codes = ({ notices }: Tab): string[] => notices.failures.map(({ code }) => code);

test('without Web Locks a second writer writes over nothing: both tabs’ samples are kept', async () => {
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('BroadcastChannel', undefined);
  const first = await openTab();
  const id = first.open.project?.id ?? '';
  const second = await openTab(id);
  record(first, 'one');
  first.open.addClass('of the first');
  await first.saver.flush();
  record(second, 'two');
  record(second, 'three');
  await second.saver.flush();
  await vi.waitFor(() => expect(idsOf(second)).toEqual(['one', 'three', 'two']));
  expect(codes(second)).toEqual(['project-changed']);
  expect(second.open.classes.at(-1)?.name).toBe('of the first');
  await second.saver.flush();
  expect(second.saver.status).toBe('saved');
  const again = await openTab(id);
  expect(idsOf(again)).toEqual(['one', 'three', 'two']);
  for (const each of again.open.samples) expect(await again.pictures.jpeg(each.id)).not.toBeNull();
});

test('without Web Locks tabs follow each other, so that nothing is outrun', async () => {
  vi.stubGlobal('navigator', {});
  const first = await openTab();
  const second = await openTab(first.open.project?.id ?? '');
  record(first, 'one');
  await vi.waitFor(() => expect(idsOf(second)).toEqual(['one']), 5000);
  record(second, 'two');
  await vi.waitFor(() => expect(idsOf(first)).toEqual(['one', 'two']), 5000);
  expect([...codes(first), ...codes(second)]).toEqual([]);
});

test('before a newer version takes the database over, the rest is saved; then nothing is tried again', async () => {
  const tab = await openTab();
  record(tab, 'last');
  const newer = await done(indexedDB.open(databaseName, databaseVersion + 1));
  expect(await done(newer.transaction('samples').objectStore('samples').count())).toBe(1);
  expect(codes(tab)).toEqual(['storage-newer']);
  expect(tab.saver.status).toBe('saved');
  tab.notices.clear('storage-newer');
  record(tab, 'too late');
  expect(idsOf(tab)).toEqual(['last']);
  expect(codes(tab)).toEqual(['storage-newer']);

  // What slips past the gate is said, and not tried for ever.
  const commit = vi.spyOn(tab.store, 'commit');
  const { project } = tab.open;
  if (project) tab.saver.save({ project, put: [], removed: [] });
  await tab.saver.flush();
  expect(tab.saver.status).toBe('unsaved');
  expect(vi.getTimerCount()).toBe(0);
  expect(commit).toHaveBeenCalledTimes(1);
  newer.close();
});

test('a hidden tab that is just becoming the writer still lets the one write that is looked at', async () => {
  const { manager } = new FakeLocks();
  vi.stubGlobal('navigator', { locks: manager });
  const first = await openTab();
  record(first, 'one');
  await first.saver.flush();
  const id = first.open.project?.id ?? '';
  const hidden = await openTab(id, true);
  await vi.waitFor(() => expect(hidden.tabs.elsewhere).toBe(true));
  // The first one leaves; what it saved last takes the hidden one a while to read.
  let read: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => (read = resolve));
  const load = hidden.store.load.bind(hidden.store);
  hidden.store.load = async (project) => {
    await slow;
    return load(project);
  };
  first.tabs.dispose();
  const looked = await openTab(id);
  await vi.waitFor(() => expect(looked.tabs.elsewhere).toBe(true));
  // What it asked has long been heard, and the hidden one was not the writer yet.
  await new Promise((resolve) => setTimeout(resolve, 100));
  read();
  await vi.waitFor(() => expect(looked.tabs.elsewhere).toBe(false), 3000);
  expect(hidden.tabs.elsewhere).toBe(true);
  record(looked, 'two');
  await looked.saver.flush();
  await vi.waitFor(() => expect(idsOf(hidden)).toEqual(['one', 'two']), 5000);
});
