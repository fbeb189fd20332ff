// Brings embeddings to where they are needed, some hundred at a time: from memory, from storage, or computed again
// from the pictures. Those of a large project are never all in the page at once; they live in the engine.

import { succeed, type Result } from '#lib/core/failure.ts';
import type { BackboneId, ProjectId, Sample, SampleId } from '#lib/core/project.ts';
import type { EngineClient } from '#lib/engine/client.ts';
import type { ProjectStore } from '#lib/storage/store.ts';
import type { Pictures } from './pictures.svelte.ts';
import type { Saver } from './saver.svelte.ts';

export interface EmbeddingSources {
  readonly store: ProjectStore;
  readonly saver: Saver;
  readonly pictures: Pictures;
  readonly client: EngineClient;
}

export interface WantedEmbeddings {
  readonly projectId: ProjectId;
  readonly backboneId: BackboneId;
  readonly samples: readonly Sample[];
  readonly signal: AbortSignal;
  /** Called only while embeddings are computed anew. */
  readonly onProgress: (done: number, total: number) => void;
}

export type Embeddings = ReadonlyMap<SampleId, Float32Array>;

/** How many embeddings are in the page at once. */
export const embeddingBatch = 500;
/** How many freshly computed embeddings go to storage in one write. */
const writeBatch = 50;

/**
 * Gives `take` the embeddings of `samples`, batch by batch; those that storage lacks are computed from the pictures,
 * kept, and counted by `onProgress`. Samples whose picture is gone are absent.
 */
export async function eachEmbeddings(
  sources: EmbeddingSources,
  wanted: WantedEmbeddings,
  take: (samples: readonly Sample[], embeddings: Embeddings) => Promise<Result<null>>,
): Promise<Result<null>> {
  const { samples, signal, onProgress } = wanted;
  for (let from = 0; from < samples.length; from += embeddingBatch) {
    signal.throwIfAborted();
    const batch = samples.slice(from, from + embeddingBatch);
    const collected = await collectBatch(sources, {
      ...wanted,
      samples: batch,
      onProgress: (done) => onProgress(from + done, samples.length),
    });
    if (!collected.ok) return collected;
    const taken = await take(batch, collected.value);
    if (!taken.ok) return taken;
  }
  return succeed(null);
}

/** Embeddings of samples that are few enough to be in the page together. */
export async function collectEmbeddings(
  sources: EmbeddingSources,
  wanted: WantedEmbeddings,
): Promise<Result<Map<SampleId, Float32Array>>> {
  const all = new Map<SampleId, Float32Array>();
  const done = await eachEmbeddings(sources, wanted, (_, embeddings) => {
    for (const [id, values] of embeddings) all.set(id, values);
    return Promise.resolve(succeed(null));
  });
  return done.ok ? succeed(all) : done;
}

async function collectBatch(
  sources: EmbeddingSources,
  wanted: WantedEmbeddings,
): Promise<Result<Map<SampleId, Float32Array>>> {
  const { samples, backboneId, projectId } = wanted;
  const found = new Map<SampleId, Float32Array>();
  for (const { id } of samples) {
    const fresh = sources.saver.fresh(id)?.embedding;
    if (fresh?.backboneId === backboneId) found.set(id, fresh.values);
  }
  const ids = samples.map(({ id }) => id).filter((id) => !found.has(id));
  if (ids.length > 0) {
    const read = await sources.store.readEmbeddings(projectId, backboneId, ids);
    if (!read.ok) return read;
    for (const [id, values] of read.value) found.set(id, values);
  }
  const missing = ids.filter((id) => !found.has(id));
  const done = missing.length > 0 ? await compute(sources, wanted, missing, found) : succeed(null);
  return done.ok ? succeed(found) : done;
}

/** Computes the embeddings of `missing` into `found` and into storage. */
async function compute(
  { store, pictures, client }: EmbeddingSources,
  { backboneId, samples, signal, onProgress }: WantedEmbeddings,
  missing: readonly SampleId[],
  found: Map<SampleId, Float32Array>,
): Promise<Result<null>> {
  const known = samples.length - missing.length;
  let batch = new Map<SampleId, Float32Array>();
  for (const [done, id] of missing.entries()) {
    signal.throwIfAborted();
    onProgress(known + done, samples.length);
    const jpeg = await pictures.jpeg(id);
    if (!jpeg) continue;
    const embedded = await client.embedJpeg({ jpeg });
    if (!embedded.ok && embedded.failure.code !== 'bad-picture') return embedded;
    if (embedded.ok) {
      found.set(id, embedded.value.embedding);
      batch.set(id, embedded.value.embedding);
    }
    if (batch.size >= writeBatch) {
      const written = await store.writeEmbeddings(backboneId, batch);
      if (!written.ok) return written;
      batch = new Map();
    }
  }
  return batch.size > 0 ? store.writeEmbeddings(backboneId, batch) : succeed(null);
}
