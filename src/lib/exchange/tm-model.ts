// Teachable Machine's exported image models (and layers models built like them): a classifier at once, and a backbone
// with class names from which teaching goes on.

import * as v from 'valibot';
import type { InstalledBackbone } from '#lib/core/backbone.ts';
import { fail, succeed, type Failure, type Result } from '#lib/core/failure.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { cleanName } from '#lib/core/project.ts';
import type { DenseHead } from '#lib/learning/head.ts';
import { validateHead } from '#lib/learning/validate-head.ts';
import { NetworkRefusal } from './folded-network.ts';
import { readLayersModel, type LayersNetwork } from './layers-model.ts';
import { readModelTensors, TensorShelf } from './model-tensors.ts';
import { checked, issueWords } from './schema.ts';
import { backboneFrom } from './network-backbone.ts';
import { badFile, type Archive } from './zip.ts';

export interface TmModel {
  readonly name: string | null;
  readonly labels: readonly string[];
  readonly backbone: InstalledBackbone;
  readonly head: DenseHead;
}

const label = v.pipe(v.string(), v.maxLength(20_000));
const labels = v.pipe(v.array(label), v.minLength(2), v.maxLength(1000));
const metadataSchema = v.object({
  labels,
  modelName: v.optional(v.nullable(v.string())),
});
const modelSchema = v.object({
  modelTopology: v.looseObject({}),
  weightsManifest: v.unknown(),
  ml5Specs: v.optional(v.object({ mapStringToIndex: labels })),
});

/** Reads `model.json` (or what it is called), its weights and `metadata.json`; refuses audio and pose models. */
export async function readTmModel(archive: Archive, path = 'model.json'): Promise<Result<TmModel>> {
  const { fileName } = archive;
  const json = await archive.json(path);
  if (!json.ok) return json;
  const model = checked(modelSchema, json.value);
  if (!model.success) {
    return fail(badFile(fileName, `is no layers model (${path}: ${issueWords(model.issues)}).`));
  }
  const facts = await readFacts(archive, model.output.ml5Specs?.mapStringToIndex ?? null);
  if (!facts.ok) return facts;
  const tensors = await readModelTensors(archive, model.output.weightsManifest);
  if (!tensors.ok) return tensors;
  try {
    const network = readLayersModel(model.output.modelTopology, new TensorShelf(tensors.value));
    return await assemble(fileName, network, facts.value);
  } catch (error) {
    if (error instanceof NetworkRefusal) return fail(badFile(fileName, error.message, useSamples));
    throw error;
  }
}

const useSamples =
  'Open the samples it was made from instead: the project file, or folders of pictures.';

interface Facts {
  readonly labels: readonly string[];
  readonly modelName: string | null;
}

async function readFacts(
  archive: Archive,
  ml5Labels: readonly string[] | null,
): Promise<Result<Facts>> {
  const { fileName } = archive;
  if (!archive.has('metadata.json')) {
    if (ml5Labels) return succeed({ labels: ml5Labels, modelName: null });
    const advice =
      'Choose model.json, weights.bin and metadata.json together, or the zip with all three.';
    return fail(badFile(fileName, 'lacks “metadata.json”, which names the classes.', advice));
  }
  const json = await archive.json('metadata.json');
  if (!json.ok) return json;
  const other = otherKind(fileName, json.value);
  if (other) return fail(other);
  const parsed = checked(metadataSchema, json.value);
  if (!parsed.success) {
    return fail(badFile(fileName, `is damaged (metadata.json: ${issueWords(parsed.issues)}).`));
  }
  return succeed({ labels: parsed.output.labels, modelName: parsed.output.modelName ?? null });
}

function otherKind(fileName: string, metadata: unknown): Failure | null {
  const parsed = checked(
    v.looseObject({ packageName: v.optional(v.string()), wordLabels: v.optional(v.unknown()) }),
    metadata,
  );
  if (!parsed.success) return null;
  const { packageName = '', wordLabels } = parsed.output;
  const about = packageName.endsWith('/pose') ? 'body poses' : wordLabels ? 'sounds' : null;
  if (about === null) return null;
  return badFile(
    fileName,
    `is a Teachable Machine model for ${about}. Handful learns from pictures only.`,
    'Choose an image model of Teachable Machine.',
  );
}

async function assemble(
  fileName: string,
  network: LayersNetwork,
  { labels: names, modelName }: Facts,
): Promise<Result<TmModel>> {
  const backbone = await backboneFrom(network);
  if (!backbone) {
    return fail(badFile(fileName, 'is damaged (its weights are not usable numbers).'));
  }
  const classNames = names.map((name, i) => cleanName(name, `Class ${i + 1}`));
  const hiddenUnits = network.head.length > 1 ? (network.head[0]?.units ?? 0) : 0;
  const head: DenseHead = {
    kind: 'dense',
    spec: { ...defaultHeadSettings.dense, hiddenUnits: Math.min(512, hiddenUnits) },
    backboneId: backbone.installed.id,
    backboneSha256: backbone.sha256,
    classIds: names.map((_, i) => `${i}`),
    labels: classNames,
    dimension: network.network.end.channels,
    sampleCount: 0,
    layers: network.head,
  };
  const valid = validateHead(head);
  if (!valid.ok) {
    return fail(badFile(fileName, 'is damaged (its classes and its last layer do not fit).'));
  }
  const name = cleanName(modelName ?? '', '');
  // Teachable Machine calls every model the same when nobody named it.
  const named = name === '' || name === 'tm-my-image-model' ? null : name;
  return succeed({ name: named, labels: classNames, backbone: backbone.installed, head });
}
