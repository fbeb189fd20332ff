// Heads kept in storage with a project: the last dense fit (so that a reload need not train again) and one from a file.

import { succeed, type Result } from '#lib/core/failure.ts';
import type { ProjectId } from '#lib/core/project.ts';
import type { TrainedHead } from '#lib/learning/head.ts';
import { validateHead } from '#lib/learning/validate-head.ts';
import type { ProjectStore } from '#lib/storage/store.ts';

export class KeptHeads {
  #store: ProjectStore;

  constructor(store: ProjectStore) {
    this.#store = store;
  }

  /** The stored head when it was fitted on exactly what `signature` names; else null. */
  async trained(projectId: ProjectId, signature: string): Promise<TrainedHead | null> {
    const read = await this.#store.readHead(projectId, 'trained');
    if (!read.ok || !isKept(read.value) || read.value.signature !== signature) return null;
    const valid = validateHead(read.value.head);
    return valid.ok ? valid.value : null;
  }

  async keepTrained(
    projectId: ProjectId,
    signature: string,
    head: TrainedHead,
  ): Promise<Result<null>> {
    return this.#store.writeHead(projectId, 'trained', { signature, head });
  }

  async imported(projectId: ProjectId): Promise<TrainedHead | null> {
    const read = await this.#store.readHead(projectId, 'imported');
    if (!read.ok || read.value === null || read.value === undefined) return null;
    const valid = validateHead(read.value);
    return valid.ok ? valid.value : null;
  }

  async keepImported(projectId: ProjectId, head: TrainedHead): Promise<Result<null>> {
    const written = await this.#store.writeHead(projectId, 'imported', head);
    return written.ok ? succeed(null) : written;
  }
}

function isKept(value: unknown): value is { signature: string; head: unknown } {
  return typeof value === 'object' && value !== null && 'signature' in value && 'head' in value;
}
