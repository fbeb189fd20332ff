// Teachable Machine models out: what TensorFlow.js' layers compute from the file is what the engine says, and Handful
// opens its own file again. (The library itself is asked in tests/e2e/exports.spec.ts.)
import { describe, expect, test } from 'vitest';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { seededRandom } from '#lib/core/random.ts';
import { Engine } from '#lib/engine/engine.ts';
import { openFiles, type OpenedFile } from '#lib/exchange/open-file.ts';
import { tmModelParts, writeTmModel, type LayersHead } from '#lib/exchange/tm-model-out.ts';
import { openArchive } from '#lib/exchange/zip.ts';
import { ridgeHead } from '#lib/learning/ridge.ts';
import type { RidgeHead, Whitening } from '#lib/learning/head.ts';
import { calm, fakeFrame, startOptions, surroundings, valueOf } from '../engine/node-engine.ts';
import { zipOf } from './layers-models.ts';

const classes = ['up', 'Ärger', 'nothing'].map((name) => ({ id: name, name }));
const side = 16;

interface Taught {
  readonly engine: Engine;
  readonly head: LayersHead;
  readonly jpegs: readonly Uint8Array[];
}

/** An engine that was taught three classes, and pictures to ask it about. */
async function taught(kind: 'ridge' | 'dense'): Promise<Taught> {
  const engine = new Engine(surroundings());
  valueOf(await engine.start(startOptions, calm));
  const jpegs: Uint8Array[] = [];
  for (let seed = 1; seed <= 12; seed += 1) {
    const { frame } = fakeFrame(seed, side, side);
    const { jpeg, embedding } = valueOf(await engine.capture({ frame }, calm));
    jpegs.push(jpeg);
    const classId = classes[seed % 3]?.id ?? '';
    valueOf(await engine.putSamples({ samples: [{ id: `${seed}`, classId, embedding }] }, calm));
  }
  const { ridge, dense } = defaultHeadSettings;
  const spec = kind === 'ridge' ? ridge : { ...dense, epochs: 3 };
  const { head } = valueOf(await engine.fit({ spec, classes }, calm));
  if (head.kind === 'knn') throw new Error('not a head of layers');
  return { engine, head, jpegs };
}

type Parts = ReturnType<typeof tmModelParts>;

async function largestGap({ engine, jpegs }: Taught, parts: Parts): Promise<number> {
  const tried = valueOf(await engine.tryLayersModel({ ...parts, inputSizePx: side, jpegs }, calm));
  let most = 0;
  for (const [i, jpeg] of jpegs.entries()) {
    const { prediction } = valueOf(await engine.classifyJpeg({ jpeg }, calm));
    prediction?.probabilities.forEach((p, c) => {
      most = Math.max(most, Math.abs(p - (tried[i]?.[c] ?? 9)));
    });
  }
  return most;
}

async function folded(engine: Engine) {
  const backbone = valueOf(await engine.foldedBackbone(null, calm));
  if (!backbone) throw new Error('no layers');
  return backbone;
}

async function written({ engine, head }: Taught): Promise<Blob> {
  const { backbone } = valueOf(await engine.useBackend({ backend: 'wasm' }, calm));
  return writeTmModel({
    head,
    backbone,
    folded: await folded(engine),
    whitening: null,
    unknownThreshold: null,
    unknownEnabled: true,
    frame: { centreX: 0.5, centreY: 0.5, size: 1 },
    gestures: null,
    golden: [],
    samples: [],
    name: 'Test',
    nowMs: 0,
  });
}

async function opened(blob: Blob): Promise<OpenedFile> {
  return valueOf(await openFiles([{ path: 'm.zip', blob }], 'm.zip'));
}

describe('the layers say what the engine says', () => {
  test.each([
    ['ridge', 1e-4],
    ['dense', 1e-6],
  ] as const)('%s, and nothing leaks', async (kind, bearable) => {
    const all = await taught(kind);
    const parts = tmModelParts(await folded(all.engine), all.head, null);
    const before = valueOf(await all.engine.memory(null, calm));
    expect(await largestGap(all, parts)).toBeLessThan(bearable);
    expect(valueOf(await all.engine.memory(null, calm)).tensors).toBe(before.tensors);
    all.engine.dispose();
  });

  test('another input range is said by a layer, not by the first kernel', async () => {
    const all = await taught('dense');
    const { model } = tmModelParts(await folded(all.engine), all.head, null);
    expect(model).toContain('"BatchNormalization"');
    const fed = { ...(await folded(all.engine)), inputRange: [-1, 255 / 127 - 1] as const };
    expect(tmModelParts(fed, all.head, null).model).not.toContain('"BatchNormalization"');
    all.engine.dispose();
  });

  test('whitened features and large or small embeddings', async () => {
    const { engine } = await taught('dense');
    const random = seededRandom(5);
    const dimension = 24;
    const list = (n: number, size = 1): Float32Array =>
      Float32Array.from({ length: n }, () => size * (2 * random() - 1));
    const whitening: Whitening = {
      mean: list(dimension, 0.5).map(Math.abs),
      vectors: list(4 * dimension, 0.3),
      gains: list(4, 0.9).map(Math.abs),
    };
    const head: RidgeHead = {
      kind: 'ridge',
      spec: defaultHeadSettings.ridge,
      features: 'sqrt-whitened',
      kernel: list(3 * dimension),
      bias: list(3, 0.1),
      backboneId: 'small@1.0.0',
      backboneSha256: 'ab'.repeat(32),
      classIds: ['0', '1', '2'],
      labels: ['0', '1', '2'],
      dimension,
      sampleCount: 3,
    };
    const backbone = await folded(engine);
    const [last] = backbone.layers.slice(-1);
    if (!last) throw new Error('no layer');
    for (const size of [1e-4, 1, 100]) {
      const weights = last.weights.map((x) => size * x);
      const bias = last.bias.map((x) => size * x);
      const scaled = { ...last, weights, bias };
      const other = { ...backbone, layers: [...backbone.layers.slice(0, -1), scaled] };
      const parts = tmModelParts(other, head, whitening);
      const jpegs = [];
      const wanted = [];
      for (let seed = 1; seed <= 5; seed += 1) {
        const { frame } = fakeFrame(seed, side, side);
        const { jpeg, embedding } = valueOf(await engine.capture({ frame }, calm));
        jpegs.push(jpeg);
        wanted.push(ridgeHead(head, whitening).predict(embedding.map((x) => size * x)));
      }
      const request = { ...parts, inputSizePx: side, jpegs };
      const tried = valueOf(await engine.tryLayersModel(request, calm));
      const gaps = wanted.flatMap((p, i) =>
        Array.from(p, (x, c) => Math.abs(x - (tried[i]?.[c] ?? 9))),
      );
      expect(Math.max(...gaps)).toBeLessThan(1e-3);
    }
    engine.dispose();
  });

  test('a model that cannot be built is a failure in words', async () => {
    const { engine, jpegs } = await taught('dense');
    const request = { model: '{', weights: new Uint8Array(), inputSizePx: side, jpegs };
    const tried = await engine.tryLayersModel(request, calm);
    expect(tried).toMatchObject({ ok: false, failure: { code: 'bad-file' } });
    engine.dispose();
  });
});

describe('the zip', () => {
  test('has the layout of genuine ones, and its own files in a folder', async () => {
    const all = await taught('ridge');
    const archive = valueOf(await openArchive(await written(all), 'm.zip'));
    const own = archive.names.filter((name) => name.startsWith('handful/'));
    expect(archive.names.filter((name) => !own.includes(name))).toEqual([
      'model.json',
      'weights.bin',
      'metadata.json',
    ]);
    expect(own).toContain('handful/golden.json');
    expect(valueOf(await archive.json('metadata.json'))).toMatchObject({
      labels: ['up', 'Ärger', 'nothing'],
      imageSize: side,
      modelName: 'Test',
      packageName: '@teachablemachine/image',
    });
    const { modelTopology, weightsManifest } = valueOf(await archive.json('model.json')) as {
      modelTopology: { class_name: string; config: { layers: { class_name: string }[] } };
      weightsManifest: { paths: string[]; weights: { name: string }[] }[];
    };
    expect(modelTopology.class_name).toBe('Sequential');
    expect(modelTopology.config.layers.map(({ class_name: name }) => name)).toEqual([
      'Sequential',
      'Sequential',
    ]);
    expect(weightsManifest.map(({ paths }) => paths)).toEqual([['weights.bin']]);
    const names = weightsManifest.flatMap(({ weights }) => weights.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
    expect(names.slice(-2)).toEqual(['pixels/moving_mean', 'pixels/moving_variance']);
    all.engine.dispose();
  });

  test('opens again as the head it was', async () => {
    const all = await taught('ridge');
    const { content } = await opened(await written(all));
    if (content.kind !== 'head') throw new Error(content.kind);
    expect(content.file.head.labels).toEqual(all.head.labels);
    expect(content.file.head.backboneSha256).toBe(all.head.backboneSha256);
    expect(content.model).not.toBeNull();
    all.engine.dispose();
  });

  test('without its own files a dense model brings its backbone and says the same', async () => {
    const all = await taught('dense');
    const archive = valueOf(await openArchive(await written(all), 'm.zip'));
    const files: Record<string, Uint8Array> = {};
    for (const name of ['model.json', 'weights.bin', 'metadata.json']) {
      files[name] = valueOf(await archive.bytes(name, 1e9));
    }
    const { content } = await opened(await zipOf(files));
    if (content.kind !== 'tm-model') throw new Error(content.kind);
    const { engine, jpegs } = all;
    const before: number[][] = [];
    for (const jpeg of jpegs) {
      const { prediction } = valueOf(await engine.classifyJpeg({ jpeg }, calm));
      before.push(Array.from(prediction?.probabilities ?? []));
    }
    const { backbone, head } = content.model;
    valueOf(await engine.installBackbone({ backbone }, calm));
    const state = valueOf(await engine.useBackbone({ backboneId: backbone.id }, calm));
    expect(state.backbone.inputRange[0]).toBeCloseTo(-1, 6);
    expect(state.backbone.inputRange[1]).toBeCloseTo(1, 6);
    valueOf(await engine.setHead({ head }, calm));
    for (const [i, jpeg] of jpegs.entries()) {
      const { prediction } = valueOf(await engine.classifyJpeg({ jpeg }, calm));
      prediction?.probabilities.forEach((p, c) => {
        expect(p).toBeCloseTo(before[i]?.[c] ?? 9, 4);
      });
    }
    engine.dispose();
  });
});
