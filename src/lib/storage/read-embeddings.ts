// Embeddings of a project's samples: all of them in one request, or only those that are asked for.

import type { Result } from '#lib/core/failure.ts';
import type { BackboneId, ProjectId, SampleId } from '#lib/core/project.ts';
import type { Connection } from './connection.ts';

interface Wanted {
  readonly projectId: ProjectId;
  readonly backboneId: BackboneId;
  /** null: all samples of the project. */
  readonly ids: readonly SampleId[] | null;
}

/** Above this many, one large request is quicker than many small ones. */
const singleRequests = 300;

export function readEmbeddingsOf(
  connection: Connection,
  { projectId, backboneId, ids }: Wanted,
): Promise<Result<Map<SampleId, Float32Array>>> {
  return connection.read(['samples', 'embeddings'], async (transaction) => {
    const embeddings = transaction.objectStore('embeddings');
    const [present, rows] = await Promise.all([
      transaction.objectStore('samples').index('projectId').getAllKeys(projectId),
      ids && ids.length <= singleRequests
        ? Promise.all(ids.map((id) => embeddings.get([backboneId, id])))
        : embeddings.index('project').getAll([projectId, backboneId]),
    ]);
    const wanted = new Set(present);
    const asked = ids && new Set(ids);
    const found = new Map<SampleId, Float32Array>();
    for (const row of rows) {
      if (!row || !wanted.has(row.sampleId) || asked?.has(row.sampleId) === false) continue;
      found.set(row.sampleId, row.values);
    }
    return found;
  });
}
