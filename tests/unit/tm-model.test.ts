// Teachable Machine models in: what the engine computes from the file is what tfjs layers computes from it.
import { existsSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel, type LayersModel } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '#lib/core/random.ts';
import { Engine } from '#lib/engine/engine.ts';
import type { Frame } from '#lib/engine/protocol.ts';
import { openFiles } from '#lib/exchange/open-file.ts';
import type { TmModel } from '#lib/exchange/tm-model.ts';
import { calm, FakeImage, startOptions, surroundings, valueOf } from '../engine/node-engine.ts';
import { smallModel, zipOf, type SmallModelOptions } from './layers-models.ts';

const genuine = new URL('../../../shared/data/tm-models/desk-objects/', import.meta.url).pathname;

async function opened(files: Readonly<Record<string, string | Uint8Array>>): Promise<TmModel> {
  const read = valueOf(await openFiles([{ path: 'm.zip', blob: await zipOf(files) }], 'm.zip'));
  if (read.content.kind !== 'tm-model') throw new Error(read.content.kind);
  return read.content.model;
}

/** A square picture of noise with some shape in it. */
function picture(side: number, seed: number): FakeImage {
  const random = seededRandom(seed);
  const tint = [random(), random(), random()];
  const data = Uint8ClampedArray.from({ length: side * side * 4 }, (_, i) => {
    const x = (i >> 2) % side;
    return i % 4 === 3 ? 255 : 255 * (tint[i % 4] ?? 0) * (x > side * random() ? 1 : 0.4);
  });
  return new FakeImage(side, side, data);
}

/** What Teachable Machine's library computes: x / 127 − 1, grey as it weighs the colours. */
function expected(model: LayersModel, image: FakeImage, grey: boolean): Float32Array {
  return tf.tidy(() => {
    const rgba = tf.tensor3d(Float32Array.from(image.data), [image.height, image.width, 4]);
    const rgb = tf.slice(rgba, [0, 0, 0], [-1, -1, 3]);
    const input = grey ? tf.expandDims(tf.sum(tf.mul(rgb, [0.2989, 0.587, 0.114]), -1), -1) : rgb;
    const scaled = tf.sub(tf.div(tf.expandDims(input, 0), 127), 1);
    return (model.predict(scaled) as tf.Tensor).dataSync<'float32'>();
  });
}

async function largestGap(model: LayersModel, read: TmModel, grey = false): Promise<number> {
  const engine = new Engine(surroundings());
  valueOf(await engine.start(startOptions, calm));
  valueOf(await engine.installBackbone({ backbone: read.backbone }, calm));
  const state = valueOf(await engine.useBackbone({ backboneId: read.backbone.id }, calm));
  valueOf(await engine.setHead({ head: read.head }, calm));
  let most = 0;
  for (let seed = 1; seed <= 4; seed += 1) {
    const image = picture(state.backbone.inputSizePx, seed);
    const wanted = expected(model, image, grey);
    const crop = { centreX: 0.5, centreY: 0.5, size: 1 };
    const frame: Frame = { image: image, crop };
    const answered = valueOf(await engine.classify({ frame }, calm));
    expect(answered?.probabilities.length).toBe(wanted.length);
    answered?.probabilities.forEach((p, i) => {
      most = Math.max(most, Math.abs(p - (wanted[i] ?? 9)));
    });
  }
  engine.dispose();
  return most;
}

beforeAll(async () => {
  // The engine registers WebAssembly; tfjs layers then runs on it too.
  const engine = new Engine(surroundings());
  valueOf(await engine.start(startOptions, calm));
});

describe('a layers model built like Teachable Machine’s', () => {
  test.each<[string, SmallModelOptions]>([
    ['config as objects', {}],
    ['config as lists', { listConfig: true }],
    ['tiny: grey', { channels: 1, side: 24 }],
    ['two classes', { labels: ['a', 'b'] }],
  ])('%s: predicts what tfjs layers predicts', async (_, options) => {
    const { model, files } = await smallModel(options);
    const read = await opened(files);
    expect(read.labels.length).toBe(options.labels?.length ?? 3);
    expect(await largestGap(model, read, options.channels === 1)).toBeLessThan(1e-4);
    model.dispose();
  });

  test('the dense layers are found by shape when their names changed', async () => {
    const { model, files } = await smallModel();
    const json = String(files['model.json']);
    const names = [...json.matchAll(/"(dense_Dense\d+)\/(kernel|bias)"/g)].map((m) => m[1] ?? '');
    const renamed = names.reduce((text, name) => text.replaceAll(`"${name}/`, `"${name}_7/`), json);
    expect(renamed).not.toBe(json);
    const read = await opened({ ...files, 'model.json': renamed });
    expect(await largestGap(model, read)).toBeLessThan(1e-4);
  });

  test('files as ml5 names them, with the names of the classes inside', async () => {
    const { model, files } = await smallModel();
    const { modelTopology, weightsManifest } = JSON.parse(String(files['model.json'])) as {
      modelTopology: unknown;
      weightsManifest: { weights: unknown }[];
    };
    const json = {
      modelTopology,
      weightsManifest: weightsManifest.map((group) => ({
        ...group,
        paths: ['./hands.weights.bin'],
      })),
      ml5Specs: { mapStringToIndex: ['x', 'y', 'z'] },
    };
    for (const weights of ['hands.weights.bin', 'hands.weights (1).bin']) {
      const read = await opened({
        'hands.json': JSON.stringify(json),
        [weights]: files['weights.bin'] ?? '',
      });
      expect(read.labels).toEqual(['x', 'y', 'z']);
      expect(await largestGap(model, read)).toBeLessThan(1e-4);
    }
    model.dispose();
  });

  test('the same backbone is the same backbone', async () => {
    const { files } = await smallModel();
    const again = JSON.parse(String(files['metadata.json'])) as Record<string, unknown>;
    const other = { ...again, labels: ['x', 'y', 'z'], imageSize: undefined };
    const first = await opened(files);
    const second = await opened({ ...files, 'metadata.json': JSON.stringify(other) });
    expect(second.backbone.id).toBe(first.backbone.id);
    expect(second.labels).toEqual(['x', 'y', 'z']);
  });

  test.each<[string, (files: Record<string, string | Uint8Array>) => void, RegExp]>([
    ['no metadata', (files) => delete files['metadata.json'], /names the classes/],
    ['other labels', (files) => (files['metadata.json'] = '{"labels":["a","b"]}'), /do not fit/],
    [
      'a pose model',
      (files) =>
        (files['metadata.json'] =
          '{"labels":["a","b","c"],"packageName":"@teachablemachine/pose"}'),
      /body poses/,
    ],
    ['short weights', (files) => (files['weights.bin'] = new Uint8Array(400)), /weights/],
    [
      'a number that is none',
      (files) =>
        new DataView((files['weights.bin'] as Uint8Array).buffer).setFloat32(80, NaN, true),
      /weights/,
    ],
    [
      'a layer nobody knows',
      (files) =>
        (files['model.json'] = String(files['model.json']).replaceAll('"ReLU"', '"Lambda"')),
      /Lambda/,
    ],
  ])('%s is refused in words', async (_, damage, words) => {
    const { files } = await smallModel();
    const broken = { ...files };
    damage(broken);
    const read = await openFiles([{ path: 'm.zip', blob: await zipOf(broken) }], 'm.zip');
    expect(read.ok).toBe(false);
    const reason = !read.ok && read.failure.code === 'bad-file' ? read.failure.reason : '';
    expect(reason).toMatch(words);
  });
});

describe.skipIf(!existsSync(genuine))('a genuine export (skipped: no ../shared/data)', () => {
  test('predicts what tfjs layers predicts', async () => {
    const file = (name: string): Uint8Array => new Uint8Array(readFileSync(genuine + name));
    const names = ['model.json', 'weights.bin', 'metadata.json'];
    const files = names.map((path) => ({ path, blob: new Blob([file(path).slice()]) }));
    const read = valueOf(await openFiles(files, 'desk-objects'));
    if (read.content.kind !== 'tm-model') throw new Error(read.content.kind);
    const json = JSON.parse(new TextDecoder().decode(file('model.json'))) as {
      modelTopology: object;
      weightsManifest: { weights: tf.io.WeightsManifestEntry[] }[];
    };
    const model = await loadLayersModel(
      tf.io.fromMemory({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights),
        weightData: file('weights.bin').buffer as ArrayBuffer,
      }),
    );
    expect(await largestGap(model, read.content.model)).toBeLessThan(1e-4);
  });
});
