import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawnSet } from '#lib/convnet/drawn-pictures.ts';
import { defaultNetworkSpec, defaultStack, withOutputs } from '#lib/convnet/network.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { calm, fakeFrame, startOptions, surroundings, valueOf } from '#tests/engine/node-engine.ts';
import { Engine } from './engine.ts';
import type { Progress } from './protocol.ts';

const classes = [
  { id: 'up', name: 'Thumbs up' },
  { id: 'down', name: 'Thumbs down' },
];
const { ridge, dense } = defaultHeadSettings;
const stack = withOutputs(defaultStack, 2);
const set = drawnSet(stack.input, 8, 1);
const request = {
  stack,
  spec: { ...defaultNetworkSpec, epochs: 3, batchSize: 4 },
  train: set,
  test: set.inputs,
};

let samples = 0;

/** Three samples of seeds 1 (up) and 2 (down) each. */
async function taught(engine: Engine): Promise<void> {
  for (const seed of [1, 2, 1, 2, 1, 2]) {
    const { embedding } = valueOf(await engine.capture({ frame: fakeFrame(seed).frame }, calm));
    const id = `s${(samples += 1)}`;
    const classId = seed === 1 ? 'up' : 'down';
    valueOf(await engine.putSamples({ samples: [{ id, classId, embedding }] }, calm));
  }
}

describe('networks of one’s own', () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = new Engine(surroundings());
    valueOf(await engine.start(startOptions, calm));
  });
  afterAll(() => engine.dispose());

  test('trains a network of one’s own, shows it on the way, and lets frames and looks through', async () => {
    await taught(engine);
    valueOf(await engine.fit({ spec: ridge, classes }, calm));
    const heard: string[] = [];
    const stop = new AbortController();
    const seen: Progress[] = [];
    const spec = { ...defaultNetworkSpec, epochs: 500, batchSize: 4, enoughLoss: 0 };
    const training = engine.trainNetwork(
      { ...request, spec },
      { signal: stop.signal, onProgress: (progress) => seen.push(progress) },
    );
    void training.then(() => heard.push('trained'));
    while (!seen.some(({ kind }) => kind === 'network')) {
      valueOf(await engine.classify({ frame: fakeFrame(1).frame }, calm));
      heard.push('frame');
    }
    const shown = seen.find((progress) => progress.kind === 'network');
    if (shown?.kind !== 'network') throw new Error('no network was shown');
    const { image, frame } = fakeFrame(2);
    const run = valueOf(await engine.runNetwork({ network: shown.network, picture: frame }, calm));
    heard.push('look');
    expect(image.closed).toBe(1);
    expect(run.input).toHaveLength(784);
    expect(run.activations.map(({ length }) => length)).toEqual([5760, 1440, 28, 2]);
    stop.abort();
    const report = valueOf(await training);
    expect(heard.at(-2)).toBe('look');
    expect(report).toMatchObject({ stopped: true });
    expect(report.history.length).toBeLessThan(500);
    expect(report.named).toHaveLength(16);
  });

  test('a network of one’s own needs pictures of two classes', async () => {
    const train = { ...set, classIndexes: new Uint16Array(16) };
    const answered = await engine.trainNetwork({ ...request, train }, calm);
    expect(answered).toMatchObject({ ok: false, failure: { code: 'too-few-classes' } });
  });

  test('a kept picture becomes the numbers its network sees', async () => {
    const { jpeg } = valueOf(await engine.capture({ frame: fakeFrame(5).frame }, calm));
    const grey = valueOf(await engine.readGrid({ jpeg, input: { side: 28, channels: 1 } }, calm));
    const colour = valueOf(await engine.readGrid({ jpeg, input: { side: 28, channels: 3 } }, calm));
    expect([grey.length, colour.length]).toEqual([784, 3 * 784]);
    expect(grey.every((value) => value >= 0 && value <= 1)).toBe(true);
    const [red = 0, green = 0, blue = 0] = colour;
    expect(grey[0]).toBeCloseTo(0.299 * red + 0.587 * green + 0.114 * blue, 6);
    const bad = await engine.readGrid(
      { jpeg: new Uint8Array([1, 2, 3]), input: { side: 28, channels: 1 } },
      calm,
    );
    expect(bad).toMatchObject({ ok: false, failure: { code: 'bad-picture' } });
  });

  test('a head is tried beside the one in use and its samples', async () => {
    await taught(engine);
    const report = valueOf(await engine.fit({ spec: ridge, classes }, calm));
    const before = valueOf(await engine.classify({ frame: fakeFrame(1).frame }, calm));
    const embeddings: Float32Array[] = [];
    for (const seed of [1, 2]) {
      const captured = valueOf(await engine.capture({ frame: fakeFrame(seed).frame }, calm));
      embeddings.push(captured.embedding);
    }
    const tried = valueOf(
      await engine.tryHead(
        {
          spec: ridge,
          train: { embeddings, classIndexes: Uint16Array.of(1, 0) },
          test: [...embeddings].reverse(),
        },
        calm,
      ),
    );
    expect(Array.from(tried.named)).toEqual([0, 1]);
    const after = valueOf(await engine.classify({ frame: fakeFrame(1).frame }, calm));
    expect(after?.probabilities).toEqual(before?.probabilities);
    expect(valueOf(await engine.memory(null, calm)).samples).toBe(report.sampleCount);
    const wrong = { embeddings: [new Float32Array(3)], classIndexes: Uint16Array.of(0) };
    const refused = await engine.tryHead({ spec: ridge, train: wrong, test: [] }, calm);
    expect(refused).toMatchObject({ ok: false, failure: { code: 'head-mismatch' } });
  });

  test('no verb leaves tensors behind', async () => {
    const { jpeg, embedding } = valueOf(await engine.capture({ frame: fakeFrame(1).frame }, calm));
    const { network } = valueOf(await engine.trainNetwork(request, calm));
    const train = { embeddings: [embedding, embedding], classIndexes: Uint16Array.of(0, 1) };
    const trial = { spec: { ...dense, epochs: 3 }, train, test: [embedding] };
    const picture = set.inputs.subarray(0, 784);
    const verbs: Record<string, () => Promise<unknown>> = {
      trainNetwork: () => engine.trainNetwork(request, calm),
      stoppedNetwork: () => engine.trainNetwork(request, { ...calm, signal: AbortSignal.abort() }),
      readGrid: () => engine.readGrid({ jpeg, input: stack.input }, calm),
      runNetwork: () => engine.runNetwork({ network, picture }, calm),
      runNetworkOnFrame: () => engine.runNetwork({ network, picture: fakeFrame(3).frame }, calm),
      tryHead: () => engine.tryHead(trial, calm),
    };
    for (const [name, verb] of Object.entries(verbs)) {
      const before = tf.memory().numTensors;
      await verb();
      expect(`${name} ${tf.memory().numTensors}`).toBe(`${name} ${before}`);
    }
  });
});
