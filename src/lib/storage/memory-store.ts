// The store of a browser that lets the page keep nothing (and of tests): `ProjectStore` in memory.
// What goes in and comes out is copied, as IndexedDB does it, so that nobody edits the stored bytes.

import type { InstalledBackbone } from '#lib/core/backbone.ts';
import { compareSamples, type Change } from '#lib/core/change.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { HistoryWrite, StoredHistory } from '#lib/core/history.ts';
import type { FileHash } from '#lib/core/own-file.ts';
import type { ListChange } from '#lib/core/list-change.ts';
import type {
  BackboneId,
  Project,
  ProjectDocument,
  ProjectId,
  Sample,
  SampleId,
} from '#lib/core/project.ts';
import { noRoom } from './make-room.ts';
import { MemoryHistory } from './memory-history.ts';
import { filesOf } from './named-ids.ts';
import { changedRow, committedRow, isOutrun, openRow } from './project-row.ts';
import { isLeft, type PurgeBounds } from './purge.ts';
import { isGivenUp, roomPlan } from './room-plan.ts';
import { listOwner, type HeadSlot, type ProjectRow, type ProjectState } from './schema.ts';
import { cleanSettings, defaultSettings } from './settings.ts';
import { storageFailure } from './storage-failure.ts';
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
import { copyOf, lastDeletedFirst, newestFirst, summaryOf } from './summary.ts';

interface HeldSample {
  readonly projectId: ProjectId;
  readonly sample: Sample;
}

const slots: readonly HeadSlot[] = ['trained', 'imported'];

export class MemoryStore implements ProjectStore {
  readonly kind = 'memory';
  readonly #projects = new Map<ProjectId, ProjectRow>();
  readonly #samples = new Map<SampleId, HeldSample>();
  readonly #images = new Map<ImageKey, Uint8Array>();
  /** By backbone, then by sample. */
  readonly #embeddings = new Map<BackboneId, Map<SampleId, Float32Array>>();
  readonly #heads = new Map<string, unknown>();
  readonly #backbones = new Map<BackboneId, InstalledBackbone>();
  readonly #history = new MemoryHistory();
  readonly #importing = new Set<ProjectId>();
  #settings = defaultSettings;

  list(): Promise<Result<ProjectSummary[]>> {
    const summaries = this.#rowsIn('open').map(({ project }) => this.#summaryOf(project));
    return Promise.resolve(succeed(summaries.sort(newestFirst)));
  }

  listDeleted(): Promise<Result<DeletedProject[]>> {
    const deleted = this.#rowsIn('deleted').map(({ project, changedAtMs }) => {
      return { ...this.#summaryOf(project), deletedAtMs: changedAtMs };
    });
    return Promise.resolve(succeed(deleted.sort(lastDeletedFirst)));
  }

  load(id: ProjectId): Promise<Result<ProjectDocument>> {
    const row = this.#projects.get(id);
    if (row?.state !== 'open') return Promise.resolve(fail({ code: 'project-missing' }));
    const samples = this.#samplesOf(id).sort(compareSamples);
    return Promise.resolve(succeed(structuredClone({ project: row.project, samples })));
  }

  commit(commit: Commit): Promise<Result<null>> {
    const { project, put, removed, history, staged, model } = commit;
    if (isOutrun(this.#projects.get(project.id), commit))
      return Promise.resolve(fail({ code: 'project-changed' }));
    return this.#attempt(() => {
      // Copied first: a value that cannot be copied must leave everything as it was.
      const copy = structuredClone({ project, samples: put.map(({ sample }) => sample) });
      const own = structuredClone(model);
      this.#history.write(project.id, history);
      const before = this.#projects.get(project.id);
      this.#projects.set(project.id, committedRow(before, copy.project, staged ?? false));
      for (const sample of copy.samples) {
        this.#samples.set(sample.id, { projectId: project.id, sample });
      }
      for (const { sample, jpeg, embedding } of put) {
        if (jpeg) this.#images.set(sample.id, jpeg.slice());
        if (embedding) this.#embed(embedding.backboneId, sample.id, embedding.values.slice());
      }
      for (const { hash, bytes } of commit.files ?? []) this.#images.set(hash, bytes.slice());
      for (const id of removed) this.#samples.delete(id);
      if (own) this.#heads.set(headKey(project.id, 'imported'), own.importedHead);
      if (own?.backbone) this.#backbones.set(own.backbone.id, own.backbone);
      return null;
    });
  }

  changeList(
    change: ListChange,
    atMs: number,
    history: HistoryWrite<ListChange> | null,
  ): Promise<Result<null>> {
    const row = this.#projects.get(change.projectId);
    if (!row) return Promise.resolve(fail({ code: 'project-missing' }));
    return this.#attempt(() => {
      this.#history.write(listOwner, history);
      this.#projects.set(row.id, changedRow(row, change, atMs));
      return null;
    });
  }

  readHistory(id: ProjectId): Promise<Result<StoredHistory<Change>>> {
    return Promise.resolve(succeed(this.#history.read<Change>(id)));
  }

  readListHistory(): Promise<Result<StoredHistory<ListChange>>> {
    return Promise.resolve(succeed(this.#history.read<ListChange>(listOwner)));
  }

  guardImport(id: ProjectId): Promise<() => void> {
    this.#importing.add(id);
    return Promise.resolve(() => void this.#importing.delete(id));
  }

  duplicate(
    id: ProjectId,
    copy: { id: ProjectId; name: string; nowMs: number },
    newSampleId: () => SampleId,
  ): Promise<Result<null>> {
    const row = this.#projects.get(id);
    if (row?.state !== 'open') return Promise.resolve(fail({ code: 'project-missing' }));
    const newIds = new Map(this.#samplesOf(id).map((sample) => [sample, newSampleId()]));
    const wanted = Array.from(newIds.values());
    const taken = wanted.some((wantedId) => this.#samples.has(wantedId));
    if (taken || this.#projects.has(copy.id) || new Set(wanted).size < wanted.length) {
      return Promise.resolve(fail({ code: 'storage-failed', detail: 'an id is taken' }));
    }
    this.#projects.set(copy.id, openRow(copyOf(row.project, copy)));
    for (const [sample, newId] of newIds) {
      this.#samples.set(newId, { projectId: copy.id, sample: { ...sample, id: newId } });
      const jpeg = this.#images.get(sample.id);
      if (jpeg) this.#images.set(newId, jpeg);
      for (const values of this.#embeddings.values()) {
        const embedding = values.get(sample.id);
        if (embedding) values.set(newId, embedding);
      }
    }
    for (const slot of slots) {
      const head = this.#heads.get(headKey(id, slot));
      if (head !== undefined) this.#heads.set(headKey(copy.id, slot), head);
    }
    return Promise.resolve(succeed(null));
  }

  readJpeg(id: SampleId): Promise<Result<Uint8Array | null>> {
    return Promise.resolve(succeed(this.#images.get(id)?.slice() ?? null));
  }

  readFile(hash: FileHash): Promise<Result<Uint8Array | null>> {
    return this.readJpeg(hash);
  }

  readJpegs(ids: readonly SampleId[]): Promise<Result<Map<SampleId, Uint8Array>>> {
    const jpegs = new Map<SampleId, Uint8Array>();
    for (const id of ids) {
      const jpeg = this.#images.get(id);
      if (jpeg) jpegs.set(id, jpeg.slice());
    }
    return Promise.resolve(succeed(jpegs));
  }

  readEmbeddings(
    projectId: ProjectId,
    backboneId: BackboneId,
    ids?: readonly SampleId[],
  ): Promise<Result<Map<SampleId, Float32Array>>> {
    const found = new Map<SampleId, Float32Array>();
    const held = this.#embeddings.get(backboneId);
    for (const id of ids ?? held?.keys() ?? []) {
      const values = held?.get(id);
      if (values && this.#samples.get(id)?.projectId === projectId) found.set(id, values.slice());
    }
    return Promise.resolve(succeed(found));
  }

  /** Embeddings of samples that are gone by now are left out. */
  writeEmbeddings(
    backboneId: BackboneId,
    values: ReadonlyMap<SampleId, Float32Array>,
  ): Promise<Result<null>> {
    for (const [id, embedding] of values) {
      if (this.#samples.has(id)) this.#embed(backboneId, id, embedding.slice());
    }
    return Promise.resolve(succeed(null));
  }

  readHead(projectId: ProjectId, slot: HeadSlot): Promise<Result<unknown>> {
    return this.#attempt(() => structuredClone(this.#heads.get(headKey(projectId, slot)) ?? null));
  }

  /** `null` takes the head away. */
  writeHead(projectId: ProjectId, slot: HeadSlot, head: unknown): Promise<Result<null>> {
    return this.#attempt(() => {
      if (head === null || head === undefined) this.#heads.delete(headKey(projectId, slot));
      else this.#heads.set(headKey(projectId, slot), structuredClone(head));
      return null;
    });
  }

  readBackbones(): Promise<Result<InstalledBackbone[]>> {
    return Promise.resolve(succeed(structuredClone([...this.#backbones.values()])));
  }

  writeBackbone(backbone: InstalledBackbone): Promise<Result<null>> {
    this.#backbones.set(backbone.id, structuredClone(backbone));
    return Promise.resolve(succeed(null));
  }

  readSettings(): Promise<DeviceSettings> {
    return Promise.resolve(this.#settings);
  }

  writeSettings(settings: Partial<DeviceSettings>): Promise<Result<null>> {
    this.#settings = cleanSettings({ ...this.#settings, ...settings });
    return Promise.resolve(succeed(null));
  }

  purge({ deletedUntilMs = Infinity }: PurgeWish = {}): Promise<Result<number>> {
    const bounds = { deletedUntilMs, importing: this.#importing, kept: new Set<ImageKey>() };
    return Promise.resolve(succeed(this.#purge(bounds)));
  }

  dropDeleted(id: ProjectId): Promise<Result<number>> {
    if (this.#projects.get(id)?.state !== 'deleted')
      return Promise.resolve(fail({ code: 'project-missing' }));
    this.#drop(id);
    const importing = this.#importing;
    const bounds = { deletedUntilMs: -Infinity, importing, kept: new Set<ImageKey>() };
    return Promise.resolve(succeed(this.#purge(bounds)));
  }

  makeRoom(kept: ReadonlySet<ImageKey>): Promise<Result<Room>> {
    const bounds = { deletedUntilMs: -Infinity, importing: this.#importing, kept };
    const pictures = this.#purge(bounds);
    if (pictures > 0) return Promise.resolve(succeed({ ...noRoom, pictures }));
    const deleted = this.#rowsIn('deleted').map(({ id, changedAtMs: atMs }) => ({ id, atMs }));
    const files = new Set(filesOf(this.#projects.values()));
    const unused = Array.from(this.#images.keys()).filter(
      (id) => !this.#samples.has(id) && !files.has(id),
    );
    const entries = this.#history.entries(new Set(unused.filter((id) => !kept.has(id))));
    const plan = roomPlan(deleted, entries);
    for (const id of plan.projects) this.#drop(id);
    this.#history.remove(entries.filter((each) => isGivenUp(plan, each)));
    return Promise.resolve(succeed({ ...plan, undone: true, pictures: this.#purge(bounds) }));
  }

  usage(): Promise<StorageUsage> {
    let usedBytes = 0;
    for (const jpeg of this.#images.values()) usedBytes += jpeg.byteLength;
    for (const values of this.#embeddings.values()) {
      for (const embedding of values.values()) usedBytes += embedding.byteLength;
    }
    return Promise.resolve({ usedBytes, quotaBytes: null, persistent: false });
  }

  requestPersistence(): Promise<boolean> {
    return Promise.resolve(false);
  }

  onNewer(): void {
    // No other tab sees what is here.
  }

  close(): void {
    // Nothing is open; what is held goes with the object.
  }

  #samplesOf(id: ProjectId): Sample[] {
    const held = Array.from(this.#samples.values());
    return held.filter(({ projectId }) => projectId === id).map(({ sample }) => sample);
  }

  #embed(backboneId: BackboneId, id: SampleId, values: Float32Array): void {
    const held = this.#embeddings.get(backboneId) ?? new Map<SampleId, Float32Array>();
    this.#embeddings.set(backboneId, held.set(id, values));
  }

  #rowsIn(state: ProjectState): ProjectRow[] {
    return Array.from(this.#projects.values()).filter((row) => row.state === state);
  }

  #summaryOf(project: Project): ProjectSummary {
    return summaryOf(project, this.#samplesOf(project.id).length);
  }

  #drop(id: ProjectId): void {
    for (const sample of this.#samplesOf(id)) this.#samples.delete(sample.id);
    for (const slot of slots) this.#heads.delete(headKey(id, slot));
    this.#projects.delete(id);
  }

  #purge(bounds: PurgeBounds): number {
    for (const row of [...this.#projects.values()]) if (isLeft(row, bounds)) this.#drop(row.id);
    this.#history.keepProjects(this.#projects);
    const named = this.#history.namedIds();
    const files = new Set(filesOf(this.#projects.values()));
    const isUsed = (id: ImageKey): boolean =>
      this.#samples.has(id) || files.has(id) || named.has(id) || bounds.kept.has(id);
    const orphans = Array.from(this.#images.keys()).filter((id) => !isUsed(id));
    for (const id of orphans) this.#images.delete(id);
    for (const values of this.#embeddings.values()) {
      for (const id of Array.from(values.keys())) if (!isUsed(id)) values.delete(id);
    }
    return orphans.length;
  }

  /** A value that cannot be cloned (a function, a proxy) is the same failure as in IndexedDB. */
  #attempt<T>(work: () => T): Promise<Result<T>> {
    try {
      return Promise.resolve(succeed(work()));
    } catch (error) {
      return Promise.resolve(fail(storageFailure(error)));
    }
  }
}

function headKey(projectId: ProjectId, slot: HeadSlot): string {
  return JSON.stringify([projectId, slot]);
}
