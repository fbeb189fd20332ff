// The door of the storage room: what every store (IndexedDB, or memory where there is none) can do. Types only.

import type { InstalledBackbone } from '#lib/core/backbone.ts';
import type { Result } from '#lib/core/failure.ts';
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

/** One atomic write: all of it is saved, or none. */
export interface Commit {
  /** The project as it is after the change. */
  readonly project: Project;
  readonly put: readonly StoredSample[];
  /** Rows leave; pictures and embeddings stay until `purge`, so that undo can bring them back. */
  readonly removed: readonly SampleId[];
  /** Files the embeddings under another project, which the samples are going to belong to. */
  readonly embeddingsUnder?: ProjectId;
}

/** A sample to write; without `jpeg` only its row changes (its picture is there already). */
export interface StoredSample {
  readonly sample: Sample;
  readonly jpeg?: Uint8Array;
  readonly embedding?: { readonly backboneId: BackboneId; readonly values: Float32Array };
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
}

export interface ProjectStore {
  /** `memory`: nothing outlives the tab, and the person must be told. */
  readonly kind: 'indexeddb' | 'memory';
  list(): Promise<Result<ProjectSummary[]>>;
  /** Samples come oldest first. */
  load(id: ProjectId): Promise<Result<ProjectDocument>>;
  commit(commit: Commit): Promise<Result<null>>;
  /** Marks a project deleted; `restore` undoes it until `purge`. */
  remove(id: ProjectId): Promise<Result<null>>;
  restore(id: ProjectId): Promise<Result<null>>;
  /** A full copy under `copy.id` (rows, pictures, embeddings; new sample ids from `newSampleId`). */
  duplicate(
    id: ProjectId,
    copy: { id: ProjectId; name: string; nowMs: number },
    newSampleId: () => SampleId,
  ): Promise<Result<null>>;
  readJpeg(id: SampleId): Promise<Result<Uint8Array | null>>;
  readJpegs(ids: readonly SampleId[]): Promise<Result<Map<SampleId, Uint8Array>>>;
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
  /** Drops deleted projects and pictures that no sample uses any more. Returns how many pictures went. */
  purge(): Promise<Result<number>>;
  usage(): Promise<StorageUsage>;
  /** Asks the browser never to clear this site's data by itself. */
  requestPersistence(): Promise<boolean>;
  close(): void;
}
