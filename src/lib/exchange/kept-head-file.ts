// A trained head inside a project file: its facts and tensors under `head/`.

import * as v from 'valibot';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { TrainedHead } from '#lib/learning/head.ts';
import { validateHead } from '#lib/learning/validate-head.ts';
import { headFromTensors, modelJson, tensorsOf } from './head-weights.ts';
import { floatBytes } from './numbers.ts';
import { checked, headMetadataSchema, issueWords } from './schema.ts';
import { readTensors } from './tensors-in.ts';
import { badFile, type Archive, type ArchiveWriter } from './zip.ts';

const factsSchema = v.omit(headMetadataSchema, [
  'format',
  'version',
  'unknownThreshold',
  'preprocessing',
  'unknown',
]);

export async function writeKeptHead(archive: ArchiveWriter, head: TrainedHead): Promise<void> {
  const facts: v.InferInput<typeof factsSchema> = {
    kind: head.kind,
    labels: [...head.labels],
    classIds: [...head.classIds],
    backbone: {
      id: head.backboneId,
      sha256: head.backboneSha256,
      embeddingSize: head.dimension,
    },
    features: head.kind === 'ridge' ? head.features : 'embedding',
    recipe: head.spec,
    sampleCount: head.sampleCount,
  };
  await archive.text('head/head.json', JSON.stringify(facts));
  await archive.text('head/model.json', JSON.stringify(modelJson(head)));
  await archive.bytes('head/weights.bin', floatBytes(tensorsOf(head).map((t) => t.values)));
}

export async function readKeptHead(archive: Archive): Promise<Result<TrainedHead>> {
  const json = await archive.json('head/head.json');
  if (!json.ok) return json;
  const parsed = checked(factsSchema, json.value);
  if (!parsed.success) {
    const words = issueWords(parsed.issues);
    return fail(badFile(archive.fileName, `is damaged (head.json: ${words}).`));
  }
  const tensors = await readTensors(archive, 'head/');
  if (!tensors.ok) return tensors;
  const { backbone, recipe, classIds, labels, sampleCount, features } = parsed.output;
  const head = headFromTensors(
    {
      backboneId: backbone.id,
      backboneSha256: backbone.sha256,
      classIds,
      labels,
      dimension: backbone.embeddingSize,
      sampleCount,
      features,
      spec: recipe,
    },
    tensors.value,
  );
  const valid = validateHead(head);
  return valid.ok
    ? succeed(valid.value)
    : fail(badFile(archive.fileName, 'is damaged (the sizes of the head do not fit).'));
}
