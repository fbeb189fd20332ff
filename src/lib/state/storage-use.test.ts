import { beforeEach, expect, test, vi } from 'vitest';
import { emptyProject } from '#lib/core/project.ts';
import { MemoryStore } from '#lib/storage/memory-store.ts';
import { Notices } from './notices.svelte.ts';
import { Saver } from './saver.svelte.ts';
import { lowBytes, StorageUse } from './storage-use.svelte.ts';

const quotaBytes = 1e9;
let leftBytes: number | null;

function world() {
  const store = new MemoryStore();
  const usage = vi.spyOn(store, 'usage').mockImplementation(() =>
    Promise.resolve({
      usedBytes: leftBytes === null ? null : quotaBytes - leftBytes,
      quotaBytes,
      persistent: false,
    }),
  );
  const notices = new Notices();
  const saver = new Saver(store, notices);
  return { store, usage, notices, saver, use: new StorageUse(store, saver, notices) };
}

const codes = ({ failures }: Notices) => failures.map(({ code }) => code);

beforeEach(() => {
  leftBytes = quotaBytes / 2;
  vi.useRealTimers();
});

test('little room is said once, again when half of it is gone, and no longer when there is room', async () => {
  const { use, notices } = world();
  await use.read();
  expect(codes(notices)).toEqual([]);
  leftBytes = lowBytes - 1;
  await use.read();
  expect(codes(notices)).toEqual(['storage-low']);
  expect(notices.failures[0]?.words.what).toContain('20.0 MB');
  notices.clear('storage-low');
  leftBytes = lowBytes * 0.6;
  await use.read();
  expect(codes(notices)).toEqual([]);
  leftBytes = lowBytes * 0.4;
  await use.read();
  expect(codes(notices)).toEqual(['storage-low']);
  leftBytes = lowBytes;
  await use.read();
  expect(codes(notices)).toEqual([]);
});

test('a browser that tells no numbers is not said to be full', async () => {
  const { use, notices } = world();
  leftBytes = null;
  await use.read();
  expect(codes(notices)).toEqual([]);
});

test('what could not be saved is tried again by itself', async () => {
  vi.useFakeTimers();
  const { store, saver, use, notices } = world();
  const full = () => Promise.resolve({ ok: false, failure: { code: 'storage-full' } } as const);
  const commit = vi.spyOn(store, 'commit').mockImplementation(full);
  saver.save({ project: emptyProject('p', 'p', '', 1), put: [], removed: [] });
  await saver.flush();
  expect(saver.status).toBe('unsaved');
  commit.mockRestore();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(saver.status).toBe('saved');
  expect(codes(notices)).toEqual([]);
  use.dispose();
});

test('it is looked at after saves, once for many of them', async () => {
  vi.useFakeTimers();
  const { saver, usage, use } = world();
  for (let turn = 0; turn < 5; turn += 1) {
    saver.save({ project: emptyProject('p', `p${turn}`, '', turn), put: [], removed: [] });
    await saver.flush();
  }
  expect(usage).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(usage).toHaveBeenCalledTimes(1);
  use.dispose();
});

test('what cannot be saved at all is not also said to be low', async () => {
  const { store, saver, use, notices } = world();
  const full = () => Promise.resolve({ ok: false, failure: { code: 'storage-full' } } as const);
  vi.spyOn(store, 'commit').mockImplementation(full);
  leftBytes = 1000;
  await use.read();
  saver.save({ project: emptyProject('p', 'p', '', 1), put: [], removed: [] });
  await saver.flush();
  await use.read();
  expect(codes(notices)).toEqual(['storage-full']);
});
