// The store that outlives the tab: `ProjectStore` on IndexedDB. Touches IndexedDB through `Connection` only.
//
// Durability: what a person made (commits, deletions) is written `strict`: the write reached the disk before
// it counts as saved, so not only a closed tab or a crashed browser but also an empty battery loses nothing.
// What can be computed again (embeddings, heads, settings) is `relaxed`: the system writes it when it likes.

import type { InstalledBackbone } from '#lib/core/backbone.ts';
import { compareSamples, type Change } from '#lib/core/change.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { HistoryWrite, StoredHistory } from '#lib/core/history.ts';
import type { FileHash } from '#lib/core/own-file.ts';
import type { ListChange } from '#lib/core/list-change.ts';
import type {
  BackboneId,
  ProjectDocument,
  ProjectId,
  Sample,
  SampleId,
} from '#lib/core/project.ts';
import { writeCommit, writeListChange } from './commit.ts';
import type { Connection } from './connection.ts';
import { dropDeletedIn } from './drop-deleted.ts';
import { duplicateProject } from './duplicate.ts';
import { everything } from './everything.ts';
import { readHistoryOf } from './history-rows.ts';
import { makeRoomIn, noRoom } from './make-room.ts';
import { ownBytes, ownFloats } from './own-bytes.ts';
import type { Presence } from './presence.ts';
import { purgeRows } from './purge.ts';
import { requestPersistence, storageUsage } from './quota.ts';
import { readEmbeddingsOf } from './read-embeddings.ts';
import { eachRowPage } from './rows-by-key.ts';
import { listOwner, type HeadSlot, type ProjectState } from './schema.ts';
import { cleanSettings, defaultSettings } from './settings.ts';
import type {
  Commit,
  DeletedProject,
  DeviceSettings,
  ImageKey,
  ProjectStore,
  ProjectSummary,
  PurgeWish,
  Room,
  StorageUsage,
} from './store.ts';
import { lastDeletedFirst, newestFirst, summaryOf } from './summary.ts';

export class IndexedDbStore implements ProjectStore {
  readonly kind = 'indexeddb';
  readonly #connection: Connection;
  readonly #presence: Presence;

  constructor(connection: Connection, presence: Presence) {
    this.#connection = connection;
    this.#presence = presence;
  }

  async list(): Promise<Result<ProjectSummary[]>> {
    const listed = await this.#summaries('open');
    if (!listed.ok) return listed;
    return succeed(listed.value.map(({ summary }) => summary).sort(newestFirst));
  }

  async listDeleted(): Promise<Result<DeletedProject[]>> {
    const listed = await this.#summaries('deleted');
    if (!listed.ok) return listed;
    const deleted = listed.value.map(({ summary, changedAtMs }) => {
      return { ...summary, deletedAtMs: changedAtMs };
    });
    return succeed(deleted.sort(lastDeletedFirst));
  }

  async load(id: ProjectId): Promise<Result<ProjectDocument>> {
    const found = await this.#connection.read(['projects', 'samples'], async (transaction) => {
      const row = await transaction.objectStore('projects').get(id);
      if (row?.state !== 'open') return null;
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
    return writeCommit(this.#connection, commit);
  }

  changeList(
    change: ListChange,
    atMs: number,
    history: HistoryWrite<ListChange> | null,
  ): Promise<Result<null>> {
    return writeListChange(this.#connection, { change, atMs, history });
  }

  readHistory(id: ProjectId): Promise<Result<StoredHistory<Change>>> {
    return readHistoryOf(this.#connection, id);
  }

  readListHistory(): Promise<Result<StoredHistory<ListChange>>> {
    return readHistoryOf(this.#connection, listOwner);
  }

  guardImport(id: ProjectId): Promise<() => void> {
    return this.#presence.guardImport(id);
  }

  duplicate(
    id: ProjectId,
    copy: { id: ProjectId; name: string; nowMs: number },
    newSampleId: () => SampleId,
  ): Promise<Result<null>> {
    return duplicateProject(this.#connection, id, copy, newSampleId);
  }

  readJpeg(id: SampleId): Promise<Result<Uint8Array | null>> {
    return this.#readImage(id);
  }

  readFile(hash: FileHash): Promise<Result<Uint8Array | null>> {
    return this.#readImage(hash);
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
    return readEmbeddingsOf(this.#connection, { projectId, backboneId, ids: ids ?? null });
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
  async purge({ deletedUntilMs = Infinity }: PurgeWish = {}): Promise<Result<number>> {
    if (!(await this.#presence.alone())) return succeed(0);
    const importing = await this.#presence.imports();
    const bounds = { deletedUntilMs, importing, kept: new Set<ImageKey>() };
    return this.#connection.write([...everything], 'relaxed', (transaction) =>
      purgeRows(transaction, bounds),
    );
  }

  dropDeleted(id: ProjectId): Promise<Result<number>> {
    return dropDeletedIn(this.#connection, id);
  }

  /** Makes none while another tab is open, for the same reason. */
  async makeRoom(kept: ReadonlySet<ImageKey>): Promise<Result<Room>> {
    if (!(await this.#presence.alone())) return succeed(noRoom);
    const importing = await this.#presence.imports();
    return makeRoomIn(this.#connection, { deletedUntilMs: -Infinity, importing, kept });
  }

  usage(): Promise<StorageUsage> {
    return storageUsage();
  }

  requestPersistence(): Promise<boolean> {
    return requestPersistence();
  }

  onNewer(lastWork: () => Promise<void>): void {
    this.#connection.onNewer(lastWork);
  }

  close(): void {
    this.#connection.close();
    this.#presence.leave();
  }

  #readImage(key: ImageKey): Promise<Result<Uint8Array | null>> {
    return this.#connection.read(
      ['images'],
      async (transaction) => (await transaction.objectStore('images').get(key)) ?? null,
    );
  }

  #summaries(
    state: ProjectState,
  ): Promise<Result<{ summary: ProjectSummary; changedAtMs: number }[]>> {
    return this.#connection.read(['projects', 'samples'], async (transaction) => {
      const rows = await transaction.objectStore('projects').getAll();
      const samples = transaction.objectStore('samples').index('projectId');
      const found = rows
        .filter((row) => row.state === state)
        .map(async ({ project, changedAtMs }) => {
          return { summary: summaryOf(project, await samples.count(project.id)), changedAtMs };
        });
      return Promise.all(found);
    });
  }
}
