// The IndexedDB database: its object stores, and the steps that lead from one version to the next.

import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { InstalledBackbone } from '#lib/core/backbone.ts';
import type { Change } from '#lib/core/change.ts';
import type { HistoryPart } from '#lib/core/history.ts';
import type { ListChange } from '#lib/core/list-change.ts';
import type { BackboneId, Project, ProjectId, Sample, SampleId } from '#lib/core/project.ts';
import { abort } from './abort.ts';
import type { DeviceSettings, ImageKey } from './store.ts';

/** `deleted`: by the person, who may want it back; `staged`: an import on its way in. Neither is listed or opened. */
export type ProjectState = 'open' | 'deleted' | 'staged';

export interface ProjectRow {
  readonly id: ProjectId;
  readonly project: Project;
  readonly state: ProjectState;
  /** When it came into this state. */
  readonly changedAtMs: number;
}

export interface SampleRow {
  readonly id: SampleId;
  readonly projectId: ProjectId;
  readonly sample: Sample;
}

export interface EmbeddingRow {
  readonly backboneId: BackboneId;
  readonly sampleId: SampleId;
  /** Only so that one request reads all of a project's embeddings. */
  readonly projectId: ProjectId;
  readonly values: Float32Array;
}

export type HeadSlot = 'trained' | 'imported';

/** Whose history: a project's own, or that of the list of projects. */
export type HistoryOwner = ProjectId;
/** No project has this id. */
export const listOwner: HistoryOwner = '';

/** A project's parts hold changes of it, the list's parts changes of the list. */
export type HistoryRow = HistoryPart<Change | ListChange> & { readonly owner: HistoryOwner };

export interface HandfulSchema extends DBSchema {
  projects: { key: ProjectId; value: ProjectRow };
  samples: { key: SampleId; value: SampleRow; indexes: { projectId: ProjectId } };
  /** Square JPEGs by sample id; pictures and sounds that actions need, by their hash. */
  images: { key: ImageKey; value: Uint8Array };
  embeddings: {
    key: [BackboneId, SampleId];
    value: EmbeddingRow;
    indexes: { project: [ProjectId, BackboneId] };
  };
  heads: { key: [ProjectId, HeadSlot]; value: unknown };
  settings: { key: 'device'; value: DeviceSettings };
  /** Backbones that came in files. */
  backbones: { key: BackboneId; value: InstalledBackbone };
  history: { key: [HistoryOwner, number, number]; value: HistoryRow };
  /** The last entry of a history that is done; later ones are undone. */
  positions: { key: HistoryOwner; value: number };
}

export type HandfulDatabase = IDBPDatabase<HandfulSchema>;
export type StoreName = StoreNames<HandfulSchema>;
export type UpgradeTransaction = IDBPTransaction<HandfulSchema, StoreName[], 'versionchange'>;

/** `migrations[i]` leads from version i to version i + 1. Never edit a step that was released: add one. */
const migrations: readonly ((
  database: HandfulDatabase,
  step: UpgradeTransaction,
) => void | Promise<void>)[] = [
  (database) => {
    database.createObjectStore('projects', { keyPath: 'id' });
    const samples = database.createObjectStore('samples', { keyPath: 'id' });
    samples.createIndex('projectId', 'projectId');
    database.createObjectStore('images');
    const embeddings = database.createObjectStore('embeddings', {
      keyPath: ['backboneId', 'sampleId'],
    });
    embeddings.createIndex('project', ['projectId', 'backboneId']);
    database.createObjectStore('heads');
    database.createObjectStore('settings');
  },
  (database) => {
    database.createObjectStore('backbones', { keyPath: 'id' });
  },
  async (database, step) => {
    database.createObjectStore('history', { keyPath: ['owner', 'entry', 'part'] });
    database.createObjectStore('positions');
    let cursor = await step.objectStore('projects').openCursor();
    while (cursor) {
      await cursor.update(withState(cursor.value));
      cursor = await cursor.continue();
    }
  },
];

export const databaseName = 'handful';
export const databaseVersion = migrations.length;

/** Runs the steps from `oldVersion` (0: a new database) to the present one. Rejects when one fails: the old version stays. */
export async function migrate(
  database: HandfulDatabase,
  oldVersion: number,
  step: UpgradeTransaction,
): Promise<void> {
  // Opening fails with it; here it only needs a listener.
  step.done.catch(() => undefined);
  try {
    for (const migration of migrations.slice(oldVersion)) await migration(database, step);
  } catch (error) {
    abort(step);
    throw error;
  }
}

/** Up to version 2 a row said only whether it was removed, not when: it is kept as long as one removed just now. */
function withState(row: { readonly id: ProjectId; readonly project: Project }): ProjectRow {
  const removed = 'removed' in row && row.removed === true;
  const { id, project } = row;
  const changedAtMs = removed ? Date.now() : project.updatedAtMs;
  return { id, project, state: removed ? 'deleted' : 'open', changedAtMs };
}
