// Brings embeddings to where they are needed: from memory, from storage, or computed again from the pictures.

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

interface Wanted {
  readonly projectId: ProjectId;
  readonly backboneId: BackboneId;
  readonly samples: readonly Sample[];
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** How many freshly computed embeddings go to storage in one write. */
const writeBatch = 50;

/** Embeddings of `samples`; those that storage lacks are computed from the pictures, kept, and counted by `onProgress`. Samples whose picture is gone are absent. */
export async function collectEmbeddings(
  sources: EmbeddingSources,
  wanted: Wanted,
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
  if (missing.length > 0) {
    const computed = await computeEmbeddings(sources, wanted, missing);
    if (!computed.ok) return computed;
    for (const [id, values] of computed.value) found.set(id, values);
  }
  return succeed(found);
}

async function computeEmbeddings(
  { store, pictures, client }: EmbeddingSources,
  { backboneId, signal, onProgress }: Wanted,
  ids: readonly SampleId[],
): Promise<Result<Map<SampleId, Float32Array>>> {
  const all = new Map<SampleId, Float32Array>();
  let batch = new Map<SampleId, Float32Array>();
  for (const [done, id] of ids.entries()) {
    signal.throwIfAborted();
    onProgress(done, ids.length);
    const jpeg = await pictures.jpeg(id);
    if (!jpeg) continue;
    const embedded = await client.embedJpeg({ jpeg });
    if (!embedded.ok && embedded.failure.code !== 'bad-picture') return embedded;
    if (embedded.ok) {
      all.set(id, embedded.value.embedding);
      batch.set(id, embedded.value.embedding);
    }
    if (batch.size >= writeBatch) {
      const written = await store.writeEmbeddings(backboneId, batch);
      if (!written.ok) return written;
      batch = new Map();
    }
  }
  const written = batch.size > 0 ? await store.writeEmbeddings(backboneId, batch) : succeed(null);
  return written.ok ? succeed(all) : written;
}
