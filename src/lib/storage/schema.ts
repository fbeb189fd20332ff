// The IndexedDB database: its object stores, and the steps that lead from one version to the next.

import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { InstalledBackbone } from '#lib/core/backbone.ts';
import type { BackboneId, Project, ProjectId, Sample, SampleId } from '#lib/core/project.ts';
import type { DeviceSettings } from './store.ts';

export interface ProjectRow {
  readonly id: ProjectId;
  readonly project: Project;
  /** Deleted by the person; it goes at the next `purge`. */
  readonly removed: boolean;
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

export interface HandfulSchema extends DBSchema {
  projects: { key: ProjectId; value: ProjectRow };
  samples: { key: SampleId; value: SampleRow; indexes: { projectId: ProjectId } };
  /** Square JPEGs, by sample id. */
  images: { key: SampleId; value: Uint8Array };
  embeddings: {
    key: [BackboneId, SampleId];
    value: EmbeddingRow;
    indexes: { project: [ProjectId, BackboneId] };
  };
  heads: { key: [ProjectId, HeadSlot]; value: unknown };
  settings: { key: 'device'; value: DeviceSettings };
  /** Backbones that came in files. */
  backbones: { key: BackboneId; value: InstalledBackbone };
}

export type HandfulDatabase = IDBPDatabase<HandfulSchema>;
export type StoreName = StoreNames<HandfulSchema>;
export type UpgradeTransaction = IDBPTransaction<HandfulSchema, StoreName[], 'versionchange'>;

/** `migrations[i]` leads from version i to version i + 1. Never edit a step that was released: add one. */
const migrations: readonly ((database: HandfulDatabase, step: UpgradeTransaction) => void)[] = [
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
];

export const databaseName = 'handful';
export const databaseVersion = migrations.length;

/** Runs the steps from `oldVersion` (0: a new database) to the present one. */
export function migrate(
  database: HandfulDatabase,
  oldVersion: number,
  step: UpgradeTransaction,
): void {
  for (const migration of migrations.slice(oldVersion)) migration(database, step);
}
