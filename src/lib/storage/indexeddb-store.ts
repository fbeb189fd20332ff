// The store that outlives the tab: `ProjectStore` on IndexedDB. Touches IndexedDB through `Connection` only.
//
// Durability: what a person made (commits, deletions) is written `strict`: the write reached the disk before
// it counts as saved, so not only a closed tab or a crashed browser but also an empty battery loses nothing.
// What can be computed again (embeddings, heads, settings) is `relaxed`: the system writes it when it likes.

import type { InstalledBackbone } from '#lib/core/backbone.ts';
import { compareSamples } from '#lib/core/change.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type {
  BackboneId,
  ProjectDocument,
  ProjectId,
  Sample,
  SampleId,
} from '#lib/core/project.ts';
import { allRequests, type Connection } from './connection.ts';
import { duplicateProject } from './duplicate.ts';
import { ownBytes, ownFloats } from './own-bytes.ts';
import type { Presence } from './presence.ts';
import { purgeRemoved } from './purge.ts';
import { requestPersistence, storageUsage } from './quota.ts';
import { eachRowPage } from './rows-by-key.ts';
import type { HeadSlot } from './schema.ts';
import { cleanSettings, defaultSettings } from './settings.ts';
import type {
  Commit,
  DeviceSettings,
  ProjectStore,
  ProjectSummary,
  StorageUsage,
} from './store.ts';
import { newestFirst, summaryOf } from './summary.ts';

export class IndexedDbStore implements ProjectStore {
  readonly kind = 'indexeddb';
  readonly #connection: Connection;
  readonly #presence: Presence;

  constructor(connection: Connection, presence: Presence) {
    this.#connection = connection;
    this.#presence = presence;
  }

  list(): Promise<Result<ProjectSummary[]>> {
    return this.#connection.read(['projects', 'samples'], async (transaction) => {
      const rows = await transaction.objectStore('projects').getAll();
      const samples = transaction.objectStore('samples').index('projectId');
      const summaries = rows
        .filter(({ removed }) => !removed)
        .map(async ({ project }) => summaryOf(project, await samples.count(project.id)));
      return (await Promise.all(summaries)).sort(newestFirst);
    });
  }

  async load(id: ProjectId): Promise<Result<ProjectDocument>> {
    const found = await this.#connection.read(['projects', 'samples'], async (transaction) => {
      const row = await transaction.objectStore('projects').get(id);
      if (!row || row.removed) return null;
      const store = transaction.objectStore('samples');
      const samples: Sample[] = [];
      const keys = await store.index('projectId').getAllKeys(id);
      await eachRowPage(store, keys, (page) => {
        for (const { projectId, sample } of page) if (projectId === id) samples.push(sample);
      });
      return { project: row.project, samples: samples.sort(compareSamples) };
    });
    if (!found.ok) return found;
    return found.value ? succeed(found.value) : fail({ code: 'project-missing' });
  }

  commit(commit: Commit): Promise<Result<null>> {
    const names: ('projects' | 'samples' | 'images' | 'embeddings')[] = [
      'projects',
      'samples',
      'images',
      'embeddings',
    ];
    return this.#connection.write(names, 'strict', async (transaction) => {
      const projects = transaction.objectStore('projects');
      const samples = transaction.objectStore('samples');
      const images = transaction.objectStore('images');
      const embeddings = transaction.objectStore('embeddings');
      const { project } = commit;
      const projectId = project.id;
      const filedUnder = commit.embeddingsUnder ?? projectId;
      const before = await projects.get(projectId);
      const removed = before?.removed ?? false;
      const writes: (() => Promise<unknown>)[] = [
        () => projects.put({ id: projectId, project, removed }),
      ];
      for (const { sample, jpeg, embedding } of commit.put) {
        const sampleId = sample.id;
        writes.push(() => samples.put({ id: sampleId, projectId, sample }));
        if (jpeg) writes.push(() => images.put(ownBytes(jpeg), sampleId));
        if (!embedding) continue;
        const { backboneId } = embedding;
        const values = ownFloats(embedding.values);
        writes.push(() => embeddings.put({ backboneId, sampleId, projectId: filedUnder, values }));
      }
      for (const id of commit.removed) writes.push(() => samples.delete(id));
      await allRequests(writes);
      return null;
    });
  }

  remove(id: ProjectId): Promise<Result<null>> {
    return this.#mark(id, true);
  }

  restore(id: ProjectId): Promise<Result<null>> {
    return this.#mark(id, false);
  }

  duplicate(
    id: ProjectId,
    copy: { id: ProjectId; name: string; nowMs: number },
    newSampleId: () => SampleId,
  ): Promise<Result<null>> {
    return duplicateProject(this.#connection, id, copy, newSampleId);
  }

  readJpeg(id: SampleId): Promise<Result<Uint8Array | null>> {
    return this.#connection.read(
      ['images'],
      async (transaction) => (await transaction.objectStore('images').get(id)) ?? null,
    );
  }

  readJpegs(ids: readonly SampleId[]): Promise<Result<Map<SampleId, Uint8Array>>> {
    return this.#connection.read(['images'], async (transaction) => {
      const found = await Promise.all(ids.map((id) => transaction.objectStore('images').get(id)));
      const jpegs = new Map<SampleId, Uint8Array>();
      ids.forEach((id, i) => {
        const jpeg = found[i];
        if (jpeg) jpegs.set(id, jpeg);
      });
      return jpegs;
    });
  }

  readEmbeddings(
    projectId: ProjectId,
    backboneId: BackboneId,
    ids?: readonly SampleId[],
  ): Promise<Result<Map<SampleId, Float32Array>>> {
    return this.#connection.read(['samples', 'embeddings'], async (transaction) => {
      const index = transaction.objectStore('samples').index('projectId');
      const found = new Map<SampleId, Float32Array>();
      const present = new Set(ids ?? (await index.getAllKeys(projectId)));
      // Ids compare as IndexedDB compares strings: by their UTF-16 units.
      const keys = Array.from(present)
        .sort()
        .map((id): [BackboneId, SampleId] => [backboneId, id]);
      await eachRowPage(transaction.objectStore('embeddings'), keys, (page) => {
        for (const { projectId: owner, sampleId, values } of page) {
          if (owner === projectId && present.has(sampleId)) found.set(sampleId, values);
        }
      });
      return found;
    });
  }

  /** Embeddings of samples that are gone by now are left out. */
  writeEmbeddings(
    backboneId: BackboneId,
    values: ReadonlyMap<SampleId, Float32Array>,
  ): Promise<Result<null>> {
    return this.#connection.write(['samples', 'embeddings'], 'relaxed', async (transaction) => {
      const samples = transaction.objectStore('samples');
      const embeddings = transaction.objectStore('embeddings');
      const writes = Array.from(values, async ([sampleId, embedding]) => {
        const row = await samples.get(sampleId);
        if (!row) return;
        const { projectId } = row;
        await embeddings.put({ backboneId, sampleId, projectId, values: ownFloats(embedding) });
      });
      await Promise.all(writes);
      return null;
    });
  }

  readHead(projectId: ProjectId, slot: HeadSlot): Promise<Result<unknown>> {
    return this.#connection.read(['heads'], async (transaction): Promise<unknown> => {
      const head: unknown = await transaction.objectStore('heads').get([projectId, slot]);
      return head ?? null;
    });
  }

  /** `null` takes the head away. */
  writeHead(projectId: ProjectId, slot: HeadSlot, head: unknown): Promise<Result<null>> {
    const durability = slot === 'imported' ? 'strict' : 'relaxed';
    return this.#connection.write(['heads'], durability, async (transaction) => {
      const store = transaction.objectStore('heads');
      const key: [ProjectId, HeadSlot] = [projectId, slot];
      await (head === null || head === undefined ? store.delete(key) : store.put(head, key));
      return null;
    });
  }

  /** Settings that cannot be read are the default ones: the page must come up in any case. */
  readBackbones(): Promise<Result<InstalledBackbone[]>> {
    return this.#connection.read(['backbones'], (transaction) =>
      transaction.objectStore('backbones').getAll(),
    );
  }

  writeBackbone(backbone: InstalledBackbone): Promise<Result<null>> {
    return this.#connection.write(['backbones'], 'strict', async (transaction) => {
      const weights = ownBytes(backbone.weights);
      await transaction.objectStore('backbones').put({ ...backbone, weights });
      return null;
    });
  }

  async readSettings(): Promise<DeviceSettings> {
    const read = await this.#connection.read(['settings'], (transaction) =>
      transaction.objectStore('settings').get('device'),
    );
    return read.ok ? cleanSettings(read.value) : defaultSettings;
  }

  writeSettings(settings: Partial<DeviceSettings>): Promise<Result<null>> {
    return this.#connection.write(['settings'], 'relaxed', async (transaction) => {
      const store = transaction.objectStore('settings');
      const before = cleanSettings(await store.get('device'));
      await store.put({ ...before, ...settings }, 'device');
      return null;
    });
  }

  /** Drops nothing (0) while another tab is open: its undo may need what lies here. */
  async purge(): Promise<Result<number>> {
    if (!(await this.#presence.alone())) return succeed(0);
    return purgeRemoved(this.#connection);
  }

  usage(): Promise<StorageUsage> {
    return storageUsage();
  }

  requestPersistence(): Promise<boolean> {
    return requestPersistence();
  }

  close(): void {
    this.#connection.close();
    this.#presence.leave();
  }

  async #mark(id: ProjectId, removed: boolean): Promise<Result<null>> {
    const marked = await this.#connection.write(['projects'], 'strict', async (transaction) => {
      const store = transaction.objectStore('projects');
      const row = await store.get(id);
      if (row) await store.put({ ...row, removed });
      return row !== undefined;
    });
    if (!marked.ok) return marked;
    return marked.value ? succeed(null) : fail({ code: 'project-missing' });
  }
}
