// Any sequence of commits, deletions, copies and purges: both stores say what a plain model says.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareSamples } from '#lib/core/change.ts';
import type { Project, Sample } from '#lib/core/project.ts';
import { MemoryStore } from './memory-store.ts';
import { openStore } from './open-store.ts';
import { backboneId, jpegOf, projectOf, sampleOf, valueOf } from './sample-data.test-helper.ts';
import type { ProjectStore, StoredSample } from './store.ts';
import { newestFirst, summaryOf } from './summary.ts';

const projectIds = ['p', 'q', 'copy'] as const;
const projectId = fc.constantFrom('p', 'q');
const number = fc.nat({ max: 5 });

const put = fc.record({
  n: number,
  atMs: number,
  jpeg: fc.option(number),
  embedding: fc.option(number),
});
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      id: projectId,
      atMs: number,
      put: fc.array(put, { maxLength: 4 }),
      removed: fc.array(number, { maxLength: 3 }),
    }),
  },
  fc.record({ do: fc.constantFrom('remove', 'restore', 'duplicate'), id: projectId }),
  fc.record({ do: fc.constantFrom('purge', 'reopen'), id: projectId }),
  fc.record({ do: fc.constant('embed' as const), id: projectId, n: number, value: number }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What a store is, without any of its means. */
class Model {
  readonly projects = new Map<string, { project: Project; removed: boolean }>();
  readonly samples = new Map<string, { owner: string; sample: Sample }>();
  readonly jpegs = new Map<string, Uint8Array>();
  readonly embeddings = new Map<string, Float32Array>();

  samplesOf(id: string): Sample[] {
    const owned = Array.from(this.samples.values()).filter(({ owner }) => owner === id);
    return owned.map(({ sample }) => sample).sort(compareSamples);
  }

  commit(project: Project, stored: readonly StoredSample[], removed: readonly string[]): void {
    const wasRemoved = this.projects.get(project.id)?.removed ?? false;
    this.projects.set(project.id, { project, removed: wasRemoved });
    for (const { sample, jpeg, embedding } of stored) {
      this.samples.set(sample.id, { owner: project.id, sample });
      if (jpeg) this.jpegs.set(sample.id, jpeg);
      if (embedding) this.embeddings.set(sample.id, embedding.values);
    }
    for (const id of removed) this.samples.delete(id);
  }

  purge(): number {
    for (const [id, { removed }] of Array.from(this.projects)) {
      if (!removed) continue;
      for (const sample of this.samplesOf(id)) this.samples.delete(sample.id);
      this.projects.delete(id);
    }
    for (const id of Array.from(this.embeddings.keys())) {
      if (!this.samples.has(id)) this.embeddings.delete(id);
    }
    const orphans = Array.from(this.jpegs.keys()).filter((id) => !this.samples.has(id));
    for (const id of orphans) this.jpegs.delete(id);
    return orphans.length;
  }
}

async function play(store: ProjectStore, model: Model, part: Step): Promise<void> {
  const { id } = part;
  const known = model.projects.has(id);
  if ('put' in part) {
    const project = projectOf(id, id, part.atMs);
    const stored = part.put.map((entry) => ({
      sample: sampleOf(`${id}-${entry.n}`, entry.atMs),
      ...(entry.jpeg === null ? {} : { jpeg: jpegOf(entry.jpeg) }),
      ...(entry.embedding === null
        ? {}
        : { embedding: { backboneId, values: Float32Array.of(entry.embedding) } }),
    }));
    const removed = part.removed.map((n) => `${id}-${n}`);
    model.commit(project, stored, removed);
    valueOf(await store.commit({ project, put: stored, removed }));
  } else if ('value' in part) {
    const sampleId = `${id}-${part.n}`;
    const values = Float32Array.of(part.value);
    if (model.samples.has(sampleId)) model.embeddings.set(sampleId, values);
    valueOf(await store.writeEmbeddings(backboneId, new Map([[sampleId, values]])));
  } else if (part.do === 'purge') {
    expect(valueOf(await store.purge())).toBe(model.purge());
  } else if (part.do === 'duplicate') {
    const copied = await store.duplicate(id, copy, () => `copy-${nextId++}`);
    // Which new id goes to which sample is the store's business: the copy is compared by content and thrown away.
    expect(copied.ok).toBe(known && model.projects.get(id)?.removed === false);
    if (copied.ok) await checkCopy(store, model, id);
  } else if (part.do !== 'reopen') {
    const removed = part.do === 'remove';
    const marked = removed ? await store.remove(id) : await store.restore(id);
    expect(marked.ok).toBe(known);
    const row = model.projects.get(id);
    if (row) model.projects.set(id, { ...row, removed });
  }
}

const copy = { id: 'copy', name: 'copy', nowMs: 3 };
let nextId = 0;

async function checkCopy(store: ProjectStore, model: Model, id: string): Promise<void> {
  const expected = model.samplesOf(id).map((sample) => ({
    atMs: sample.capturedAtMs,
    jpeg: model.jpegs.get(sample.id) ?? null,
    embedding: model.embeddings.get(sample.id) ?? null,
  }));
  const { samples } = valueOf(await store.load(copy.id));
  const embeddings = valueOf(await store.readEmbeddings(copy.id, backboneId));
  const found = await Promise.all(
    samples.map(async (sample) => ({
      atMs: sample.capturedAtMs,
      jpeg: valueOf(await store.readJpeg(sample.id)),
      embedding: embeddings.get(sample.id) ?? null,
    })),
  );
  const inOrder = (entries: typeof found): string[] =>
    entries.map((entry) => `${entry.atMs} ${entry.jpeg?.[5]} ${entry.embedding?.[0]}`).sort();
  expect(inOrder(found)).toEqual(inOrder(expected));
  // Removed and purged within the model's view: what is purged beside it is purged there, too.
  valueOf(await store.remove(copy.id));
  const withJpeg = found.filter(({ jpeg }) => jpeg !== null).length;
  expect(valueOf(await store.purge())).toBe(model.purge() + withJpeg);
}

async function check(store: ProjectStore, model: Model): Promise<void> {
  const visible = Array.from(model.projects.values()).filter(({ removed }) => !removed);
  expect(valueOf(await store.list())).toEqual(
    visible
      .map(({ project }) => summaryOf(project, model.samplesOf(project.id).length))
      .sort(newestFirst),
  );
  for (const id of projectIds) {
    const row = model.projects.get(id);
    const loaded = await store.load(id);
    const samples = model.samplesOf(id);
    if (!row || row.removed) expect(loaded.ok).toBe(false);
    else expect(valueOf(loaded)).toEqual({ project: row.project, samples });
    const embeddings = samples.flatMap((sample): [string, Float32Array][] => {
      const values = model.embeddings.get(sample.id);
      return values ? [[sample.id, values]] : [];
    });
    expect(valueOf(await store.readEmbeddings(id, backboneId))).toEqual(new Map(embeddings));
    const jpegs = valueOf(await store.readJpegs(Array.from({ length: 6 }, (_, n) => `${id}-${n}`)));
    for (const [sampleId, jpeg] of jpegs) expect(jpeg).toEqual(model.jpegs.get(sampleId));
    for (const sampleId of model.jpegs.keys()) {
      if (sampleId.startsWith(`${id}-`)) expect(jpegs.has(sampleId)).toBe(true);
    }
  }
}

test.each(['indexeddb', 'memory'] as const)('%s: the store is its model', async (kind) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      globalThis.indexedDB = new IDBFactory();
      const model = new Model();
      let store: ProjectStore = kind === 'memory' ? new MemoryStore() : (await openStore()).store;
      expect(store.kind).toBe(kind);
      for (const part of steps) {
        await play(store, model, part);
        if (part.do === 'reopen' && kind === 'indexeddb') {
          store.close();
          store = (await openStore()).store;
        }
      }
      await check(store, model);
      store.close();
    }),
    { numRuns: 80 },
  );
});
