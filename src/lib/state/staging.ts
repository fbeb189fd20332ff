// Samples on their way in. They are written in batches to a project that nobody sees yet; only when all are there
// does it appear, or are they handed over to the open one. Whatever goes wrong on the way, nothing has changed.

import { fail, succeed, type Failure, type Result } from '#lib/core/failure.ts';
import type { Project, ProjectId, Sample } from '#lib/core/project.ts';
import type { ProjectStore, StoredSample } from '#lib/storage/store.ts';
import type { SampleFeed } from './sample-feed.ts';

export interface StageContext {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  /** The project that the samples go to in the end, where it is not the staged one. */
  readonly heir?: ProjectId | undefined;
}

export interface Staged {
  readonly samples: readonly Sample[];
  /** Samples that could not be read, and why the first of them could not. */
  readonly skipped: number;
  readonly firstFailure: Failure | null;
}

const batchSize = 100;

/**
 * Writes all samples of `feed` under `project`, which stays hidden until the list takes it in (`Projects.add`). Fails when storage or the engine does,
 * or when not one of several samples could be read; rejects with AbortError when aborted.
 */
export async function stage(
  store: ProjectStore,
  project: Project,
  feed: SampleFeed,
  context: StageContext,
): Promise<Result<Staged>> {
  const hidden = await store.commit({ project, put: [], removed: [], staged: true });
  if (!hidden.ok) return hidden;
  const samples: Sample[] = [];
  let skipped = 0;
  let firstFailure: Failure | null = null;
  let batch: StoredSample[] = [];
  for (let index = 0; index < feed.count; index += 1) {
    context.signal.throwIfAborted();
    context.onProgress(index, feed.count);
    const read = await feed.read(index);
    if (!read.ok && !isOwnFault(read.failure)) return read;
    if (read.ok) {
      batch.push(read.value);
      samples.push(read.value.sample);
    } else {
      skipped += 1;
      firstFailure ??= read.failure;
    }
    if (batch.length < batchSize && index + 1 < feed.count) continue;
    const embeddingsUnder = context.heir ?? project.id;
    const written = await store.commit({ project, put: batch, removed: [], embeddingsUnder });
    if (!written.ok) return written;
    batch = [];
  }
  if (firstFailure && samples.length === 0) return fail(firstFailure);
  return succeed({ samples, skipped, firstFailure });
}

/** Does `work` on a staged project, which no tab clears away meanwhile. */
export async function guarded<T>(
  store: ProjectStore,
  { id }: Project,
  work: () => Promise<T>,
): Promise<T> {
  const release = await store.guardImport(id);
  try {
    return await work();
  } finally {
    release();
  }
}

/** A sample's own fault leaves out that sample; anything else ends the import. */
function isOwnFault({ code }: Failure): boolean {
  return code === 'bad-picture' || code === 'bad-file';
}
