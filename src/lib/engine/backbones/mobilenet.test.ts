import { load } from '@tensorflow-models/mobilenet';
import * as tf from '@tensorflow/tfjs-core';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '#lib/core/failure.ts';
import { seededRandom } from '#lib/core/random.ts';
import {
  fetchFrom,
  modelsUrl,
  valueOf,
  wasmDriver,
  type Files,
} from '#tests/engine/node-engine.ts';
import type { BackboneSource } from './backbone.ts';
import { readCatalogue } from './catalogue.ts';
import { loadMobileNet } from './mobilenet.ts';

const weights = resolve(import.meta.dirname, '../../../../../shared/data/weights');
const hubs = [
  { folder: 'mobilenet-v1-0.25-224-hub', version: 1, alpha: 0.25, embeddingSize: 256 },
  { folder: 'mobilenet-v2-1.0-224-hub', version: 2, alpha: 1, embeddingSize: 1280 },
] as const;
type Hub = (typeof hubs)[number];

function rowOf({ folder, version, alpha, embeddingSize }: Hub): Record<string, unknown> {
  return {
    kind: 'mobilenet',
    id: `${folder}@1`,
    name: folder,
    modelUrl: `${folder}/model.json`,
    version,
    alpha,
    inputRange: [0, 1],
    sizePx: 224,
    embeddingSize,
    parameters: 1,
    licence: 'Apache-2.0',
    note: '',
  };
}

async function loadHub(
  { folder }: Pick<Hub, 'folder'>,
  row: Record<string, unknown>,
  change: Files = {},
): Promise<Result<BackboneSource>> {
  const files: Files = { 'catalogue.json': JSON.stringify({ version: 1, backbones: [row] }) };
  if (existsSync(join(weights, folder))) {
    for (const name of readdirSync(join(weights, folder))) {
      files[`${folder}/${name}`] = readFileSync(join(weights, folder, name));
    }
  }
  const { signal } = new AbortController();
  const context = { fetch: fetchFrom({ ...files, ...change }), signal };
  const [entry] = valueOf(await readCatalogue(modelsUrl, context)).entries;
  if (entry?.kind !== 'mobilenet') throw new Error('no entry');
  return loadMobileNet(entry, { ...context, name: folder }, () => undefined);
}

async function embedOnce(source: BackboneSource, pixels: Float32Array): Promise<Float32Array> {
  const backbone = await source.build();
  const [low, high] = backbone.pixelRange;
  const embedding = await backbone.embed(pixels.map((value) => low + (value / 255) * (high - low)));
  backbone.dispose();
  return embedding;
}

function difference(a: Float32Array, b: ArrayLike<number>): number {
  return Math.hypot(...a.map((value, i) => value - (b[i] ?? 0))) / Math.hypot(...a);
}

/** Soft coloured stripes, [224, 224, 3] in 0 … 255. */
function picture(): Float32Array {
  const random = seededRandom(4);
  const waves = [0, 1, 2].map(() => [random() / 9, random() / 9, 6 * random()] as const);
  return Float32Array.from({ length: 224 * 224 * 3 }, (_, i) => {
    const [a, b, c] = waves[i % 3] ?? [0, 0, 0];
    const pixel = Math.floor(i / 3);
    return Math.round(127.5 + 127 * Math.sin(a * (pixel % 224) + b * Math.floor(pixel / 224) + c));
  });
}

beforeAll(async () => {
  await tf.setBackend(wasmDriver.registered);
});

describe.each(hubs)('$folder', (hub) => {
  const here = existsSync(join(weights, hub.folder));
  const name = here ? '' : ' (skipped: no ../shared/data)';

  test.skipIf(!here)(`equals the package given the same square and range${name}`, async () => {
    const source = valueOf(await loadHub(hub, rowOf(hub)));
    const pixels = picture();
    const embedding = await embedOnce(source, pixels);
    expect(embedding).toHaveLength(hub.embeddingSize);
    expect(source.facts.sha256).toMatch(/^[0-9a-f]{64}$/);
    // As layers, by our own routines; the package is what it is compared with.
    expect(source.fold()?.layers).toHaveLength(hub.version === 1 ? 27 : 52);

    const text = readFileSync(join(weights, hub.folder, 'model.json'), 'utf8');
    const { modelTopology, weightsManifest } = JSON.parse(text) as tf.io.ModelJSON;
    const [group] = weightsManifest;
    const bytes = readFileSync(join(weights, hub.folder, group?.paths[0] ?? ''));
    const artifacts = {
      modelTopology,
      weightSpecs: group?.weights ?? [],
      weightData: new Uint8Array(bytes).buffer,
    };
    const net = await load({
      version: hub.version,
      modelUrl: { load: () => Promise.resolve(artifacts) },
      inputRange: [0, 1],
    });
    const expected = tf.tidy(() => net.infer(tf.tensor3d(pixels, [224, 224, 3]), true).dataSync());
    expect(difference(embedding, expected)).toBeLessThan(1e-5);
  });

  test.skipIf(!here)(`minds its input range, and frees what it made${name}`, async () => {
    const before = tf.memory().numTensors;
    const right = await embedOnce(valueOf(await loadHub(hub, rowOf(hub))), picture());
    const shifted = { ...rowOf(hub), inputRange: [-1, 1] };
    const wrong = await embedOnce(valueOf(await loadHub(hub, shifted)), picture());
    expect(difference(right, wrong)).toBeGreaterThan(0.05);
    expect(tf.memory().numTensors).toBe(before);
  });

  test.skipIf(!here)(`a wrong checksum is refused${name}`, async () => {
    const answered = await loadHub(hub, { ...rowOf(hub), sha256: '0'.repeat(64) });
    expect(answered).toMatchObject({ ok: false, failure: { code: 'backbone-corrupt' } });
  });
});

describe('files that are no graph model', () => {
  const [hub] = hubs;

  test.each([
    ['a page', '<!doctype html>'],
    ['another JSON', '{"layers": []}'],
    [
      'a graph without the pooled embedding',
      JSON.stringify({
        modelTopology: { node: [{ name: 'x', op: 'Placeholder' }] },
        weightsManifest: [{ paths: [], weights: [] }],
      }),
    ],
  ])('%s is refused', async (_, text) => {
    const answered = await loadHub({ folder: 'nowhere' as never }, rowOf(hub), {
      [`${hub.folder}/model.json`]: text,
    });
    expect(answered).toMatchObject({ ok: false, failure: { code: 'backbone-corrupt' } });
  });
});
