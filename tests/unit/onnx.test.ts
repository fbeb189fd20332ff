// ONNX files: what ONNX Runtime computes from the bytes is what the engine says, for every head, and for pictures whose
// sides make TensorFlow's SAME padding lopsided.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEngine, type NodeEngine } from '../../src/cli/node-engine.ts';
import { defaultHeadSettings, type HeadSpec } from '#lib/core/head-spec.ts';
import type { OnnxGraph } from '#lib/core/onnx-graph.ts';
import { Engine } from '#lib/engine/engine.ts';
import { largestDifference } from '#lib/exchange/golden.ts';
import type { ModelSample } from '#lib/exchange/model-samples.ts';
import { onnxBytes, readOnnx } from '#lib/exchange/onnx-file.ts';
import { onnxModel } from '#lib/exchange/onnx-model.ts';
import { pngOf } from '#lib/exchange/png.ts';
import { parseWhitening } from '#lib/learning/whitening.ts';
import {
  calm,
  fakeFrame,
  fetchFrom,
  smallBackbone,
  startOptions,
  surroundings,
  valueOf,
} from '../engine/node-engine.ts';
import { hubNetwork } from '../bench/marks/hub-network.ts';
import { askOnnx, onnxSession } from './onnx-runtime.ts';

const classes = ['up', 'Ärger', 'nothing'].map((name) => ({ id: name, name }));
const { ridge, dense, knn } = defaultHeadSettings;

/** A site with one small backbone whose input has another side. */
function siteWith(sidePx: number) {
  const files = smallBackbone('small', 3);
  const manifest = JSON.parse(files['small/model.json'] as string) as { input: object };
  manifest.input = { ...manifest.input, sizePx: sidePx };
  return fetchFrom({
    ...files,
    'small/model.json': JSON.stringify(manifest),
    'catalogue.json': JSON.stringify({
      version: 1,
      backbones: [{ kind: 'handful', folder: 'small' }],
    }),
  });
}

/** Teaches twelve pictures of noise. `store` makes a kept picture of each. */
async function teach(engine: Engine, spec: HeadSpec, jpegs: readonly Uint8Array[]) {
  const samples: ModelSample[] = [];
  for (const [i, jpeg] of jpegs.entries()) {
    const { embedding } = valueOf(await engine.embedJpeg({ jpeg }, calm));
    samples.push({ id: `${i}`, classId: classes[i % 3]?.id ?? '', embedding });
  }
  valueOf(await engine.putSamples({ samples }, calm));
  valueOf(await engine.fit({ spec, classes }, calm));
  const head = valueOf(await engine.wholeHead(null, calm));
  if (!head) throw new Error('no head');
  return { head, samples };
}

async function graphOf(engine: Engine, taught: Awaited<ReturnType<typeof teach>>) {
  const folded = valueOf(await engine.foldedBackbone(null, calm));
  const asset = valueOf(await engine.whiteningAsset(null, calm));
  if (!folded) throw new Error('no layers');
  const whitening = asset && valueOf(parseWhitening(asset.json, asset.bytes)).whitening;
  return onnxModel({ folded, whitening, ...taught, unknownThreshold: 0.8, name: 'Test' });
}

/** Writes the graph, lets ONNX Runtime and the engine's own trial run it, and compares both with the engine. */
async function gaps(engine: Engine, graph: OnnxGraph, jpegs: readonly Uint8Array[]) {
  const bytes = onnxBytes(graph);
  expect(valueOf(readOnnx(bytes, 'model.onnx'))).toEqual(graph);
  const session = await onnxSession(bytes);
  const tried = valueOf(await engine.tryGraph({ graph, jpegs }, calm));
  const most = { probabilities: 0, similarity: 0, embedding: 0, trial: 0 };
  for (const [i, jpeg] of jpegs.entries()) {
    const { rgba, sidePx } = valueOf(await engine.inputPixels({ jpeg }, calm));
    const theirs = await askOnnx(session, rgba, sidePx);
    const { embedding, prediction } = valueOf(await engine.classifyJpeg({ jpeg }, calm));
    const wanted = prediction?.probabilities ?? new Float32Array();
    const cosine = Float32Array.of(prediction?.largestCosine ?? 9);
    const gap = (name: string, own: Float32Array): number =>
      largestDifference(theirs[name] ?? new Float32Array(), own);
    most.probabilities = Math.max(most.probabilities, gap('probabilities', wanted));
    most.similarity = Math.max(most.similarity, gap('similarity', cosine));
    most.embedding = Math.max(most.embedding, gap('embedding', embedding));
    most.trial = Math.max(most.trial, largestDifference(tried[i] ?? new Float32Array(), wanted));
  }
  await session.release();
  return most;
}

describe('small networks', () => {
  test.each([
    ['ridge, 16 pixels', ridge, 16],
    ['ridge, 17 pixels', ridge, 17],
    ['dense, 15 pixels', { ...dense, epochs: 3 }, 15],
    ['neighbours, 16 pixels', knn, 16],
    ['neighbours, balanced, 18 pixels', { ...knn, k: 3, balanced: true }, 18],
  ] as const)('%s', async (_, spec, side) => {
    const engine = new Engine(surroundings({ fetch: siteWith(side) }));
    valueOf(await engine.start(startOptions, calm));
    const jpegs: Uint8Array[] = [];
    for (let seed = 1; seed <= 11; seed += 1) {
      jpegs.push(valueOf(await engine.capture(fakeFrame(seed, side, side), calm)).jpeg);
    }
    const graph = await graphOf(engine, await teach(engine, spec, jpegs.slice(0, 8)));
    const before = valueOf(await engine.memory(null, calm)).tensors;
    const most = await gaps(engine, graph, jpegs);
    expect(valueOf(await engine.memory(null, calm)).tensors).toBe(before);
    for (const gap of Object.values(most)) expect(gap).toBeLessThan(1e-4);
    engine.dispose();
  });
});

test('a network of the hub, which comes as a graph: its layers are written, its files are not', async () => {
  const { model, weights, row } = hubNetwork('hub');
  const catalogue = JSON.stringify({ version: 1, backbones: [row] });
  const fetch = fetchFrom({
    'catalogue.json': catalogue,
    'hub/model.json': model,
    'hub/weights.bin': weights,
  });
  const engine = new Engine(surroundings({ fetch }));
  const state = valueOf(await engine.start(startOptions, calm));
  expect(state).toMatchObject({ ownFormat: false });
  expect(state.layers).toHaveLength(27);
  const jpegs: Uint8Array[] = [];
  for (let seed = 1; seed <= 6; seed += 1) {
    jpegs.push(valueOf(await engine.capture(fakeFrame(seed, 224, 224), calm)).jpeg);
  }
  const most = await gaps(engine, await graphOf(engine, await teach(engine, ridge, jpegs)), jpegs);
  for (const gap of Object.values(most)) expect(gap).toBeLessThan(1e-3);
  engine.dispose();
});

describe('the backbone of the site, with whitening', () => {
  let started: NodeEngine;
  beforeAll(async () => {
    started = valueOf(await startEngine(null, calm.signal));
  });
  afterAll(() => started.engine.dispose());

  test.each([ridge, knn])('$kind', async (spec) => {
    const { engine, state } = started;
    const { inputSizePx: side } = state.backbone;
    valueOf(await engine.clearSamples(null, calm));
    const pictures = await Promise.all(
      Array.from({ length: 7 }, (_, i) => pngOf(fakeFrame(i + 1, side, side).image.data, side)),
    );
    const taught = await teach(engine, spec, pictures.slice(0, 6));
    const most = await gaps(engine, await graphOf(engine, taught), pictures.slice(4));
    expect(most.probabilities).toBeLessThan(1e-3);
    expect(most.trial).toBeLessThan(1e-3);
    expect(most.similarity).toBeLessThan(1e-3);
    expect(most.embedding).toBeLessThan(1e-3);
  });
});

test('bytes that are no such file are refused in words', () => {
  for (const bytes of [[], [1, 2, 3], [0x3a, 0xff, 0xff, 0x7f], [8, 7]]) {
    const read = readOnnx(Uint8Array.from(bytes), 'x.onnx');
    expect(read.ok ? '' : read.failure.code).toBe('bad-file');
  }
});
