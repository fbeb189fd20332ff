// The embeddings of an opened project file, one of its files in memory at a time.

import type { SampleId } from '#lib/core/project.ts';
import { floatsFrom } from './numbers.ts';
import type { EmbeddingFile, ProjectHeader } from './project-header.ts';
import { zipLimits, type Archive } from './zip.ts';

/**
 * Reads embeddings by sample; null for a sample without one, and where the bytes are damaged: an embedding is only a
 * cache, and is computed again from the picture.
 */
export function embeddingReader(
  archive: Archive,
  { embeddings, dimension }: ProjectHeader,
): (id: SampleId) => Promise<Float32Array | null> {
  const places = new Map<SampleId, { file: EmbeddingFile; row: number }>();
  for (const file of embeddings) {
    for (const [row, id] of file.sampleIds.entries()) places.set(id, { file, row });
  }
  // Samples come in the order of the file, so that each file is read once.
  let held: { file: EmbeddingFile; values: Promise<Float32Array | null> } | null = null;
  return async (id) => {
    const place = places.get(id);
    if (!place) return null;
    if (held?.file !== place.file) {
      held = { file: place.file, values: readValues(archive, place.file, dimension) };
    }
    const values = await held.values;
    return values?.slice(place.row * dimension, (place.row + 1) * dimension) ?? null;
  };
}

async function readValues(
  archive: Archive,
  { name, sampleIds }: EmbeddingFile,
  dimension: number,
): Promise<Float32Array | null> {
  const bytes = await archive.bytes(name, zipLimits.numbersBytes);
  const values = bytes.ok ? floatsFrom(bytes.value) : null;
  return values?.length === dimension * sampleIds.length ? values : null;
}
