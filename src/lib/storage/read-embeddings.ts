// Embeddings of a project's samples, or of those that are asked for: in pages, so that no task unpacks them all.

import type { Result } from '#lib/core/failure.ts';
import type { BackboneId, ProjectId, SampleId } from '#lib/core/project.ts';
import type { Connection } from './connection.ts';
import { eachRowPage } from './rows-by-key.ts';

interface Wanted {
  readonly projectId: ProjectId;
  readonly backboneId: BackboneId;
  /** null: all samples of the project. */
  readonly ids: readonly SampleId[] | null;
}

export function readEmbeddingsOf(
  connection: Connection,
  { projectId, backboneId, ids }: Wanted,
): Promise<Result<Map<SampleId, Float32Array>>> {
  return connection.read(['samples', 'embeddings'], async (transaction) => {
    const index = transaction.objectStore('samples').index('projectId');
    const all = new Set(await index.getAllKeys(projectId));
    const present = ids ? new Set(ids.filter((id) => all.has(id))) : all;
    const found = new Map<SampleId, Float32Array>();
    // Ids compare as IndexedDB compares strings: by their UTF-16 units.
    const keys = Array.from(present)
      .sort()
      .map((id): [BackboneId, SampleId] => [backboneId, id]);
    await eachRowPage(transaction.objectStore('embeddings'), keys, (page) => {
      for (const { sampleId, values } of page) {
        if (present.has(sampleId)) found.set(sampleId, values);
      }
    });
    return found;
  });
}
