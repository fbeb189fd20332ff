// The door of the storage room: what every store (IndexedDB, or memory where there is none) can do. Types only.

import type { InstalledBackbone } from '#lib/core/backbone.ts';
import type { Change } from '#lib/core/change.ts';
import type { HistoryWrite, StoredHistory } from '#lib/core/history.ts';
import type { ListChange } from '#lib/core/list-change.ts';
import type { Result } from '#lib/core/failure.ts';
import type { FileHash } from '#lib/core/own-file.ts';
import type {
  BackboneId,
  Project,
  ProjectDocument,
  ProjectId,
  Sample,
  SampleId,
} from '#lib/core/project.ts';

export interface ProjectSummary {
  readonly id: ProjectId;
  readonly name: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly classNames: readonly string[];
  readonly sampleCount: number;
}

/** A project that can be brought back, until `dropDeleted`, `purge` or `makeRoom` drops it. */
export interface DeletedProject extends ProjectSummary {
  readonly deletedAtMs: number;
}

/** One atomic write: all of it is saved, or none. */
export interface Commit {
  /** The project as it is after the change. */
  readonly project: Project;
  readonly put: readonly StoredSample[];
  /** Rows leave; pictures and embeddings stay until `purge`, so that undo can bring them back. */
  readonly removed: readonly SampleId[];
  /** Bytes of files that an action of the project needs and that may not be here yet. */
  readonly files?: readonly StoredFile[];
  /**
   * `updatedAtMs` of the project that this change began with. When storage has another one, somebody else wrote in
   * between: nothing is written, and the failure is `project-changed`.
   */
  readonly basedOnMs?: number | null;
  /** What this does to the project's history. */
  readonly history?: HistoryWrite<Change> | null;
  /** The project is new and stays hidden until `changeList` adds it to the list. */
  readonly staged?: boolean;
  /** Files the embeddings under another project, which the samples are going to belong to. */
  readonly embeddingsUnder?: ProjectId;
  /** A head that came from a file, and the backbone it came with when that is new here: written in the same step. */
  readonly model?: {
    readonly importedHead: unknown;
    readonly backbone: InstalledBackbone | null;
  };
}

/** What `makeRoom` took. */
export interface Room {
  /** Pictures that went. */
  readonly pictures: number;
  /** Deleted projects that went. */
  readonly projects: ReadonlySet<ProjectId>;
  /** By project, the last entry of its history that went, with all before it. */
  readonly trimmed: ReadonlyMap<ProjectId, number>;
  /** Whether what was undone went, in every project. */
  readonly undone: boolean;
}

export interface PurgeWish {
  /** Projects deleted later than this stay. */
  readonly deletedUntilMs?: number;
}

/** A sample to write; without `jpeg` only its row changes (its picture is there already). */
export interface StoredSample {
  readonly sample: Sample;
  readonly jpeg?: Uint8Array;
  readonly embedding?: { readonly backboneId: BackboneId; readonly values: Float32Array };
}

/** A `SampleId`, or the `FileHash` of what an action needs: they lie side by side, and no id is as long as a hash. */
export type ImageKey = string;

/** A file of a person's own. It stays as long as a project's action or a history entry names its hash. */
export interface StoredFile {
  readonly hash: FileHash;
  readonly bytes: Uint8Array;
}

export interface StorageUsage {
  /** Bytes used by this site; null when the browser does not say. */
  readonly usedBytes: number | null;
  readonly quotaBytes: number | null;
  /** Whether the browser promised not to clear it by itself. */
  readonly persistent: boolean;
}

/** Application settings that belong to the device, not to a project. Values are JSON. */
export interface DeviceSettings {
  readonly lastProjectId: ProjectId | null;
  readonly backend: 'auto' | 'wasm' | 'webgl' | 'webgpu';
  readonly rememberedBackend: 'wasm' | 'webgl' | 'webgpu' | null;
  readonly cameraId: string | null;
  readonly theme: 'system' | 'light' | 'dark';
  /** Whether the live picture shows what decided. */
  readonly heatMap: boolean;
  /** By project, what the person does not want to be told again (`state/dismissals.svelte.ts`). */
  readonly dismissed: Readonly<Record<ProjectId, readonly string[]>>;
  /** By project, what may leave the page when a class is recognised (`core/class-action.ts`, `reachOf`). Never part of a file. */
  readonly allowed: Readonly<Record<ProjectId, readonly string[]>>;
}

export interface ProjectStore {
  /** `memory`: nothing outlives the tab, and the person must be told. */
  readonly kind: 'indexeddb' | 'memory';
  list(): Promise<Result<ProjectSummary[]>>;
  /** Samples come oldest first. */
  load(id: ProjectId): Promise<Result<ProjectDocument>>;
  commit(commit: Commit): Promise<Result<null>>;
  /** Projects deleted lately, the last one first. */
  listDeleted(): Promise<Result<DeletedProject[]>>;
  /** Adds a project to the list (a deleted one, a staged one), marks it deleted or renames it. `history` is that of the list. */
  changeList(
    change: ListChange,
    atMs: number,
    history: HistoryWrite<ListChange> | null,
  ): Promise<Result<null>>;
  /** What was done to a project, whatever its state. */
  readHistory(id: ProjectId): Promise<Result<StoredHistory<Change>>>;
  readListHistory(): Promise<Result<StoredHistory<ListChange>>>;
  /** While this is held, no `purge` of any tab takes a staged project for the rest of an import that broke off. */
  guardImport(id: ProjectId): Promise<() => void>;
  /** A full copy under `copy.id` (rows, pictures, embeddings; new sample ids from `newSampleId`; an empty history). */
  duplicate(
    id: ProjectId,
    copy: { id: ProjectId; name: string; nowMs: number },
    newSampleId: () => SampleId,
  ): Promise<Result<null>>;
  readJpeg(id: SampleId): Promise<Result<Uint8Array | null>>;
  readJpegs(ids: readonly SampleId[]): Promise<Result<Map<SampleId, Uint8Array>>>;
  /** null: it is not here. */
  readFile(hash: FileHash): Promise<Result<Uint8Array | null>>;
  /** Embeddings of a project's samples for one backbone (of `ids` only, when given); those never computed are absent. */
  readEmbeddings(
    projectId: ProjectId,
    backboneId: BackboneId,
    ids?: readonly SampleId[],
  ): Promise<Result<Map<SampleId, Float32Array>>>;
  writeEmbeddings(
    backboneId: BackboneId,
    values: ReadonlyMap<SampleId, Float32Array>,
  ): Promise<Result<null>>;
  /** A head kept with the project (`trained`: the last fit, for a quick start; `imported`: one that came from a file). Structured-cloneable. */
  readHead(projectId: ProjectId, slot: 'trained' | 'imported'): Promise<Result<unknown>>;
  writeHead(
    projectId: ProjectId,
    slot: 'trained' | 'imported',
    head: unknown,
  ): Promise<Result<null>>;
  /** Backbones that came in files, for all projects. */
  readBackbones(): Promise<Result<InstalledBackbone[]>>;
  writeBackbone(backbone: InstalledBackbone): Promise<Result<null>>;
  readSettings(): Promise<DeviceSettings>;
  writeSettings(settings: Partial<DeviceSettings>): Promise<Result<null>>;
  /**
   * Drops deleted projects, what is left of imports, and pictures (files of actions too) that no sample, no action and no
   * history uses any more. Returns how many pictures went.
   */
  purge(wish?: PurgeWish): Promise<Result<number>>;
  /** Takes a deleted project away for good, with its pictures. Returns how many went; `project-missing` unless it is a deleted one. */
  dropDeleted(id: ProjectId): Promise<Result<number>>;
  /**
   * Room on a full disk: purges, and where that frees nothing, gives up the older half of what could be taken back.
   * Pictures of `kept` stay: they are about to be used again.
   */
  makeRoom(kept: ReadonlySet<ImageKey>): Promise<Result<Room>>;
  usage(): Promise<StorageUsage>;
  /** Asks the browser never to clear this site's data by itself. */
  requestPersistence(): Promise<boolean>;
  /**
   * Another tab is about to bring the database to a newer version. `lastWork` may save what is left, a moment long;
   * then every verb here fails with `storage-newer`.
   */
  onNewer(lastWork: () => Promise<void>): void;
  close(): void;
}
