// What a model is: one in Handful's own format, a MobileNet of the hub, or a layers model whose network can be used.

import * as v from 'valibot';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { parseManifest } from '#lib/engine/backbones/handful-format.ts';
import { embeddingNodes } from '#lib/engine/backbones/mobilenet.ts';
import { looseArchive } from '#lib/exchange/loose-files.ts';
import { readLayersBackbone } from '#lib/exchange/layers-trunk.ts';
import { listedWeights, withOneWeightsFile, type ModelFiles } from './model-files.ts';

/** Ready to be written: a folder's files and its row of the catalogue. */
export interface Installable {
  readonly folder: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly row: Readonly<Record<string, unknown>>;
  /** Lines for people. */
  readonly facts: readonly string[];
}

export interface Naming {
  readonly title: string | null;
  readonly licence: string;
}

/** Parameters without classifier → the width that is called by that number. */
const widthsOfV2 = [
  { alpha: 0.35, parameters: 400_000 },
  { alpha: 0.5, parameters: 700_000 },
  { alpha: 0.75, parameters: 1_360_000 },
  { alpha: 1, parameters: 2_220_000 },
  { alpha: 1.3, parameters: 3_630_000 },
  { alpha: 1.4, parameters: 4_330_000 },
] as const;

const graphSchema = v.object({
  modelTopology: v.looseObject({ node: v.array(v.looseObject({ name: v.string() })) }),
});

/** Fails with `backbone-corrupt` when it is none of them. */
export async function whatItIs(files: ModelFiles, naming: Naming): Promise<Result<Installable>> {
  const own = parseManifest(files.text);
  if (own.ok) return ownFormat(files, naming);
  const graph = v.safeParse(graphSchema, files.json);
  if (graph.success) {
    const nodes = new Set(graph.output.modelTopology.node.map(({ name }) => name));
    for (const version of [1, 2] as const) {
      if (nodes.has(embeddingNodes[version])) return hubModel(files, naming, version);
    }
    return damaged(files, 'it has no pooled embedding of a MobileNet V1 or V2');
  }
  return layersModel(files, naming);
}

function ownFormat(files: ModelFiles, { title, licence }: Naming): Result<Installable> {
  const manifest = parseManifest(files.text);
  if (!manifest.ok) return damaged(files, manifest.reason);
  const { name, version, weights, parameters, input, embedding } = manifest.value;
  if (weights.sha256 !== files.sha256)
    return damaged(files, 'its weights do not match its own checksum');
  const folder = folderNameOf(name);
  return succeed({
    folder,
    files: { 'model.json': files.text, [weights.file]: files.weights },
    row: { kind: 'handful', folder, name: title ?? name, licence, note: `From ${files.from}.` },
    facts: [
      `${name} ${version}, ${parameters} parameters, ${input.sizePx} px, ${embedding} numbers`,
    ],
  });
}

function hubModel(
  files: ModelFiles,
  { title, licence }: Naming,
  version: 1 | 2,
): Result<Installable> {
  const weights = listedWeights(files.json);
  const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);
  const bytes = 4 * weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const plain = weights.every(({ quantization }) => quantization === undefined);
  if (plain && bytes !== files.weights.length) {
    return damaged(files, `its weights are ${files.weights.length} bytes instead of ${bytes}`);
  }
  const classifier = weights.find(({ name }) => name.endsWith('Logits/Conv2d_1c_1x1/weights'));
  const embeddingSize = classifier?.shape[2] ?? (version === 1 ? 1024 : 1280);
  const parameters = weights
    .filter(({ name }) => !name.includes('/Logits/'))
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const nearest = [...widthsOfV2].sort(
    (a, b) => Math.abs(a.parameters - parameters) - Math.abs(b.parameters - parameters),
  )[0];
  const alpha = version === 1 ? embeddingSize / 1024 : (nearest?.alpha ?? 1);
  const name = title ?? `MobileNet V${version} ${alpha}`;
  const folder = folderNameOf(`mobilenet-v${version}-${alpha}-224-${files.sha256.slice(0, 8)}`);
  return succeed({
    folder,
    files: {
      'model.json': withOneWeightsFile(files.json, 'weights.bin'),
      'weights.bin': files.weights,
    },
    row: {
      kind: 'mobilenet',
      id: `${folder}@1`,
      name,
      modelUrl: `${folder}/model.json`,
      version,
      alpha,
      inputRange: [0, 1],
      sizePx: 224,
      embeddingSize,
      parameters,
      bytes: files.weights.length,
      licence,
      note: `From ${files.from}: learned from ImageNet.`,
      sha256: files.sha256,
    },
    facts: [
      `MobileNet V${version}, width ${alpha}, ${parameters} parameters, 224 px, ${embeddingSize} numbers`,
    ],
  });
}

async function layersModel(
  files: ModelFiles,
  { title, licence }: Naming,
): Promise<Result<Installable>> {
  const archive = looseArchive(
    [
      { path: 'model.json', blob: new Blob([withOneWeightsFile(files.json, 'weights.bin')]) },
      { path: 'weights.bin', blob: new Blob([files.weights]) },
    ],
    files.from,
  );
  const read = await readLayersBackbone(archive);
  if (!read.ok) return read;
  const { manifest, weights } = read.value;
  const parsed = parseManifest(manifest);
  if (!parsed.ok) return damaged(files, parsed.reason);
  const { name, input, embedding, parameters, weights: stored } = parsed.value;
  return succeed({
    folder: folderNameOf(name),
    files: { 'model.json': manifest, [stored.file]: weights },
    row: {
      kind: 'handful',
      folder: folderNameOf(name),
      name: title ?? name,
      licence,
      note: `From ${files.from}, read from a layers model.`,
    },
    facts: [`${parameters} parameters, ${input.sizePx} px, ${embedding} numbers`],
  });
}

const folderNameOf = (name: string): string => name.replace(/[^\w.-]+/g, '-').replace(/^\.+/, '');

function damaged({ from }: ModelFiles, detail: string): Result<never> {
  return fail({ code: 'backbone-corrupt', name: from, detail });
}
