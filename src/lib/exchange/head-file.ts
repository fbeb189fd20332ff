// A trained head as a zip: tfjs layers (KNN: its data set), what it needs to know, and golden samples to check it by.

import type { LoadedBackbone } from '#lib/core/backbone.ts';
import { centreSquare } from '#lib/core/crop.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { CropFrame } from '#lib/core/project.ts';
import type { GestureSettings } from '#lib/core/use-settings.ts';
import type { TrainedHead } from '#lib/learning/head.ts';
import { validateHead } from '#lib/learning/validate-head.ts';
import { contractOf, featuresOf } from './contract.ts';
import { readGolden, writeGolden, type GoldenSample } from './golden.ts';
import { headReadme } from './head-readme.ts';
import { headFromTensors, modelJson, tensorsOf } from './head-weights.ts';
import { readModelSamples, writeModelSamples, type ModelSample } from './model-samples.ts';
import { floatBytes } from './numbers.ts';
import { checked, headMetadataSchema, issueWords } from './schema.ts';
import { readTensors } from './tensors-in.ts';
import { badFile, createArchive, openArchive, type Archive, type ArchiveWriter } from './zip.ts';

export interface HeadFileInput {
  readonly head: TrainedHead;
  readonly backbone: LoadedBackbone;
  /** The backbone's whitening asset, when the head uses it. */
  readonly whitening: { readonly json: string; readonly bytes: Uint8Array } | null;
  readonly unknownThreshold: number | null;
  readonly unknownEnabled: boolean;
  /** The part of the camera picture that the person looks at. */
  readonly frame: CropFrame;
  /** How calm gestures are; null: as they are by default. */
  readonly gestures: GestureSettings | null;
  readonly golden: readonly GoldenSample[];
  /** Samples that tell *none of these*; thinned out when they are many. */
  readonly samples: readonly ModelSample[];
}

export interface HeadFile {
  readonly head: TrainedHead;
  readonly unknownThreshold: number | null;
  /** Cosine under which a picture is none of the classes; null: never, or a file of an earlier version. */
  readonly unknownBelow: number | null;
  readonly frame: CropFrame;
  /** null: the defaults, or a file of an earlier version. */
  readonly gestures: GestureSettings | null;
  readonly golden: readonly GoldenSample[];
  /** Empty in files of earlier versions. */
  readonly samples: readonly ModelSample[];
}

/** Writes the zip. The golden samples are few: they are held in memory. */
export async function writeHeadFile(input: HeadFileInput): Promise<Blob> {
  const archive = createArchive();
  await writeHeadInto(archive, '', input);
  return archive.finish();
}

/** The same files inside another archive; `folder` is empty or ends in `/`. */
export async function writeHeadInto(
  archive: ArchiveWriter,
  folder: string,
  input: HeadFileInput,
): Promise<void> {
  const { head, whitening, golden, samples } = input;
  const text = (name: string, content: string): Promise<void> =>
    archive.text(`${folder}${name}`, content);
  const bytes = (name: string, content: Uint8Array): Promise<void> =>
    archive.bytes(`${folder}${name}`, content);
  await text('README.txt', headReadme({ ...input, hasSamples: samples.length > 0 }));
  await text('metadata.json', JSON.stringify(metadataOf(input), null, 2));
  await text('model.json', JSON.stringify(modelJson(head)));
  await bytes('weights.bin', floatBytes(tensorsOf(head).map(({ values }) => values)));
  // *None of these* compares whitened features whatever the head reads.
  if (whitening && (featuresOf(head) === 'sqrt-whitened' || samples.length > 0)) {
    await text('whitening.json', whitening.json);
    await bytes('whitening.bin', whitening.bytes);
  }
  await writeModelSamples(archive, folder, samples);
  await writeGolden(archive, folder, golden);
}

/** Reads a head that `writeHeadFile` wrote; every size and number is checked. */
export async function readHeadFile(blob: Blob, fileName: string): Promise<Result<HeadFile>> {
  const opened = await openArchive(blob, fileName);
  if (!opened.ok) return opened;
  try {
    return await readHead(opened.value);
  } finally {
    await opened.value.close();
  }
}

/** As `readHeadFile`, from files that are open already. */
export async function readHead(archive: Archive): Promise<Result<HeadFile>> {
  const { fileName } = archive;
  const json = await archive.json('metadata.json');
  if (!json.ok) return json;
  const parsed = checked(headMetadataSchema, json.value);
  if (!parsed.success) {
    return fail(badFile(fileName, `is damaged (metadata.json: ${issueWords(parsed.issues)}).`));
  }
  const tensors = await readTensors(archive);
  if (!tensors.ok) return tensors;
  const { backbone, recipe, unknownThreshold, classIds, labels, sampleCount, features } =
    parsed.output;
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
  if (!valid.ok) return fail(badFile(fileName, 'is damaged (the head’s sizes do not fit).'));
  const golden = await readGolden(archive);
  if (!golden.ok) return golden;
  const samples = await readModelSamples(archive);
  if (!samples.ok) return samples;
  return succeed({
    head: valid.value,
    unknownThreshold,
    unknownBelow: parsed.output.unknown?.threshold ?? null,
    frame: parsed.output.preprocessing?.frame ?? centreSquare,
    gestures: parsed.output.gestures ?? null,
    golden: golden.value,
    samples: samples.value,
  });
}

function metadataOf(input: HeadFileInput): object {
  const { head, backbone, unknownThreshold, samples, gestures } = input;
  return {
    format: 'handful-head',
    version: 1,
    kind: head.kind,
    labels: head.labels,
    classIds: head.classIds,
    backbone: {
      id: backbone.id,
      name: backbone.name,
      sha256: backbone.sha256,
      embeddingSize: backbone.embeddingSize,
    },
    ...contractOf({ ...input, hasSamples: samples.length > 0 }),
    recipe: head.spec,
    seed: head.spec.kind === 'dense' ? head.spec.seed : null,
    sampleCount: head.sampleCount,
    unknownThreshold,
    ...(gestures && { gestures }),
  };
}
