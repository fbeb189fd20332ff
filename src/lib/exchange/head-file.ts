// A trained head as a zip: tfjs layers (KNN: its data set), what it needs to know, and golden samples to check it by.

import type { LoadedBackbone } from '#lib/core/backbone.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { TrainedHead } from '#lib/learning/head.ts';
import { validateHead } from '#lib/learning/validate-head.ts';
import { headReadme } from './head-readme.ts';
import { headFromTensors, modelJson, tensorsOf } from './head-weights.ts';
import { sampleProblem } from './jpeg.ts';
import { floatBytes } from './numbers.ts';
import { checked, goldenSchema, headMetadataSchema, issueWords } from './schema.ts';
import { readTensors } from './tensors-in.ts';
import {
  badFile,
  createArchive,
  openArchive,
  zipLimits,
  type Archive,
  type ArchiveWriter,
} from './zip.ts';

/** A kept picture with what this head's backbone and the head make of it. */
export interface GoldenSample {
  readonly jpeg: Uint8Array;
  readonly embedding: Float32Array;
  readonly probabilities: Float32Array;
}

export interface HeadFileInput {
  readonly head: TrainedHead;
  readonly backbone: LoadedBackbone;
  /** The backbone's whitening asset, when the head uses it. */
  readonly whitening: { readonly json: string; readonly bytes: Uint8Array } | null;
  readonly unknownThreshold: number | null;
  readonly golden: readonly GoldenSample[];
}

export interface HeadFile {
  readonly head: TrainedHead;
  readonly unknownThreshold: number | null;
  readonly golden: readonly GoldenSample[];
}

type Features = 'embedding' | 'sqrt' | 'sqrt-whitened' | 'unit-length';

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
  const { head, whitening, golden } = input;
  const text = (name: string, content: string): Promise<void> =>
    archive.text(`${folder}${name}`, content);
  const bytes = (name: string, content: Uint8Array, store = false): Promise<void> =>
    archive.bytes(`${folder}${name}`, content, store);
  await text('README.txt', headReadme(head));
  await text('metadata.json', JSON.stringify(metadataOf(input), null, 2));
  await text('model.json', JSON.stringify(modelJson(head)));
  await bytes('weights.bin', floatBytes(tensorsOf(head).map(({ values }) => values)));
  if (whitening && featuresOf(head) === 'sqrt-whitened') {
    await text('whitening.json', whitening.json);
    await bytes('whitening.bin', whitening.bytes);
  }
  for (const [i, { jpeg }] of golden.entries()) {
    await bytes(`golden/${i + 1}.jpg`, jpeg, true);
  }
  const pictures = golden.map(({ embedding, probabilities }, i) => ({
    file: `golden/${i + 1}.jpg`,
    embedding: Array.from(embedding),
    probabilities: Array.from(probabilities),
  }));
  await text('golden.json', JSON.stringify({ pictures }));
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
  return succeed({ head: valid.value, unknownThreshold, golden: golden.value });
}

/** Largest difference between two lists of probabilities; Infinity when their lengths differ. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), 0);
}

async function readGolden(archive: Archive): Promise<Result<GoldenSample[]>> {
  const json = await archive.json('golden.json');
  if (!json.ok) return json;
  const parsed = checked(goldenSchema, json.value);
  if (!parsed.success) {
    const reason = `is damaged (golden.json: ${issueWords(parsed.issues)}).`;
    return fail(badFile(archive.fileName, reason));
  }
  const golden: GoldenSample[] = [];
  for (const { file, embedding, probabilities } of parsed.output.pictures) {
    const jpeg = await archive.bytes(file, zipLimits.sampleBytes);
    if (!jpeg.ok) return jpeg;
    const wrong = sampleProblem(jpeg.value);
    if (wrong !== null) {
      return fail(badFile(archive.fileName, `is damaged (“${file}” ${wrong}).`));
    }
    golden.push({
      jpeg: jpeg.value,
      embedding: Float32Array.from(embedding),
      probabilities: Float32Array.from(probabilities),
    });
  }
  return succeed(golden);
}

function featuresOf(head: TrainedHead): Features {
  if (head.kind === 'ridge') return head.features;
  return head.kind === 'knn' ? 'unit-length' : 'embedding';
}

const featureWords: Record<Features, string> = {
  embedding: 'The embedding itself.',
  sqrt: 's = sqrt(max(0, embedding)); features = s / |s|.',
  'sqrt-whitened':
    's = sqrt(max(0, embedding)) − mean; s −= Σ gains[i] · v[i] · (v[i] · s); features = s / |s|. Mean, v and gains: whitening.json and whitening.bin.',
  'unit-length': 'features = embedding / |embedding|.',
};

function metadataOf({ head, backbone, unknownThreshold }: HeadFileInput): object {
  const features = featuresOf(head);
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
    preprocessing: {
      crop: 'centre square',
      resize: `canvas drawImage to ${backbone.inputSizePx} × ${backbone.inputSizePx} pixels`,
      channels: 'RGB',
      range: backbone.inputRange,
      embedding: 'global average of the last feature map',
      features: featureWords[features],
    },
    features,
    output:
      head.kind === 'knn'
        ? 'Votes of the k rows with the largest dot product.'
        : 'softmax of the last layer, classes in the order of `labels`.',
    recipe: head.spec,
    seed: head.spec.kind === 'dense' ? head.spec.seed : null,
    sampleCount: head.sampleCount,
    unknownThreshold,
  };
}
