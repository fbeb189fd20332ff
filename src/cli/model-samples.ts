// Samples inside a model file, so that *none of these* works without the pictures: `samples.json` and `samples.bin`
// (float32 little-endian embeddings, row by row).

import { succeed, fail, type Result } from '#lib/core/failure.ts';
import type { EngineSample } from '#lib/engine/protocol.ts';
import { badFile, createArchive, openArchive, zipLimits } from '#lib/exchange/zip.ts';

export type ModelSample = EngineSample;

/** More samples of a class than this are thinned out evenly: near-duplicates add size and nothing else. */
const mostPerClass = 60;

/** The zip `file` with samples added. */
export async function withSamples(
  file: Blob,
  samples: readonly ModelSample[],
): Promise<Result<Blob>> {
  const opened = await openArchive(file, 'model');
  if (!opened.ok) return opened;
  const archive = createArchive();
  for (const name of opened.value.names) {
    const bytes = await opened.value.bytes(name, zipLimits.numbersBytes);
    if (!bytes.ok) return bytes;
    await archive.bytes(name, bytes.value, name.endsWith('.jpg'));
  }
  await opened.value.close();
  const kept = thinnedByClass(samples);
  const dimension = kept[0]?.embedding.length ?? 0;
  const values = new DataView(new ArrayBuffer(4 * dimension * kept.length));
  kept.forEach(({ embedding }, row) => {
    embedding.forEach((value, d) => values.setFloat32(4 * (row * dimension + d), value, true));
  });
  const classIds = kept.map(({ classId }) => classId);
  await archive.text('samples.json', JSON.stringify({ version: 1, dimension, classIds }));
  await archive.bytes('samples.bin', new Uint8Array(values.buffer));
  return succeed(await archive.finish());
}

/** The samples of a model file; none when it holds none. Fails (`bad-file`) when they are damaged. */
export async function readSamples(file: Blob, fileName: string): Promise<Result<ModelSample[]>> {
  const opened = await openArchive(file, fileName);
  if (!opened.ok) return opened;
  const archive = opened.value;
  try {
    if (!archive.has('samples.json')) return succeed([]);
    const json = await archive.json('samples.json');
    if (!json.ok) return json;
    const damaged = fail(badFile(fileName, 'is damaged (samples.json).', 'Train it again.'));
    if (!isList(json.value)) return damaged;
    const { dimension, classIds } = json.value;
    const bytes = await archive.bytes('samples.bin', zipLimits.numbersBytes);
    if (!bytes.ok) return bytes;
    if (bytes.value.length !== 4 * dimension * classIds.length) return damaged;
    const view = new DataView(bytes.value.buffer, bytes.value.byteOffset, bytes.value.byteLength);
    return succeed(
      classIds.map((classId, row) => ({
        id: `${row}`,
        classId,
        embedding: Float32Array.from({ length: dimension }, (_, d) =>
          view.getFloat32(4 * (row * dimension + d), true),
        ),
      })),
    );
  } finally {
    await archive.close();
  }
}

function thinnedByClass(samples: readonly ModelSample[]): ModelSample[] {
  const byClass = new Map<string, ModelSample[]>();
  for (const sample of samples) {
    const known = byClass.get(sample.classId);
    if (known) known.push(sample);
    else byClass.set(sample.classId, [sample]);
  }
  return Array.from(byClass.values())
    .flatMap((all) => {
      const keep = Math.min(mostPerClass, all.length);
      return Array.from({ length: keep }, (_, i) => all[Math.floor((i * all.length) / keep)]);
    })
    .filter((sample) => sample !== undefined);
}

function isList(value: unknown): value is { dimension: number; classIds: string[] } {
  if (typeof value !== 'object' || value === null) return false;
  const { version, dimension, classIds } = value as Record<string, unknown>;
  return (
    version === 1 &&
    typeof dimension === 'number' &&
    Number.isInteger(dimension) &&
    dimension > 0 &&
    Array.isArray(classIds) &&
    classIds.every((id) => typeof id === 'string')
  );
}
