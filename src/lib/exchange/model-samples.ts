// Samples inside a model file, so that *none of these* works without the pictures: `samples.json` and `samples.bin`
// (float32 little-endian embeddings, row by row).

import * as v from 'valibot';
import { succeed, fail, type Result } from '#lib/core/failure.ts';
import type { ClassId, SampleId } from '#lib/core/project.ts';
import { floatBytes, floatsFrom } from './numbers.ts';
import { checked } from './schema.ts';
import { badFile, zipLimits, type Archive, type ArchiveWriter } from './zip.ts';

export interface ModelSample {
  readonly id: SampleId;
  readonly classId: ClassId;
  readonly embedding: Float32Array;
}

/** More samples of a class than this are thinned out evenly: near-duplicates add size and nothing else. */
const mostPerClass = 60;
const mostSamples = 100_000;

const listSchema = v.object({
  version: v.literal(1),
  dimension: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16_384)),
  classIds: v.pipe(v.array(v.string()), v.maxLength(mostSamples)),
});

/** Writes the samples; none are no files. `folder` is empty or ends in `/`. */
export async function writeModelSamples(
  archive: ArchiveWriter,
  folder: string,
  samples: readonly ModelSample[],
): Promise<void> {
  const kept = thinnedByClass(samples);
  const [first] = kept;
  if (!first) return;
  const dimension = first.embedding.length;
  const classIds = kept.map(({ classId }) => classId);
  const list: v.InferInput<typeof listSchema> = { version: 1, dimension, classIds };
  await archive.text(`${folder}samples.json`, JSON.stringify(list));
  await archive.bytes(`${folder}samples.bin`, floatBytes(kept.map(({ embedding }) => embedding)));
}

/** The samples of a model file; none when it holds none. Fails (`bad-file`) when they are damaged. */
export async function readModelSamples(archive: Archive): Promise<Result<ModelSample[]>> {
  if (!archive.has('samples.json')) return succeed([]);
  const json = await archive.json('samples.json');
  if (!json.ok) return json;
  const damaged = fail(badFile(archive.fileName, 'is damaged (samples.json).', 'Save it again.'));
  const parsed = checked(listSchema, json.value);
  if (!parsed.success) return damaged;
  const { dimension, classIds } = parsed.output;
  const bytes = await archive.bytes('samples.bin', zipLimits.numbersBytes);
  if (!bytes.ok) return bytes;
  const numbers = floatsFrom(bytes.value);
  if (numbers?.length !== dimension * classIds.length) return damaged;
  return succeed(
    classIds.map((classId, row) => ({
      id: `${row}`,
      classId,
      embedding: numbers.slice(row * dimension, (row + 1) * dimension),
    })),
  );
}

/** At most sixty of each class, evenly spread. */
export function thinnedByClass<T extends { readonly classId: ClassId }>(
  samples: readonly T[],
): T[] {
  const byClass = new Map<string, T[]>();
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
