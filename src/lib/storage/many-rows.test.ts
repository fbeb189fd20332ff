// More samples than one request or one page of rows holds.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryStore } from './memory-store.ts';
import { openStore } from './open-store.ts';
import { rowPage } from './rows-by-key.ts';
import { backboneId, projectOf, sampleOf, valueOf } from './sample-data.test-helper.ts';
import type { ProjectStore, StoredSample } from './store.ts';

const kinds = {
  indexeddb: async (): Promise<ProjectStore> => {
    globalThis.indexedDB = new IDBFactory();
    return (await openStore()).store;
  },
  memory: (): Promise<ProjectStore> => Promise.resolve(new MemoryStore()),
};

const count = 2 * rowPage + 7;
const idOf = (n: number): string => `sample-${String(n).padStart(5, '0')}`;
const stored = (n: number): StoredSample => ({
  sample: sampleOf(idOf(n), count - n),
  embedding: { backboneId, values: Float32Array.of(n, 1) },
});

/** Every `ofP`-th sample belongs to p, the others to q: their keys lie between each other. */
async function fill(store: ProjectStore, ofP: number): Promise<string[]> {
  const own = Array.from({ length: count }, (_, n) => n * ofP);
  const others = Array.from({ length: count * ofP }, (_, n) => n).filter((n) => n % ofP !== 0);
  for (const [id, numbers] of [
    ['p', own],
    ['q', others],
  ] as const) {
    valueOf(await store.commit({ project: projectOf(id), put: numbers.map(stored), removed: [] }));
  }
  return own.map(idOf);
}

describe.each(Object.entries(kinds))('%s store', (_, open) => {
  let store: ProjectStore;
  beforeEach(async () => {
    store = await open();
  });

  test.each([1, 2, 4])(
    'loads all of a project and nothing else, with 1 row in %d its own',
    async (n) => {
      const own = await fill(store, n);
      const { samples } = valueOf(await store.load('p'));
      expect(samples.map(({ id }) => id)).toEqual(own.toReversed());
      const all = valueOf(await store.readEmbeddings('p', backboneId));
      expect([...all.keys()].sort()).toEqual(own);
    },
  );

  test('reads the embeddings of the samples that are asked for', async () => {
    const own = await fill(store, 2);
    const wanted = [own[400], own[3], 'nobody', idOf(1)].filter((id) => id !== undefined);
    const read = valueOf(await store.readEmbeddings('p', backboneId, wanted));
    expect(read).toEqual(
      new Map([
        [own[3], Float32Array.of(6, 1)],
        [own[400], Float32Array.of(800, 1)],
      ]),
    );
  });

  test('a commit of thousands is one: a row that cannot be written leaves nothing behind', async () => {
    const bad = { ...sampleOf(idOf(count)), takeId: (() => 'no') as unknown as string };
    const put = [...Array.from({ length: count }, (_, n) => stored(n)), { sample: bad }];
    const committed = await store.commit({ project: projectOf('p'), put, removed: [] });
    expect(committed.ok).toBe(false);
    expect(valueOf(await store.list())).toEqual([]);
  });

  test('samples that change hands bring embeddings along that were filed for it', async () => {
    const put = [stored(1), stored(2)];
    const staging = projectOf('staging');
    valueOf(await store.commit({ project: staging, put, removed: [], embeddingsUnder: 'p' }));
    const rows = put.map(({ sample }) => ({ sample }));
    valueOf(await store.commit({ project: projectOf('p'), put: rows, removed: [] }));
    const read = valueOf(await store.readEmbeddings('p', backboneId, [idOf(1), idOf(2)]));
    expect(read.get(idOf(2))).toEqual(Float32Array.of(2, 1));
    expect(valueOf(await store.load('staging')).samples).toEqual([]);
  });
});
