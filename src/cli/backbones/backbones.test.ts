import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readCatalogue } from '#lib/engine/backbones/catalogue.ts';
import { loadMobileNet } from '#lib/engine/backbones/mobilenet.ts';
import { fetchFrom, modelsUrl, valueOf, type Files } from '#tests/engine/node-engine.ts';
import { main } from '../main.ts';
import { backboneProgram } from './program.ts';

let models = '';
let server: Server | null = null;

async function backbone(
  ...args: string[]
): Promise<{ status: number; out: string; error: string }> {
  let [out, error] = ['', ''];
  const terminal = {
    out: (text: string) => void (out += `${text}\n`),
    error: (text: string) => void (error += `${text}\n`),
  };
  const status = await main(args, terminal, backboneProgram(models));
  return { status, out, error };
}

/** A host on this computer; resolves to the address of its `model.json`. */
async function host(answer: RequestListener): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((done) => started.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/net/model.json`;
}

const hosting =
  (files: Readonly<Record<string, string | Uint8Array>>): RequestListener =>
  (request, response) => {
    const file = files[(request.url ?? '').replace('/net/', '')];
    response.statusCode = file === undefined ? 404 : 200;
    response.end(file ?? '');
  };

const first = new Uint8Array(8 * 4).fill(1);
const second = new Uint8Array(256 * 4).fill(2);
/** What a MobileNet V1 of the hub says of itself, as small as can be: two shards, which must be merged in this order. */
const graph = {
  modelTopology: { node: [{ name: 'module_apply_default/MobilenetV1/Logits/global_pool' }] },
  format: 'graph-model',
  weightsManifest: [
    {
      paths: ['b.bin', 'a.bin'],
      weights: [
        { name: 'module/MobilenetV1/Conv2d_0/weights', shape: [1, 1, 2, 4], dtype: 'float32' },
        {
          name: 'module/MobilenetV1/Logits/Conv2d_1c_1x1/weights',
          shape: [1, 1, 256, 1],
          dtype: 'float32',
        },
      ],
    },
  ],
};
const hubFiles = { 'model.json': JSON.stringify(graph), 'b.bin': first, 'a.bin': second };

const catalogueText = (): Promise<string> => readFile(join(models, 'catalogue.json'), 'utf8');

beforeAll(() => tf.setBackend('cpu'));
beforeEach(async () => {
  models = await mkdtemp(join(tmpdir(), 'handful-models-'));
  const own = { kind: 'handful', folder: 'own', name: 'Own' };
  await mkdir(join(models, 'own'));
  await writeFile(join(models, 'catalogue.json'), JSON.stringify({ version: 1, backbones: [own] }));
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = null;
  await rm(models, { recursive: true });
});

/** Refused: words, status 2, and the folder of models as it was. */
async function expectRefused(args: readonly string[], words: string | RegExp): Promise<void> {
  const before = [await catalogueText(), await readdir(models)];
  const { status, error } = await backbone('add', ...args);
  expect(error).toMatch(words);
  expect(status).toBe(2);
  expect([await catalogueText(), await readdir(models)]).toEqual(before);
}

describe('add', () => {
  test('merges the shards of an address in the order the model states, and the engine reads the row', async () => {
    const url = await host(hosting(hubFiles));
    const { status, out } = await backbone('add', url, '--name', 'Small', '--licence', 'MIT');
    expect(status).toBe(0);
    expect(out).toContain('Nobody had recorded a checksum');
    const { backbones } = JSON.parse(await catalogueText()) as {
      backbones: { modelUrl: string; sha256: string }[];
    };
    expect(backbones).toHaveLength(2);
    const [, row] = backbones;
    expect(row).toMatchObject({
      name: 'Small',
      licence: 'MIT',
      version: 1,
      embeddingSize: 256,
      parameters: 8,
      bytes: 1056,
    });
    const folder = (row?.modelUrl ?? '').replace('/model.json', '');
    const stored = new Uint8Array(await readFile(join(models, folder, 'weights.bin')));
    expect(stored).toEqual(new Uint8Array([...first, ...second]));

    const files: Files = { 'catalogue.json': await catalogueText() };
    for (const name of ['model.json', 'weights.bin']) {
      files[`${folder}/${name}`] = await readFile(join(models, folder, name));
    }
    const context = { fetch: fetchFrom(files), signal: new AbortController().signal };
    const entry = valueOf(await readCatalogue(modelsUrl, context)).entries.find(
      ({ kind }) => kind === 'mobilenet',
    );
    if (entry?.kind !== 'mobilenet') throw new Error('not in the catalogue');
    const loaded = valueOf(await loadMobileNet(entry, { ...context, name: 'x' }, () => undefined));
    expect(loaded.facts.sha256).toBe(row?.sha256);
  });

  test('from a folder; the same again takes its own place; then it is listed, verified and removed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'handful-hub-'));
    for (const [name, content] of Object.entries(hubFiles))
      await writeFile(join(folder, name), content);
    expect((await backbone('add', folder)).status).toBe(0);
    expect((await backbone('add', join(folder, 'model.json'))).status).toBe(0);
    await rm(folder, { recursive: true });
    const { out } = await backbone('list');
    const name = /mobilenet-v1[\w.-]+/.exec(out)?.[0] ?? '';
    expect(out.trim().split('\n')).toHaveLength(2);

    expect((await backbone('verify', name)).status).toBe(0);
    await writeFile(join(models, name, 'weights.bin'), new Uint8Array(1056));
    const verified = await backbone('verify', name);
    expect(verified.status).toBe(1);
    expect(verified.out).toContain('DIFFERS');

    expect((await backbone('remove', name)).status).toBe(0);
    expect(existsSync(join(models, name))).toBe(false);
    expect((await backbone('list')).out).not.toContain(name);
    const last = await backbone('remove', 'own');
    expect(last.status).toBe(2);
    expect(last.error).toContain('only backbone');
  });

  test('a layers model without classes becomes one of Handful’s own format', async () => {
    const input = layers.input({ shape: [8, 8, 3] });
    const conv = layers.layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', strides: 2 });
    const model = layers.model({
      inputs: input,
      outputs: conv.apply(input) as layers.SymbolicTensor,
    });
    const folder = await mkdtemp(join(tmpdir(), 'handful-layers-'));
    await model.save({
      async save(artifacts: tf.io.ModelArtifacts) {
        const { modelTopology, weightSpecs: weights, weightData } = artifacts;
        const manifest = [{ paths: ['w.bin'], weights }];
        await writeFile(
          join(folder, 'model.json'),
          JSON.stringify({ modelTopology, weightsManifest: manifest }),
        );
        await writeFile(join(folder, 'w.bin'), Buffer.from(weightData as ArrayBuffer));
        return {
          modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const },
        };
      },
    });
    model.dispose();
    const { status, out } = await backbone('add', folder, '--name', 'Trunk');
    await rm(folder, { recursive: true });
    expect(out).toContain('8 px, 4 numbers');
    expect(status).toBe(0);
    expect((await backbone('verify', 'Trunk')).status).toBe(0);
  });

  test('a checksum that differs: nothing is installed', async () => {
    const url = await host(hosting(hubFiles));
    await expectRefused(
      [url, '--sha256', 'a'.repeat(64)],
      /have the checksum [0-9a-f]{64}, not a{64}/,
    );
  });

  test('a host that fails, cuts off half-way, or answers with a page', async () => {
    await expectRefused([await host((_, response) => response.writeHead(500).end())], 'status 500');
    server?.close();
    const cut = await host((request, response) => {
      if (request.url?.endsWith('.json')) return void response.end(JSON.stringify(graph));
      response.writeHead(200, { 'content-length': '32' }).write(first.slice(0, 16));
      setTimeout(() => response.destroy());
    });
    await expectRefused([cut], 'b.bin');
    server?.close();
    await expectRefused([await host((_, response) => response.end('<html>'))], 'not JSON');
  });

  test('a model that is none, and names that lead outside', async () => {
    const other = { ...graph, modelTopology: { node: [{ name: 'pose' }] } };
    await expectRefused(
      [await host(hosting({ ...hubFiles, 'model.json': JSON.stringify(other) }))],
      'no pooled embedding',
    );
    server?.close();
    const outside = { ...graph, weightsManifest: [{ paths: ['../a.bin'], weights: [] }] };
    await expectRefused(
      [await host(hosting({ ...hubFiles, 'model.json': JSON.stringify(outside) }))],
      'names no weights',
    );
    server?.close();
    await expectRefused(
      [await host(hosting({ ...hubFiles, 'a.bin': first }))],
      '64 bytes instead of 1056',
    );
    await expectRefused(['no-such-name'], 'no known name');
    await expectRefused(['a', 'b'], 'name one backbone');
    await expectRefused(['a', '--sha256', 'short'], '64 hexadecimal');
  });
});

const hub = resolve(
  import.meta.dirname,
  '../../../../shared/data/weights/mobilenet-v1-0.25-224-hub',
);

test.runIf(existsSync(hub))(
  'the hub’s own MobileNet V1 0.25 (skipped: no ../shared/data)',
  async () => {
    const { status, out } = await backbone('add', hub);
    expect(status).toBe(0);
    expect(out).toContain('MobileNet V1, width 0.25');
    expect(out).toContain('224 px, 256 numbers');
  },
);
