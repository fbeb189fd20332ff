import * as tf from '@tensorflow/tfjs-core';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '#lib/core/failure.ts';
import { seededRandom } from '#lib/core/random.ts';
import {
  fetchFrom,
  modelsUrl,
  smallSite,
  valueOf,
  wasmDriver,
  type Files,
} from '#tests/engine/node-engine.ts';
import type { BackboneSource } from './backbone.ts';
import { readCatalogue } from './catalogue.ts';
import { parseManifest } from './handful-format.ts';
import { loadHandful } from './handful.ts';
import { TensorBackbone } from './tensor-backbone.ts';

const folder = 'handful-mobilenet-v2-0.50-160';
const models = resolve(import.meta.dirname, '../../../../static/models');

/** The embedded backbone's files and the catalogue as they are shipped. */
function shippedSite(): Files {
  const files: Files = { 'catalogue.json': readFileSync(join(models, 'catalogue.json'), 'utf8') };
  for (const name of readdirSync(join(models, folder))) {
    files[`${folder}/${name}`] = readFileSync(join(models, folder, name));
  }
  return files;
}

async function load(files: Files, heard: number[] = []): Promise<Result<BackboneSource>> {
  const { signal } = new AbortController();
  const context = { fetch: fetchFrom(files), signal };
  const [entry] = valueOf(await readCatalogue(modelsUrl, context)).entries;
  if (entry?.kind !== 'handful') throw new Error('no entry');
  const named = { ...context, name: entry.facts.name };
  return loadHandful(entry, named, (doneBytes) => heard.push(doneBytes));
}

/** The golden picture of `model.json`, already in [−1, 1]. */
function goldenInput(): Float32Array {
  const input = new Float32Array(160 * 160 * 3);
  for (let y = 0; y < 160; y += 1) {
    for (let x = 0; x < 160; x += 1) {
      const odd = (Math.floor(x / 20) + Math.floor(y / 20)) % 2;
      const rgb = [Math.floor((255 * x) / 159), Math.floor((255 * y) / 159), odd * 255];
      input.set(
        rgb.map((value) => (value / 255) * 2 - 1),
        3 * (y * 160 + x),
      );
    }
  }
  return input;
}

function expectClose(ours: Float32Array | undefined, theirs: Float32Array): void {
  expect(ours).toHaveLength(theirs.length);
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (const [i, value] of theirs.entries()) {
    expect(Math.abs(value - (ours?.[i] ?? NaN))).toBeLessThanOrEqual(1e-5 * largest);
  }
}

beforeAll(async () => {
  await tf.setBackend(wasmDriver.registered);
});

describe('the embedded backbone', () => {
  test('computes the golden picture’s embedding', async () => {
    const source = valueOf(await load(shippedSite()));
    const manifest = JSON.parse(readFileSync(join(models, folder, 'model.json'), 'utf8')) as {
      golden: { embeddingFirst8: number[]; embeddingL2: number; embeddingSum: number };
    };
    const { embeddingFirst8, embeddingL2, embeddingSum } = manifest.golden;
    const backbone = await source.build();
    const embedding = await backbone.embed(goldenInput());
    expect(embedding).toHaveLength(1280);
    const norm = Math.hypot(...embedding);
    const sum = embedding.reduce((total, value) => total + value, 0);
    const difference = Math.hypot(
      ...embeddingFirst8.map((value, i) => value - (embedding[i] ?? 0)),
    );
    expect(difference / Math.hypot(...embeddingFirst8)).toBeLessThan(1e-3);
    expect(Math.abs(norm / embeddingL2 - 1)).toBeLessThan(1e-3);
    expect(Math.abs(sum / embeddingSum - 1)).toBeLessThan(1e-3);
    backbone.dispose();
  });

  test('comes with facts and the whitening of exactly these weights', async () => {
    const { facts, whitening } = valueOf(await load(shippedSite()));
    expect(facts).toMatchObject({
      id: `${folder}@0.1.0`,
      embeddingSize: 1280,
      inputSizePx: 160,
      inputRange: [-1, 1],
      parameters: 678408,
      bytes: 1356816,
      hasWhitening: true,
    });
    expect(whitening?.whitening.mean).toHaveLength(1280);
    expect(whitening?.whitening.gains).toHaveLength(32);
  });
});

describe('a backbone in our format', () => {
  test('says the same by vectors and by tensors, and the tensors are freed', async () => {
    const site = smallSite();
    const source = valueOf(await load(site));
    const { facts } = source;
    const { manifest = '', weights = new Uint8Array(0) } = source.files() ?? {};
    const parsed = parseManifest(manifest);
    if (!parsed.ok) throw new Error(parsed.reason);
    const before = tf.memory().numTensors;
    const vectors = await source.build();
    expect(tf.memory().numTensors).toBe(before);
    const tensors = new TensorBackbone(facts, parsed.value, weights);
    expect(tf.memory().numTensors).toBe(before + 8);
    const random = seededRandom(6);
    const input = Float32Array.from({ length: 16 * 16 * 3 }, () => 2 * random() - 1);
    const last = tensors.layers.length - 1;
    for (const layer of [null, 0, last, last + 1]) {
      const theirs = await tensors.look(input, layer);
      const ours = await vectors.inside?.look(input, layer);
      expectClose(ours?.last, theirs.last);
      expectClose(ours?.embedding, theirs.embedding);
      if (theirs.layer) expectClose(ours?.layer ?? undefined, theirs.layer);
      else expect(ours?.layer).toBeNull();
    }
    expectClose(await vectors.embed(input), await tensors.embed(input));
    expect(tf.memory().numTensors).toBe(before + 8);
    tensors.dispose();
    vectors.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('tells how many bytes have arrived', async () => {
    const heard: number[] = [];
    const { facts } = valueOf(await load(smallSite(), heard));
    expect(heard.at(-1)).toBe(facts.bytes);
  });

  test.each<[string, (files: Files) => void, string]>([
    [
      'a changed byte',
      (files) => {
        const bytes = new Uint8Array(files['small/weights.bin'] as Uint8Array);
        bytes[7] = (bytes[7] ?? 0) ^ 1;
        files['small/weights.bin'] = bytes;
      },
      'backbone-corrupt',
    ],
    [
      'a cut file',
      (files) => {
        files['small/weights.bin'] = (files['small/weights.bin'] as Uint8Array).slice(0, 100);
      },
      'backbone-corrupt',
    ],
    ['missing weights', (files) => delete files['small/weights.bin'], 'backbone-unavailable'],
  ])('is refused with %s', async (_, damage, code) => {
    const files = smallSite();
    damage(files);
    expect(await load(files)).toMatchObject({ ok: false, failure: { code } });
  });

  test('a whitening of other weights is refused', async () => {
    const files = shippedSite();
    const json = JSON.parse(String(files[`${folder}/whitening.json`])) as object;
    const other = { ...json, backboneSha256: '0'.repeat(64) };
    files[`${folder}/whitening.json`] = JSON.stringify(other);
    expect(await load(files)).toMatchObject({ ok: false, failure: { code: 'backbone-corrupt' } });
  });

  test('loading can be aborted', async () => {
    const stop = new AbortController();
    const context = { fetch: fetchFrom(smallSite()), signal: stop.signal };
    const [entry] = valueOf(await readCatalogue(modelsUrl, context)).entries;
    if (entry?.kind !== 'handful') throw new Error('no entry');
    const loading = loadHandful(entry, { ...context, name: 'x' }, () => stop.abort());
    await expect(loading).rejects.toMatchObject({ name: 'AbortError' });
  });
});
