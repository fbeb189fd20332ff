import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { deleteDB, openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { blockedMs } from './connection.ts';
import { openStore } from './open-store.ts';
import { announcePresence } from './presence.ts';
import { jpegOf, projectOf, sampleOf, valueOf } from './sample-data.test-helper.ts';
import { databaseName, databaseVersion } from './schema.ts';
import { cleanSettings, defaultSettings } from './settings.ts';
import { storageFailure } from './storage-failure.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('opening', () => {
  test('no IndexedDB: memory, and the reason', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const { store, failure } = await openStore();
    expect(store.kind).toBe('memory');
    expect(failure?.code).toBe('storage-unavailable');
    expect((await store.commit({ project: projectOf('p'), put: [], removed: [] })).ok).toBe(true);
  });

  test('a refusing IndexedDB: memory, and the reason', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('not here', 'SecurityError');
    });
    const { store, failure } = await openStore();
    expect(store.kind).toBe('memory');
    expect(failure).toEqual({ code: 'storage-unavailable', detail: 'not here' });
  });

  test('a database of a newer version stays as it is', async () => {
    const newer = await openDB(databaseName, databaseVersion + 1, {
      upgrade: (database) => void database.createObjectStore('later'),
    });
    newer.close();
    const { store, failure } = await openStore();
    expect(store.kind).toBe('memory');
    expect(failure?.code).toBe('storage-newer');
    const again = await openDB(databaseName);
    expect(Array.from(again.objectStoreNames)).toEqual(['later']);
    again.close();
  });

  test('an older version that stays open elsewhere is not waited for without end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const request = indexedDB.open(databaseName, databaseVersion);
    const held = await new Promise<IDBDatabase>((resolve) => {
      request.onsuccess = () => resolve(request.result);
    });
    // Another tab that never closes: a deletion is queued behind it, and opening behind the deletion.
    const deleting = indexedDB.deleteDatabase(databaseName);
    await new Promise((resolve) => (deleting.onblocked = resolve));
    const opening = openStore();
    await vi.advanceTimersByTimeAsync(blockedMs);
    held.close();
    const { store } = await opening;
    expect(['memory', 'indexeddb']).toContain(store.kind);
  });
});

describe('living with other tabs', () => {
  test('makes way for a newer version, and says so', async () => {
    const { store } = await openStore();
    valueOf(await store.commit({ project: projectOf('p'), put: [], removed: [] }));
    const newer = await openDB(databaseName, databaseVersion + 1);
    expect(newer.version).toBe(databaseVersion + 1);
    const after = await store.commit({ project: projectOf('p'), put: [], removed: [] });
    expect(after).toMatchObject({ ok: false, failure: { code: 'storage-newer' } });
    newer.close();
  });

  test('goes on after the site data were cleared', async () => {
    const { store } = await openStore();
    valueOf(await store.commit({ project: projectOf('p'), put: [], removed: [] }));
    await deleteDB(databaseName);
    expect(valueOf(await store.list())).toEqual([]);
    valueOf(await store.commit({ project: projectOf('q'), put: [], removed: [] }));
    expect(valueOf(await store.list())).toHaveLength(1);
  });

  test('a closed store refuses', async () => {
    const { store } = await openStore();
    store.close();
    expect(await store.list()).toMatchObject({ ok: false, failure: { code: 'storage-failed' } });
    expect(await store.readSettings()).toEqual(defaultSettings);
  });

  test('purge waits until no other tab could undo', async () => {
    const locks = fakeLocks();
    vi.stubGlobal('navigator', { locks });
    const { store } = await openStore();
    const other = announcePresence();
    const put = [{ sample: sampleOf('s'), jpeg: jpegOf(1) }];
    valueOf(await store.commit({ project: projectOf('p'), put, removed: [] }));
    valueOf(await store.commit({ project: projectOf('p'), put: [], removed: ['s'] }));
    expect(valueOf(await store.purge())).toBe(0);
    other.leave();
    await Promise.resolve();
    expect(valueOf(await store.purge())).toBe(1);
  });

  test('no tab takes an import under way in another one for the rest of a broken one', async () => {
    vi.stubGlobal('navigator', { locks: fakeLocks() });
    const { store } = await openStore();
    const other = announcePresence();
    const release = await other.guardImport('p');
    other.leave();
    const put = [{ sample: sampleOf('s'), jpeg: jpegOf(1) }];
    valueOf(await store.commit({ project: projectOf('p'), put, removed: [], staged: true }));
    await Promise.resolve();
    expect(valueOf(await store.purge())).toBe(0);
    expect(valueOf(await store.readJpeg('s'))).toEqual(jpegOf(1));
    release();
    await Promise.resolve();
    expect(valueOf(await store.purge())).toBe(1);
  });

  test('no room is made at the cost of what another tab could undo', async () => {
    vi.stubGlobal('navigator', { locks: fakeLocks() });
    const { store } = await openStore();
    const other = announcePresence();
    const put = [{ sample: sampleOf('s'), jpeg: jpegOf(1) }];
    valueOf(await store.commit({ project: projectOf('p'), put, removed: [] }));
    valueOf(await store.commit({ project: projectOf('p'), put: [], removed: ['s'] }));
    expect(valueOf(await store.makeRoom(new Set())).pictures).toBe(0);
    other.leave();
    await Promise.resolve();
    expect(valueOf(await store.makeRoom(new Set())).pictures).toBe(1);
  });
});

/** Web Locks as far as they are used here: held until the work is done. */
function fakeLocks() {
  const held = new Map<object, string>();
  return {
    request: async (name: string, _options: object, work: () => Promise<void>) => {
      const key = {};
      held.set(key, name);
      await work();
      held.delete(key);
    },
    query: () =>
      Promise.resolve({ held: Array.from(held.values(), (name) => ({ name })), pending: [] }),
  };
}

describe('a full disk', () => {
  const commit = {
    project: projectOf('p', 'after'),
    put: [
      { sample: sampleOf('a'), jpeg: jpegOf(1) },
      { sample: sampleOf('b'), jpeg: jpegOf(2) },
    ],
    removed: ['old'],
  };
  const openWithProject = async () => {
    const { store } = await openStore();
    const put = [{ sample: sampleOf('old') }];
    valueOf(await store.commit({ project: projectOf('p', 'before'), put, removed: [] }));
    return store;
  };
  const unchanged = async (store: Awaited<ReturnType<typeof openWithProject>>) => {
    const { project, samples } = valueOf(await store.load('p'));
    expect(project.name).toBe('before');
    expect(samples.map(({ id }) => id)).toEqual(['old']);
    expect(valueOf(await store.readJpegs(['a', 'b'])).size).toBe(0);
  };

  test('met by a request: nothing is half-written, and later commits work', async () => {
    const store = await openWithProject();
    const spy = vi.spyOn(IDBObjectStore.prototype, 'put');
    spy.mockImplementation(function (this: IDBObjectStore, ...args) {
      if (args[1] === 'b') throw new DOMException('full', 'QuotaExceededError');
      return this.add(args[0], args[1]);
    });
    expect(await store.commit(commit)).toEqual({ ok: false, failure: { code: 'storage-full' } });
    spy.mockRestore();
    await unchanged(store);
    expect((await store.commit(commit)).ok).toBe(true);
  });

  test('met at the end of the transaction: the abort says why', async () => {
    const store = await openWithProject();
    const spy = vi.spyOn(IDBObjectStore.prototype, 'put');
    spy.mockImplementation(function (this: IDBObjectStore, ...args) {
      const request = this.add(args[0], args[1]);
      const transaction = this.transaction as IDBTransaction & { _abort(name: string): void };
      if (args[1] === 'b') transaction._abort('QuotaExceededError');
      return request;
    });
    expect(await store.commit(commit)).toEqual({ ok: false, failure: { code: 'storage-full' } });
    spy.mockRestore();
    await unchanged(store);
    expect((await store.commit(commit)).ok).toBe(true);
  });

  test('any other abort keeps its detail', () => {
    const aborted = new DOMException('aborted', 'AbortError');
    const cause = new DOMException('disk on fire', 'UnknownError');
    const detail = 'disk on fire';
    expect(storageFailure(aborted, cause)).toEqual({ code: 'storage-failed', detail });
    expect(storageFailure(aborted).code).toBe('storage-failed');
  });
});

describe('what the browser says', () => {
  test('usage, quota and persistence', async () => {
    const storage = {
      estimate: () => Promise.resolve({ usage: 5, quota: 10 }),
      persisted: () => Promise.resolve(true),
      persist: () => Promise.resolve(true),
    };
    vi.stubGlobal('navigator', { storage });
    const { store } = await openStore();
    expect(await store.usage()).toEqual({ usedBytes: 5, quotaBytes: 10, persistent: true });
    expect(await store.requestPersistence()).toBe(true);
  });

  test('damaged settings become the default ones, field by field', () => {
    expect(cleanSettings('no')).toEqual(defaultSettings);
    const stored = { theme: 'pink', backend: 'cuda', cameraId: 3, lastProjectId: 'p', heatMap: 1 };
    expect(cleanSettings(stored)).toEqual({ ...defaultSettings, lastProjectId: 'p' });
    expect(cleanSettings({ heatMap: true })).toEqual({ ...defaultSettings, heatMap: true });
  });
});
