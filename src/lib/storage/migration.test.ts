// Databases of every released version, opened with the present code: nothing is lost, and everything can be done.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import * as v1 from './fixtures/v1.ts';
import * as v2 from './fixtures/v2.ts';
import { openStore } from './open-store.ts';
import { valueOf } from './sample-data.test-helper.ts';
import { databaseName, databaseVersion } from './schema.ts';
import type { ProjectStore } from './store.ts';

const released = [
  { version: 1, build: v1.buildV1 },
  { version: 2, build: v2.buildV2 },
];

test('every released version has a fixture', () => {
  expect(released.map(({ version }) => version)).toEqual(
    Array.from({ length: databaseVersion - 1 }, (_, i) => i + 1),
  );
});

describe.each(released)('version $version', ({ version, build }) => {
  let store: ProjectStore;
  beforeEach(async () => {
    globalThis.indexedDB = new IDBFactory();
    await build();
    const opened = await openStore();
    expect(opened.failure).toBeNull();
    store = opened.store;
  });

  test('projects, samples, pictures, embeddings, heads and settings are as they were', async () => {
    expect(valueOf(await store.list()).map(({ id }) => id)).toEqual(['p1']);
    expect(valueOf(await store.load('p1'))).toEqual({ project: v1.project, samples: v1.samples });
    const ids = v1.samples.map(({ id }) => id);
    const jpegs = valueOf(await store.readJpegs(ids));
    expect([...jpegs.values()]).toEqual(v1.jpegs);
    const { backboneId } = v1.project;
    const embeddings = valueOf(await store.readEmbeddings('p1', backboneId));
    expect([...embeddings.values()]).toEqual(v1.embeddings);
    expect(valueOf(await store.readHead('p1', 'trained'))).toEqual(v1.head);
    const heatMap = version >= 2;
    expect(await store.readSettings()).toEqual({
      ...v1.settings,
      heatMap,
      dismissed: {},
      allowed: {},
    });
    const backbones = version >= 2 ? [v2.backbone] : [];
    expect(valueOf(await store.readBackbones())).toEqual(backbones);
    expect(valueOf(await store.readHistory('p1'))).toEqual({ parts: [], position: 0 });
    expect(valueOf(await store.readListHistory())).toEqual({ parts: [], position: 0 });
  });

  test('what was deleted just before can be brought back', async () => {
    const [deleted] = valueOf(await store.listDeleted());
    expect(deleted).toMatchObject({ id: 'p2', sampleCount: 1 });
    const change = { kind: 'add-project', projectId: 'p2', opens: false } as const;
    valueOf(await store.changeList(change, 1, null));
    expect(valueOf(await store.load('p2')).project).toEqual(v1.deleted);
    expect(valueOf(await store.readJpeg('d1'))).toEqual(v1.jpegs[0]);
  });

  test('purge takes only what nobody can reach', async () => {
    expect(valueOf(await store.purge({ deletedUntilMs: 0 }))).toBe(1);
    expect(valueOf(await store.readJpeg(v1.leftover.id))).toBeNull();
    expect(valueOf(await store.readJpegs(['s1', 's2', 's3', 'd1'])).size).toBe(4);
  });

  test('commits with a history are kept', async () => {
    const { project } = valueOf(await store.load('p1'));
    const change = {
      kind: 'edit-project',
      before: { name: 'Thumbs' },
      after: { name: 'T' },
    } as const;
    const part = { entry: 7, part: 0, label: 'the settings', mergeKey: null, change };
    const history = { put: [part], removed: [], position: 7 };
    valueOf(await store.commit({ project, put: [], removed: [], history }));
    store.close();
    const again = (await openStore()).store;
    expect(valueOf(await again.readHistory('p1'))).toEqual({ parts: [part], position: 7 });
  });
});

test('a migration that fails leaves the old version as it was', async () => {
  globalThis.indexedDB = new IDBFactory();
  await v2.buildV2();
  const spy = vi.spyOn(IDBCursor.prototype, 'update').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError');
  });
  const { store, failure } = await openStore();
  spy.mockRestore();
  expect(store.kind).toBe('memory');
  expect(failure).toEqual({ code: 'storage-full' });
  const old = await openDB(databaseName);
  expect(old.version).toBe(2);
  expect(await old.getAll('projects')).toHaveLength(2);
  old.close();
  const again = await openStore();
  expect(again.failure).toBeNull();
  expect(valueOf(await again.store.load('p1')).samples).toHaveLength(3);
});
