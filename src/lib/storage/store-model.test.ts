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
import type { Change } from '#lib/core/change.ts';
import { samplesNamed, type HistoryPart, type HistoryWrite } from '#lib/core/history.ts';

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
      staged: fc.boolean(),
      history: fc.option(
        fc.record({
          put: fc.array(fc.record({ entry: number, part: fc.nat({ max: 2 }), names: number })),
          removed: fc.array(number, { maxLength: 2 }),
          position: number,
        }),
      ),
    }),
  },
  fc.record({ do: fc.constantFrom('remove', 'restore'), id: projectId, changedAtMs: number }),
  fc.record({ do: fc.constant('purge' as const), id: projectId, deletedUntilMs: number }),
  fc.record({ do: fc.constantFrom('duplicate', 'reopen'), id: projectId }),
  fc.record({ do: fc.constant('embed' as const), id: projectId, n: number, value: number }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface ModelProject {
  readonly project: Project;
  readonly state: 'open' | 'deleted' | 'staged';
  readonly changedAtMs: number;
}

/** What a store is, without any of its means. */
class Model {
  readonly projects = new Map<string, ModelProject>();
  readonly histories = new Map<string, Map<string, HistoryPart<Change>>>();
  readonly positions = new Map<string, number>();
  readonly samples = new Map<string, { owner: string; sample: Sample }>();
  readonly jpegs = new Map<string, Uint8Array>();
  readonly embeddings = new Map<string, Float32Array>();

  samplesOf(id: string): Sample[] {
    const owned = Array.from(this.samples.values()).filter(({ owner }) => owner === id);
    return owned.map(({ sample }) => sample).sort(compareSamples);
  }

  commit(
    project: Project,
    stored: readonly StoredSample[],
    removed: readonly string[],
    staged: boolean,
  ): void {
    const fresh = {
      state: staged ? ('staged' as const) : ('open' as const),
      changedAtMs: project.updatedAtMs,
    };
    this.projects.set(project.id, { ...(this.projects.get(project.id) ?? fresh), project });
    for (const { sample, jpeg, embedding } of stored) {
      this.samples.set(sample.id, { owner: project.id, sample });
      if (jpeg) this.jpegs.set(sample.id, jpeg);
      if (embedding) this.embeddings.set(sample.id, embedding.values);
    }
    for (const id of removed) this.samples.delete(id);
  }

  note(id: string, { put, removed, position }: HistoryWrite<Change>): void {
    const parts = this.histories.get(id) ?? new Map<string, HistoryPart<Change>>();
    for (const [key, { entry }] of parts) if (removed.includes(entry)) parts.delete(key);
    for (const part of put) parts.set(`${part.entry}-${part.part}`, part);
    this.histories.set(id, parts);
    this.positions.set(id, position);
  }

  historyOf(id: string): HistoryPart<Change>[] {
    const parts = [...(this.histories.get(id)?.values() ?? [])];
    return parts.sort((a, b) => a.entry - b.entry || a.part - b.part);
  }

  purge(deletedUntilMs: number): number {
    for (const [id, { state, changedAtMs }] of Array.from(this.projects)) {
      if (state === 'open' || (state === 'deleted' && changedAtMs > deletedUntilMs)) continue;
      for (const sample of this.samplesOf(id)) this.samples.delete(sample.id);
      this.projects.delete(id);
      this.histories.delete(id);
      this.positions.delete(id);
    }
    const named = [...this.histories.keys()].flatMap((id) =>
      this.historyOf(id).flatMap(({ change }) => samplesNamed(change)),
    );
    const wanted = new Set([...this.samples.keys(), ...named]);
    for (const id of Array.from(this.embeddings.keys())) {
      if (!wanted.has(id)) this.embeddings.delete(id);
    }
    const orphans = Array.from(this.jpegs.keys()).filter((id) => !wanted.has(id));
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
    const { staged } = part;
    const history = part.history && historyWrite(id, part.history);
    model.commit(project, stored, removed, staged);
    if (history) model.note(id, history);
    valueOf(await store.commit({ project, put: stored, removed, staged, history }));
  } else if ('value' in part) {
    const sampleId = `${id}-${part.n}`;
    const values = Float32Array.of(part.value);
    if (model.samples.has(sampleId)) model.embeddings.set(sampleId, values);
    valueOf(await store.writeEmbeddings(backboneId, new Map([[sampleId, values]])));
  } else if ('deletedUntilMs' in part) {
    const { deletedUntilMs } = part;
    expect(valueOf(await store.purge({ deletedUntilMs }))).toBe(model.purge(deletedUntilMs));
  } else if (part.do === 'duplicate') {
    const copied = await store.duplicate(id, copy, () => `copy-${nextId++}`);
    // Which new id goes to which sample is the store's business: the copy is compared by content and thrown away.
    expect(copied.ok).toBe(known && model.projects.get(id)?.state === 'open');
    if (copied.ok) await checkCopy(store, model, id);
  } else if ('changedAtMs' in part) {
    const kind = part.do === 'remove' ? 'remove-project' : 'add-project';
    const change = { kind, projectId: id, opens: false } as const;
    const marked = await store.changeList(change, part.changedAtMs, null);
    expect(marked.ok).toBe(known);
    const row = model.projects.get(id);
    const state = part.do === 'remove' ? 'deleted' : 'open';
    const { changedAtMs } = part;
    if (row && row.state !== state) model.projects.set(id, { ...row, state, changedAtMs });
  }
}

/** Entries that delete a sample of the project. An entry that goes is not put with the same write. */
function historyWrite(
  id: string,
  drawn: {
    readonly put: readonly { entry: number; part: number; names: number }[];
    readonly removed: readonly number[];
    readonly position: number;
  },
): HistoryWrite<Change> {
  const { removed, position } = drawn;
  const put = drawn.put
    .filter(({ entry }) => !removed.includes(entry))
    .map(({ entry, part, names }): HistoryPart<Change> => {
      const samples = [sampleOf(`${id}-${names}`, 0)];
      const change = { kind: 'remove-samples', samples } as const;
      return { entry, part, label: `${names}`, mergeKey: null, change };
    });
  const last = new Map(put.map((part) => [`${part.entry}-${part.part}`, part]));
  return { put: [...last.values()], removed, position };
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
  expect(valueOf(await store.readHistory(copy.id))).toEqual({ parts: [], position: 0 });
  const change = { kind: 'remove-project', projectId: copy.id, opens: false } as const;
  valueOf(await store.changeList(change, 0, null));
  const withJpeg = found.filter(({ jpeg }) => jpeg !== null).length;
  const purged = valueOf(await store.purge({ deletedUntilMs: 0 }));
  expect(purged).toBe(model.purge(0) + withJpeg);
}

async function check(store: ProjectStore, model: Model): Promise<void> {
  const visible = Array.from(model.projects.values()).filter(({ state }) => state === 'open');
  const deleted = Array.from(model.projects.values()).filter(({ state }) => state === 'deleted');
  const listed = valueOf(await store.listDeleted());
  expect(new Map(listed.map(({ id, deletedAtMs }) => [id, deletedAtMs]))).toEqual(
    new Map(deleted.map(({ project, changedAtMs }) => [project.id, changedAtMs])),
  );
  expect(valueOf(await store.list())).toEqual(
    visible
      .map(({ project }) => summaryOf(project, model.samplesOf(project.id).length))
      .sort(newestFirst),
  );
  for (const id of projectIds) {
    const row = model.projects.get(id);
    const loaded = await store.load(id);
    const samples = model.samplesOf(id);
    expect(valueOf(await store.readHistory(id))).toEqual({
      parts: model.historyOf(id),
      position: model.positions.get(id) ?? 0,
    });
    if (row?.state !== 'open') expect(loaded.ok).toBe(false);
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
