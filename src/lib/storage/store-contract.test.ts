import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Change } from '#lib/core/change.ts';
import type { HistoryPart } from '#lib/core/history.ts';
import { defaultUse, type UseSettings } from '#lib/core/use-settings.ts';
import { MemoryStore } from './memory-store.ts';
import { openStore } from './open-store.ts';
import { backboneId, jpegOf, projectOf, sampleOf, valueOf } from './sample-data.test-helper.ts';
import { defaultSettings } from './settings.ts';
import type { ProjectStore } from './store.ts';

const kinds = {
  indexeddb: async (): Promise<ProjectStore> => {
    globalThis.indexedDB = new IDBFactory();
    const { store, failure } = await openStore();
    expect(failure).toBeNull();
    return store;
  },
  memory: (): Promise<ProjectStore> => Promise.resolve(new MemoryStore()),
};

describe.each(Object.entries(kinds))('%s store', (kind, open) => {
  let store: ProjectStore;
  beforeEach(async () => {
    store = await open();
  });
  const commit = async (parts: Partial<Parameters<ProjectStore['commit']>[0]>) =>
    valueOf(await store.commit({ project: projectOf('p'), put: [], removed: [], ...parts }));
  const remove = async (projectId: string, atMs = 1) =>
    valueOf(
      await store.changeList({ kind: 'remove-project', projectId, opens: false }, atMs, null),
    );
  const restore = (projectId: string) =>
    store.changeList({ kind: 'add-project', projectId, opens: false }, 1, null);

  test('says what it is and begins empty', async () => {
    expect(store.kind).toBe(kind);
    expect(valueOf(await store.list())).toEqual([]);
    expect(await store.load('p')).toEqual({ ok: false, failure: { code: 'project-missing' } });
    expect(await store.readSettings()).toEqual(defaultSettings);
  });

  test('keeps a project and its samples, oldest first', async () => {
    const samples = [sampleOf('b', 7), sampleOf('c', 3), sampleOf('a', 7)];
    await commit({ put: samples.map((sample) => ({ sample })) });
    const document = valueOf(await store.load('p'));
    expect(document.project).toEqual(projectOf('p'));
    expect(document.samples.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
  });

  test('lists what was worked on last first, with class names and counts', async () => {
    await commit({ project: projectOf('old', 'Old', 10), put: [{ sample: sampleOf('s') }] });
    await commit({ project: projectOf('new', 'New', 20) });
    expect(valueOf(await store.list())).toEqual([
      {
        id: 'new',
        name: 'New',
        createdAtMs: 1000,
        updatedAtMs: 20,
        classNames: ['Thumbs up', 'Thumbs down'],
        sampleCount: 0,
      },
      expect.objectContaining({ id: 'old', sampleCount: 1 }),
    ]);
  });

  test('writes a project, its head and a new backbone in one step, or none of them', async () => {
    const backbone = {
      id: 'tm@1',
      name: 'TM',
      note: '',
      licence: '',
      manifest: '{}',
      weights: Uint8Array.from([1, 2]),
    };
    await commit({ model: { importedHead: { kind: 'dense' }, backbone } });
    expect(valueOf(await store.readHead('p', 'imported'))).toEqual({ kind: 'dense' });
    expect(valueOf(await store.readBackbones())).toEqual([backbone]);
    const project = projectOf('q');
    const model = { importedHead: () => 'cannot be kept', backbone: { ...backbone, id: 'x@1' } };
    const failed = await store.commit({ project, put: [], removed: [], model });
    expect(failed.ok).toBe(false);
    expect(valueOf(await store.list()).map(({ id }) => id)).toEqual(['p']);
    expect(valueOf(await store.readBackbones())).toEqual([backbone]);
  });

  test('keeps backbones that came in files', async () => {
    const backbone = {
      id: 'net@1',
      name: 'Net',
      note: '',
      licence: 'none',
      manifest: '{}',
      weights: Uint8Array.of(1, 2, 3),
    };
    valueOf(await store.writeBackbone(backbone));
    valueOf(await store.writeBackbone({ ...backbone, name: 'Net again' }));
    expect(valueOf(await store.readBackbones())).toEqual([{ ...backbone, name: 'Net again' }]);
  });

  test('a put without jpeg changes the row and leaves the picture', async () => {
    await commit({ put: [{ sample: sampleOf('s'), jpeg: jpegOf(5) }] });
    await commit({ put: [{ sample: sampleOf('s', 0, 'class-1') }] });
    expect(valueOf(await store.load('p')).samples[0]?.classId).toBe('class-1');
    expect(valueOf(await store.readJpeg('s'))).toEqual(jpegOf(5));
  });

  test('a removed sample leaves; its picture and embedding stay until purge', async () => {
    const values = Float32Array.of(1, 2);
    await commit({
      put: [{ sample: sampleOf('s'), jpeg: jpegOf(5), embedding: { backboneId, values } }],
    });
    await commit({ removed: ['s'] });
    expect(valueOf(await store.load('p')).samples).toEqual([]);
    expect(valueOf(await store.readEmbeddings('p', backboneId)).size).toBe(0);
    expect(valueOf(await store.readJpeg('s'))).toEqual(jpegOf(5));

    await commit({ put: [{ sample: sampleOf('s') }] });
    expect(valueOf(await store.readEmbeddings('p', backboneId))).toEqual(new Map([['s', values]]));
    expect(valueOf(await store.purge())).toBe(0);

    await commit({ removed: ['s'] });
    expect(valueOf(await store.purge())).toBe(1);
    expect(valueOf(await store.readJpeg('s'))).toBeNull();
    await commit({ put: [{ sample: sampleOf('s') }] });
    expect(valueOf(await store.readEmbeddings('p', backboneId)).size).toBe(0);
  });

  test('a deleted project comes back until purge', async () => {
    await commit({ put: [{ sample: sampleOf('s'), jpeg: jpegOf(1) }] });
    await commit({ project: projectOf('q'), put: [{ sample: sampleOf('t'), jpeg: jpegOf(2) }] });
    valueOf(await store.writeHead('p', 'trained', { a: 1 }));
    await remove('p');
    expect(valueOf(await store.list()).map(({ id }) => id)).toEqual(['q']);
    expect(await store.load('p')).toEqual({ ok: false, failure: { code: 'project-missing' } });
    valueOf(await restore('p'));
    expect(valueOf(await store.load('p')).samples).toHaveLength(1);

    await remove('p');
    // A commit that was under way must not bring it back.
    await commit({});
    expect(valueOf(await store.list())).toHaveLength(1);
    expect(valueOf(await store.purge())).toBe(1);
    expect(await restore('p')).toEqual({ ok: false, failure: { code: 'project-missing' } });
    expect(valueOf(await store.readHead('p', 'trained'))).toBeNull();
    expect(valueOf(await store.readJpeg('s'))).toBeNull();
    expect(valueOf(await store.readJpeg('t'))).toEqual(jpegOf(2));
  });

  test('a deleted project goes for good with its pictures, and nothing else does', async () => {
    const embedding = { backboneId, values: Float32Array.of(1) };
    await commit({ put: [{ sample: sampleOf('s'), jpeg: jpegOf(1), embedding }] });
    await commit({ put: [{ sample: sampleOf('undone'), jpeg: jpegOf(2) }] });
    await commit({ removed: ['undone'] });
    await commit({ project: projectOf('q'), put: [{ sample: sampleOf('t'), jpeg: jpegOf(3) }] });
    await commit({ project: projectOf('r'), put: [{ sample: sampleOf('u'), jpeg: jpegOf(4) }] });
    valueOf(await store.writeHead('p', 'trained', { a: 1 }));
    const missing = { ok: false, failure: { code: 'project-missing' } };
    expect(await store.dropDeleted('p')).toEqual(missing);
    await remove('p');
    await remove('r');
    expect(valueOf(await store.dropDeleted('p'))).toBeGreaterThan(0);
    expect(await restore('p')).toEqual(missing);
    expect(valueOf(await store.readHead('p', 'trained'))).toBeNull();
    expect(valueOf(await store.readEmbeddings('p', backboneId)).size).toBe(0);
    expect(Array.from(valueOf(await store.readJpegs(['s', 't', 'u'])).keys())).toEqual(['t', 'u']);
    expect(valueOf(await store.listDeleted()).map(({ id }) => id)).toEqual(['r']);
    expect(valueOf(await store.load('q')).samples).toHaveLength(1);
  });

  test('deleted projects are listed, the last one first, and stay as long as is wished', async () => {
    await commit({ put: [{ sample: sampleOf('s'), jpeg: jpegOf(1) }] });
    await commit({ project: projectOf('q') });
    await commit({ project: projectOf('r') });
    await remove('p', 10);
    await remove('q', 20);
    const deleted = valueOf(await store.listDeleted());
    expect(deleted.map(({ id, deletedAtMs }) => [id, deletedAtMs])).toEqual([
      ['q', 20],
      ['p', 10],
    ]);
    expect(deleted[1]).toMatchObject({ sampleCount: 1, name: 'p' });
    valueOf(await store.purge({ deletedUntilMs: 10 }));
    expect(valueOf(await store.listDeleted()).map(({ id }) => id)).toEqual(['q']);
    expect(valueOf(await store.list()).map(({ id }) => id)).toEqual(['r']);
  });

  test('a staged project is hidden, stays while its import runs, and appears when it is added', async () => {
    const put = [{ sample: sampleOf('s'), jpeg: jpegOf(1) }];
    await commit({ put, staged: true });
    await commit({ put: [{ sample: sampleOf('t'), jpeg: jpegOf(2) }] });
    expect(valueOf(await store.list())).toEqual([]);
    expect(valueOf(await store.listDeleted())).toEqual([]);
    const release = await store.guardImport('p');
    expect(valueOf(await store.purge())).toBe(0);
    expect(valueOf(await store.makeRoom(new Set())).pictures).toBe(0);
    valueOf(await restore('p'));
    release();
    expect(valueOf(await store.purge())).toBe(0);
    expect(valueOf(await store.load('p')).samples).toHaveLength(2);

    await commit({ project: projectOf('broken'), put: [], staged: true });
    await store.purge();
    expect(await restore('broken')).toMatchObject({ failure: { code: 'project-missing' } });
  });

  describe('history', () => {
    const sample = sampleOf('s', 3);
    const stored = { sample, jpeg: jpegOf(5) };
    const part = (entry: number, change: Change, at = 0): HistoryPart<Change> => {
      return { entry, part: at, label: `entry ${entry}`, mergeKey: null, change };
    };
    const added = part(1, { kind: 'add-samples', samples: [sample] });
    const gone = part(2, { kind: 'remove-samples', samples: [sample] });
    const write = (position: number, ...put: HistoryPart<Change>[]) => {
      return { put, removed: [] as number[], position };
    };
    /** A sample that was recorded and deleted. */
    const recordAndDelete = async () => {
      await commit({ put: [stored], history: write(1, added) });
      await commit({ removed: ['s'], history: write(2, gone) });
    };

    test('is kept by project, in order, with its position', async () => {
      await recordAndDelete();
      await commit({ project: projectOf('q'), history: write(1, added) });
      const second = part(1, { kind: 'add-samples', samples: [] }, 1);
      await commit({ history: write(1, second) });
      expect(valueOf(await store.readHistory('p'))).toEqual({
        parts: [added, second, gone],
        position: 1,
      });
      await commit({ history: { put: [], removed: [1], position: 2 } });
      expect(valueOf(await store.readHistory('p'))).toEqual({ parts: [gone], position: 2 });
      expect(valueOf(await store.readHistory('q')).parts).toEqual([added]);
      expect(valueOf(await store.readHistory('none'))).toEqual({ parts: [], position: 0 });
    });

    test('is read whole, however many rows it has', async () => {
      const parts = Array.from({ length: 45 }, (_, i) =>
        part(1 + Math.floor(i / 3), added.change, i % 3),
      );
      for (const id of ['o', 'p', 'q']) {
        await commit({ project: projectOf(id), history: write(15, ...parts) });
      }
      expect(valueOf(await store.readHistory('p'))).toEqual({ parts, position: 15 });
    });

    test('is written with the change, or not at all', async () => {
      const bad = { sample: { ...sample, extra: () => 0 } };
      const failed = await store.commit({
        project: projectOf('p'),
        put: [bad],
        removed: [],
        history: write(1, added),
      });
      expect(failed.ok).toBe(false);
      expect(valueOf(await store.readHistory('p')).parts).toEqual([]);
    });

    test('keeps the pictures and embeddings it names from purge, until it is trimmed', async () => {
      await recordAndDelete();
      valueOf(await store.writeEmbeddings(backboneId, new Map([['s', Float32Array.of(1)]])));
      expect(valueOf(await store.purge())).toBe(0);
      expect(valueOf(await store.readJpeg('s'))).toEqual(jpegOf(5));
      await commit({ history: { put: [], removed: [1, 2], position: 0 } });
      expect(valueOf(await store.purge())).toBe(1);
    });

    test('of the list is written with its change; steps of projects that are gone go', async () => {
      await commit({});
      const change = { kind: 'remove-project', projectId: 'p', opens: true } as const;
      const step = { entry: 5, part: 0, label: 'delete “p”', mergeKey: null, change };
      valueOf(await store.changeList(change, 9, { put: [step], removed: [], position: 5 }));
      expect(valueOf(await store.readListHistory())).toEqual({ parts: [step], position: 5 });
      const missing = { ...change, projectId: 'no' };
      const none = await store.changeList(missing, 9, { put: [], removed: [5], position: 0 });
      expect(none).toEqual({ ok: false, failure: { code: 'project-missing' } });
      expect(valueOf(await store.readListHistory()).position).toBe(5);
      valueOf(await store.purge({ deletedUntilMs: 8 }));
      expect(valueOf(await store.readListHistory()).parts).toHaveLength(1);
      valueOf(await store.purge({ deletedUntilMs: 9 }));
      expect(valueOf(await store.readListHistory()).parts).toEqual([]);
      expect(valueOf(await store.readHistory('p')).parts).toEqual([]);
    });

    test('renames a project that is not open', async () => {
      await commit({});
      const change = { kind: 'rename-project', projectId: 'p', before: 'p', after: 'new' } as const;
      valueOf(await store.changeList(change, 9, null));
      expect(valueOf(await store.load('p')).project).toEqual(projectOf('p', 'new'));
    });

    test('a copy begins with an empty one', async () => {
      await recordAndDelete();
      valueOf(await store.duplicate('p', { id: 'copy', name: 'Copy', nowMs: 1 }, () => 'n'));
      expect(valueOf(await store.readHistory('copy'))).toEqual({ parts: [], position: 0 });
      expect(valueOf(await store.readHistory('p')).parts).toHaveLength(2);
    });

    describe('on a full disk', () => {
      test('what nobody can reach goes first, and nothing else then', async () => {
        await recordAndDelete();
        await commit({ put: [{ sample: sampleOf('t'), jpeg: jpegOf(6) }] });
        await commit({ removed: ['t'] });
        const room = valueOf(await store.makeRoom(new Set()));
        expect(room).toEqual({
          pictures: 1,
          projects: new Set(),
          trimmed: new Map(),
          undone: false,
        });
        expect(valueOf(await store.readJpeg('s'))).toEqual(jpegOf(5));
      });

      test('then the older half of what could be taken back; never a picture in use', async () => {
        await commit({ put: [{ sample: sampleOf('live'), jpeg: jpegOf(1) }] });
        for (const entry of [10, 20, 30, 40]) {
          const old = sampleOf(`old-${entry}`);
          const change: Change = { kind: 'remove-samples', samples: [old] };
          await commit({ put: [{ sample: old, jpeg: jpegOf(entry) }] });
          await commit({ removed: [old.id], history: write(entry, part(entry, change)) });
        }
        await commit({
          project: projectOf('q'),
          put: [{ sample: sampleOf('u'), jpeg: jpegOf(2) }],
        });
        await remove('q', 15);
        const first = valueOf(await store.makeRoom(new Set()));
        expect(first.projects).toEqual(new Set(['q']));
        expect(first.trimmed).toEqual(new Map([['p', 20]]));
        expect(first.pictures).toBe(3);
        expect(first.undone).toBe(true);
        const { parts } = valueOf(await store.readHistory('p'));
        expect(parts.map(({ entry }) => entry)).toEqual([30, 40]);

        const kept = valueOf(await store.makeRoom(new Set(['old-30'])));
        expect(kept.trimmed).toEqual(new Map([['p', 40]]));
        expect(valueOf(await store.readJpeg('old-30'))).toEqual(jpegOf(30));
        expect(valueOf(await store.makeRoom(new Set(['old-30']))).pictures).toBe(0);
        expect(valueOf(await store.readJpeg('live'))).toEqual(jpegOf(1));
      });

      test('what was undone goes with it, entries that hold nothing stay', async () => {
        await commit({ put: [stored], history: write(1, added) });
        const edit: Change = {
          kind: 'edit-project',
          before: { name: 'a' },
          after: { name: 'b' },
        };
        await commit({ history: write(3, part(3, edit)) });
        await commit({ removed: ['s'], history: write(0) });
        expect(valueOf(await store.makeRoom(new Set())).pictures).toBe(1);
        expect(valueOf(await store.readHistory('p')).parts).toEqual([]);

        await commit({ history: write(5, part(5, edit)) });
        expect(valueOf(await store.makeRoom(new Set())).pictures).toBe(0);
        expect(valueOf(await store.readHistory('p')).parts).toHaveLength(1);
      });
    });
  });

  describe('files of actions', () => {
    const doorbell = { hash: 'd'.repeat(64), bytes: Uint8Array.of(1, 2, 3) };
    const cat = { hash: 'c'.repeat(64), bytes: Uint8Array.of(4) };
    const useWith = (hash: string): UseSettings => {
      const deed = { kind: 'sound', sound: 'ding', own: { hash, name: 'doorbell.mp3' } } as const;
      return { ...defaultUse, actions: [{ id: 'a', classId: null, heldMs: 0, deed }] };
    };
    const projectWith = (id: string, ...hashes: string[]) => {
      const [first] = hashes;
      return first === undefined ? projectOf(id) : { ...projectOf(id), use: useWith(first) };
    };
    const read = async (hash: string) => valueOf(await store.readFile(hash));

    test('are written with the project that names them, and stay as long as it does', async () => {
      expect(await read(doorbell.hash)).toBeNull();
      await commit({ project: projectWith('p', doorbell.hash), files: [doorbell] });
      await commit({ project: projectWith('p', doorbell.hash) });
      expect(valueOf(await store.purge())).toBe(0);
      expect(valueOf(await store.makeRoom(new Set())).pictures).toBe(0);
      expect(await read(doorbell.hash)).toEqual(doorbell.bytes);
      await commit({ project: projectWith('p') });
      expect(valueOf(await store.purge())).toBe(1);
      expect(await read(doorbell.hash)).toBeNull();
    });

    test('that could not be written leave everything as it was', async () => {
      const project = { ...projectWith('p', doorbell.hash), extra: () => 0 };
      expect((await store.commit({ project, put: [], removed: [], files: [doorbell] })).ok).toBe(
        false,
      );
      expect(await read(doorbell.hash)).toBeNull();
    });

    test('stay while a history may bring them back, and go when that is given up', async () => {
      const change: Change = {
        kind: 'edit-project',
        before: { use: useWith(doorbell.hash) },
        after: { use: useWith(cat.hash) },
      };
      const part = { entry: 5, part: 0, label: 'change an action', mergeKey: null, change };
      await commit({ project: projectWith('p', doorbell.hash), files: [doorbell] });
      const history = { put: [part], removed: [], position: 5 };
      await commit({ project: projectWith('p', cat.hash), files: [cat], history });
      expect(valueOf(await store.purge())).toBe(0);
      expect(await read(doorbell.hash)).toEqual(doorbell.bytes);
      const kept = valueOf(await store.makeRoom(new Set([doorbell.hash])));
      expect([kept.pictures, await read(doorbell.hash)]).toEqual([0, doorbell.bytes]);
      await commit({ project: projectWith('p', cat.hash), history });
      expect(valueOf(await store.makeRoom(new Set()))).toMatchObject({
        pictures: 1,
        trimmed: new Map([['p', 5]]),
      });
      expect([await read(doorbell.hash), await read(cat.hash)]).toEqual([null, cat.bytes]);
    });

    test('are shared with a copy, and go with the last project that names them', async () => {
      await commit({ project: projectWith('p', doorbell.hash), files: [doorbell] });
      valueOf(await store.duplicate('p', { id: 'copy', name: 'Copy', nowMs: 1 }, () => 'n'));
      await remove('p');
      expect(valueOf(await store.dropDeleted('p'))).toBe(0);
      expect(await read(doorbell.hash)).toEqual(doorbell.bytes);
      await remove('copy');
      expect(valueOf(await store.purge({ deletedUntilMs: 0 }))).toBe(0);
      expect(valueOf(await store.dropDeleted('copy'))).toBe(1);
      expect(await read(doorbell.hash)).toBeNull();
    });

    test('come with a staged project, and go when its import broke off', async () => {
      await commit({ project: projectWith('p', cat.hash), staged: true });
      await commit({ project: projectWith('p', cat.hash), files: [cat] });
      const release = await store.guardImport('p');
      expect(valueOf(await store.purge())).toBe(0);
      expect(await read(cat.hash)).toEqual(cat.bytes);
      release();
      expect(valueOf(await store.purge())).toBe(1);
      expect(await read(cat.hash)).toBeNull();
    });
  });

  test('duplicates rows, pictures, embeddings and heads under new ids', async () => {
    const put = [0, 1, 2].map((i) => ({
      sample: sampleOf(`s${i}`, i),
      jpeg: jpegOf(i),
      embedding: { backboneId, values: Float32Array.of(i) },
    }));
    await commit({ put });
    valueOf(await store.writeEmbeddings('other@1', new Map([['s1', Float32Array.of(9)]])));
    valueOf(await store.writeHead('p', 'imported', { kind: 'ridge' }));
    let count = 0;
    const newId = (): string => `n${count++}`;
    valueOf(await store.duplicate('p', { id: 'copy', name: 'Copy', nowMs: 99 }, newId));

    const copy = valueOf(await store.load('copy'));
    expect(copy.project).toEqual({
      ...projectOf('p'),
      id: 'copy',
      name: 'Copy',
      createdAtMs: 99,
      updatedAtMs: 99,
    });
    expect(copy.samples.map(({ capturedAtMs }) => capturedAtMs)).toEqual([0, 1, 2]);
    expect(new Set(copy.samples.map(({ id }) => id))).toEqual(new Set(['n0', 'n1', 'n2']));
    const embeddings = valueOf(await store.readEmbeddings('copy', backboneId));
    for (const { id, capturedAtMs } of copy.samples) {
      expect(valueOf(await store.readJpeg(id))).toEqual(jpegOf(capturedAtMs));
      expect(embeddings.get(id)).toEqual(Float32Array.of(capturedAtMs));
    }
    expect(valueOf(await store.readEmbeddings('copy', 'other@1')).size).toBe(1);
    expect(valueOf(await store.readHead('copy', 'imported'))).toEqual({ kind: 'ridge' });
    expect(valueOf(await store.load('p')).samples).toHaveLength(3);
  });

  test('a copy onto an id that is taken changes nothing', async () => {
    await commit({ put: [0, 1].map((i) => ({ sample: sampleOf(`s${i}`), jpeg: jpegOf(i) })) });
    const ids = ['fresh', 's0'];
    const failed = await store.duplicate(
      'p',
      { id: 'copy', name: 'Copy', nowMs: 1 },
      () => ids.shift() ?? '',
    );
    expect(failed).toMatchObject({ ok: false, failure: { code: 'storage-failed' } });
    expect(valueOf(await store.list()).map(({ id }) => id)).toEqual(['p']);
    expect(valueOf(await store.readJpeg('fresh'))).toBeNull();
    const missing = await store.duplicate('no', { id: 'c', name: 'C', nowMs: 1 }, () => 'x');
    expect(missing).toEqual({ ok: false, failure: { code: 'project-missing' } });
  });

  test('reads many pictures at once and leaves absent ones out', async () => {
    await commit({ put: [0, 1].map((i) => ({ sample: sampleOf(`s${i}`), jpeg: jpegOf(i) })) });
    const jpegs = valueOf(await store.readJpegs(['s1', 'none', 's0']));
    expect(jpegs).toEqual(
      new Map([
        ['s1', jpegOf(1)],
        ['s0', jpegOf(0)],
      ]),
    );
  });

  test('stores what a view shows, not the buffer behind it, and keeps its own copy', async () => {
    const buffer = new Uint8Array(1000).fill(3);
    const shared = new Float32Array(new SharedArrayBuffer(8)).fill(2);
    const embedding = { backboneId, values: shared };
    await commit({ put: [{ sample: sampleOf('s'), jpeg: buffer.subarray(10, 20), embedding }] });
    buffer.fill(9);
    const jpeg = valueOf(await store.readJpeg('s'));
    expect(jpeg).toEqual(new Uint8Array(10).fill(3));
    expect(jpeg?.buffer.byteLength).toBe(10);
    expect(valueOf(await store.readEmbeddings('p', backboneId)).get('s')).toEqual(
      Float32Array.of(2, 2),
    );
  });

  test('keeps embeddings by backbone and leaves out those of unknown samples', async () => {
    await commit({ put: [{ sample: sampleOf('s') }] });
    await commit({ project: projectOf('q'), put: [{ sample: sampleOf('t') }] });
    const values = new Map(['s', 't', 'gone'].map((id) => [id, Float32Array.of(1, Number.NaN)]));
    valueOf(await store.writeEmbeddings('b@1', values));
    const read = valueOf(await store.readEmbeddings('p', 'b@1'));
    expect(read).toEqual(new Map([['s', Float32Array.of(1, Number.NaN)]]));
    expect(valueOf(await store.readEmbeddings('p', 'b@2')).size).toBe(0);
  });

  test('reads only the embeddings that are asked for, few or many', async () => {
    const ids = Array.from({ length: 400 }, (_, i) => `s${i}`);
    await commit({ put: ids.map((id) => ({ sample: sampleOf(id) })) });
    await commit({ project: projectOf('q'), put: [{ sample: sampleOf('t') }] });
    const values = new Map([...ids, 't'].map((id, i) => [id, Float32Array.of(i)]));
    valueOf(await store.writeEmbeddings('b@1', values));
    const few = valueOf(await store.readEmbeddings('p', 'b@1', ['s3', 't', 'none']));
    expect(few).toEqual(new Map([['s3', Float32Array.of(3)]]));
    const most = [...ids.slice(1), 't'];
    const many = valueOf(await store.readEmbeddings('p', 'b@1', most));
    expect(new Set(many.keys())).toEqual(new Set(ids.slice(1)));
    expect(valueOf(await store.readEmbeddings('p', 'b@1', [])).size).toBe(0);
  });

  test('heads: absent is null, null takes away, what cannot be stored is a failure', async () => {
    expect(valueOf(await store.readHead('p', 'trained'))).toBeNull();
    const head = { kind: 'ridge', kernel: Float32Array.of(1, 2) };
    valueOf(await store.writeHead('p', 'trained', head));
    expect(valueOf(await store.readHead('p', 'trained'))).toEqual(head);
    expect(valueOf(await store.readHead('p', 'imported'))).toBeNull();
    const bad = await store.writeHead('p', 'trained', { call: () => 0 });
    expect(bad).toMatchObject({ ok: false, failure: { code: 'storage-failed' } });
    expect(valueOf(await store.readHead('p', 'trained'))).toEqual(head);
    valueOf(await store.writeHead('p', 'trained', null));
    expect(valueOf(await store.readHead('p', 'trained'))).toBeNull();
  });

  test('settings merge', async () => {
    valueOf(await store.writeSettings({ theme: 'dark' }));
    valueOf(await store.writeSettings({ rememberedBackend: 'wasm' }));
    expect(await store.readSettings()).toEqual({
      ...defaultSettings,
      theme: 'dark',
      rememberedBackend: 'wasm',
    });
  });

  test('a commit that cannot be stored leaves everything as it was', async () => {
    await commit({ put: [{ sample: sampleOf('s', 1) }] });
    const broken = { ...sampleOf('t', 2), extra: () => 0 };
    const result = await store.commit({
      project: projectOf('p', 'renamed'),
      put: [{ sample: sampleOf('u', 3), jpeg: jpegOf(1) }, { sample: broken }],
      removed: ['s'],
    });
    expect(result).toMatchObject({ ok: false, failure: { code: 'storage-failed' } });
    const { project, samples } = valueOf(await store.load('p'));
    expect(project.name).toBe('p');
    expect(samples.map(({ id }) => id)).toEqual(['s']);
    expect(valueOf(await store.readJpeg('u'))).toBeNull();
  });

  test('commits land in the order of the calls', async () => {
    const commits = Array.from({ length: 20 }, (_, i) =>
      store.commit({ project: projectOf('p', `name ${i}`), put: [], removed: [] }),
    );
    await Promise.all(commits);
    expect(valueOf(await store.load('p')).project.name).toBe('name 19');
  });

  test('usage and persistence answer without a browser', async () => {
    const { persistent } = await store.usage();
    expect(persistent).toBe(false);
    expect(await store.requestPersistence()).toBe(false);
  });
});
