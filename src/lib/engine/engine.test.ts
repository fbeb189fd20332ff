import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultHeadSettings, type HeadSpec } from '#lib/core/head-spec.ts';
import {
  calm,
  driversWith,
  fakeFrame,
  FragileDriver,
  startOptions,
  surroundings,
  valueOf,
} from '#tests/engine/node-engine.ts';
import { Engine } from './engine.ts';
import type { EngineState, EpochLog } from './protocol.ts';

const classes = [
  { id: 'up', name: 'Thumbs up' },
  { id: 'down', name: 'Thumbs down' },
];
const { ridge, knn, dense } = defaultHeadSettings;
const quickDense = { ...dense, epochs: 40, batchSize: 4, learningRate: 0.01 };
const specs: HeadSpec[] = [ridge, knn, quickDense];

async function started(changes: Parameters<typeof surroundings>[0] = {}): Promise<Engine> {
  const engine = new Engine(surroundings(changes));
  valueOf(await engine.start(startOptions, calm));
  return engine;
}

/** Puts `count` samples of seeds 1 (up) and 2 (down) in turn. */
async function taught(engine: Engine, count = 6): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const seed = 1 + (i % 2);
    const { embedding } = valueOf(await engine.capture({ frame: fakeFrame(seed).frame }, calm));
    const classId = seed === 1 ? 'up' : 'down';
    valueOf(await engine.putSamples({ samples: [{ id: `s${i}`, classId, embedding }] }, calm));
  }
}

describe('on a small backbone', () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await started();
  });
  afterAll(() => engine.dispose());

  test('capture keeps a picture whose embedding is that of the kept bytes', async () => {
    const { image, frame } = fakeFrame(5);
    const { jpeg, sizePx, embedding } = valueOf(await engine.capture({ frame }, calm));
    expect(sizePx).toBe(256);
    expect(embedding).toHaveLength(24);
    expect(image.closed).toBe(1);
    const again = valueOf(await engine.embedJpeg({ jpeg }, calm));
    expect(again.embedding).toEqual(embedding);
  });

  test('a prediction brings the embedding along only when asked', async () => {
    await taught(engine);
    valueOf(await engine.fit({ spec: ridge, classes }, calm));
    const { frame } = fakeFrame(5);
    expect(valueOf(await engine.classify({ frame }, calm))?.embedding).toBeUndefined();
    const request = { frame: fakeFrame(5).frame, withEmbedding: true };
    const seen = valueOf(await engine.classify(request, calm));
    expect(seen?.embedding).toHaveLength(24);
    const explained = valueOf(await engine.explain({ ...request, layer: null }, calm));
    expect(explained?.prediction?.embedding).toEqual(seen?.embedding);
    valueOf(await engine.clearSamples(null, calm));
  });

  test('without a head a frame is closed and answered with null', async () => {
    valueOf(await engine.setHead({ head: null }, calm));
    const { image, frame } = fakeFrame(5);
    expect(valueOf(await engine.classify({ frame }, calm))).toBeNull();
    expect(image.closed).toBe(1);
  });

  test('what is no picture is a failure with words', async () => {
    const answered = await engine.embedJpeg({ jpeg: new Uint8Array([1, 2, 3]) }, calm);
    expect(answered).toMatchObject({ ok: false, failure: { code: 'bad-picture' } });
  });

  test('a kept picture is inspected, with and without the features of its border', async () => {
    const { jpeg } = valueOf(await engine.capture({ frame: fakeFrame(5).frame }, calm));
    const { facts, border } = valueOf(await engine.inspectJpeg({ jpeg, border: true }, calm));
    expect(facts.brightness).toBeGreaterThan(0);
    expect(border!.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1);
    const plain = valueOf(await engine.inspectJpeg({ jpeg, border: false }, calm));
    expect(plain).toEqual({ facts, border: null });
    const bad = await engine.inspectJpeg({ jpeg: new Uint8Array([1]), border: true }, calm);
    expect(bad).toMatchObject({ ok: false, failure: { code: 'bad-picture' } });
  });

  test('an aborted verb rejects and closes its image', async () => {
    const { image, frame } = fakeFrame(5);
    const context = { ...calm, signal: AbortSignal.abort() };
    await expect(engine.capture({ frame }, context)).rejects.toMatchObject({ name: 'AbortError' });
    expect(image.closed).toBe(1);
  });

  test('fewer than two classes with samples cannot be learned', async () => {
    valueOf(await engine.clearSamples(null, calm));
    const { embedding } = valueOf(await engine.capture({ frame: fakeFrame(1).frame }, calm));
    valueOf(await engine.putSamples({ samples: [{ id: 'a', classId: 'up', embedding }] }, calm));
    for (const spec of specs) {
      const fitted = await engine.fit({ spec, classes }, calm);
      expect(fitted).toMatchObject({ ok: false, failure: { code: 'too-few-classes' } });
    }
  });

  test('an embedding of another length is refused', async () => {
    const samples = [{ id: 'x', classId: 'up', embedding: new Float32Array(7) }];
    const put = await engine.putSamples({ samples }, calm);
    expect(put).toMatchObject({ ok: false, failure: { code: 'head-mismatch' } });
  });

  test.each(specs)(
    '$kind: fits, predicts at once, and is the same when set again',
    async (spec) => {
      valueOf(await engine.clearSamples(null, calm));
      await taught(engine);
      const report = valueOf(await engine.fit({ spec, classes }, calm));
      expect(report).toMatchObject({ sampleCount: 6, stopped: false, trainingAccuracy: 1 });
      expect(report.history).toHaveLength(spec.kind === 'dense' ? spec.epochs : 0);
      const seen = valueOf(await engine.classify({ frame: fakeFrame(1).frame }, calm));
      expect(seen?.classIds).toEqual(['up', 'down']);
      expect(seen?.probabilities[0]).toBeGreaterThan(0.5);
      expect(seen?.largestCosine).toBeGreaterThan(0.99);

      valueOf(await engine.setHead({ head: null }, calm));
      valueOf(await engine.setHead({ head: structuredClone(report.head) }, calm));
      const again = valueOf(await engine.classify({ frame: fakeFrame(1).frame }, calm));
      expect(again?.probabilities).toEqual(seen?.probabilities);

      // A head that came without samples cannot say how near a frame is.
      valueOf(await engine.clearSamples(null, calm));
      const alone = valueOf(await engine.classify({ frame: fakeFrame(1).frame }, calm));
      expect(alone?.largestCosine).toBeNull();
    },
  );

  test('nearest neighbours leave their samples with the engine until the whole head is asked for', async () => {
    valueOf(await engine.clearSamples(null, calm));
    await taught(engine);
    const spec = { kind: 'knn', k: 3, balanced: true } as const;
    const report = valueOf(await engine.fit({ spec, classes }, calm));
    expect(report.head).toMatchObject({ kind: 'knn', embeddings: null, sampleCount: 6 });
    const seen = valueOf(await engine.classify({ frame: fakeFrame(1).frame }, calm));
    const whole = valueOf(await engine.wholeHead(null, calm));
    expect(whole).toMatchObject({ kind: 'knn', sampleCount: 6 });
    // Complete: it needs no samples.
    valueOf(await engine.clearSamples(null, calm));
    valueOf(await engine.setHead({ head: whole }, calm));
    const again = valueOf(await engine.classify({ frame: fakeFrame(1).frame }, calm));
    expect(again?.probabilities).toEqual(seen?.probabilities);

    valueOf(await engine.setHead({ head: report.head }, calm));
    expect(await engine.wholeHead(null, calm)).toMatchObject({
      failure: { code: 'too-few-classes' },
    });
    valueOf(await engine.setHead({ head: null }, calm));
    expect(valueOf(await engine.wholeHead(null, calm))).toBeNull();
  });

  test('a head of other weights is refused and the old one stays', async () => {
    await taught(engine);
    const { head } = valueOf(await engine.fit({ spec: ridge, classes }, calm));
    const set = await engine.setHead({ head: { ...head, backboneSha256: 'other' } }, calm);
    expect(set).toMatchObject({ ok: false, failure: { code: 'head-mismatch' } });
    expect(valueOf(await engine.classify({ frame: fakeFrame(1).frame }, calm))).not.toBeNull();
  });

  test('frames are classified while a dense head trains, and it can be stopped', async () => {
    await taught(engine, 20);
    valueOf(await engine.fit({ spec: ridge, classes }, calm));
    const stop = new AbortController();
    const order: string[] = [];
    const spec = { ...dense, epochs: 500, batchSize: 1 };
    const onProgress = (): void => void order.push('epoch');
    const fitting = engine.fit({ spec, classes }, { signal: stop.signal, onProgress });
    for (let i = 0; i < 3; i += 1) {
      expect(valueOf(await engine.classify({ frame: fakeFrame(1).frame }, calm))).not.toBeNull();
      order.push('frame');
    }
    stop.abort();
    const report = valueOf(await fitting);
    expect(order.filter((kind) => kind === 'frame')).toHaveLength(3);
    expect(report.stopped).toBe(true);
    expect(report.history.length).toBeLessThan(500);
    expect(report.head.kind).toBe('dense');
  });

  test('no verb leaves tensors behind', async () => {
    await taught(engine, 8);
    const { jpeg, embedding } = valueOf(await engine.capture({ frame: fakeFrame(1).frame }, calm));
    const { head } = valueOf(await engine.fit({ spec: quickDense, classes }, calm));
    const verbs: Record<string, () => Promise<unknown>> = {
      capture: () => engine.capture({ frame: fakeFrame(3).frame }, calm),
      embedJpeg: () => engine.embedJpeg({ jpeg }, calm),
      inspectJpeg: () => engine.inspectJpeg({ jpeg, border: true }, calm),
      badJpeg: () => engine.embedJpeg({ jpeg: new Uint8Array(9) }, calm),
      classify: () => engine.classify({ frame: fakeFrame(3).frame }, calm),
      classifyJpeg: () => engine.classifyJpeg({ jpeg }, calm),
      putSamples: () =>
        engine.putSamples({ samples: [{ id: 'n', classId: 'up', embedding }] }, calm),
      removeSamples: () => engine.removeSamples({ ids: ['n'] }, calm),
      fitRidge: () => engine.fit({ spec: ridge, classes }, calm),
      fitKnn: () => engine.fit({ spec: knn, classes }, calm),
      fitDense: () => engine.fit({ spec: quickDense, classes }, calm),
      fitSoftmax: () => engine.fit({ spec: { ...quickDense, hiddenUnits: 0 }, classes }, calm),
      fitDropout: () => engine.fit({ spec: { ...quickDense, dropout: 0.5 }, classes }, calm),
      stoppedFit: () =>
        engine.fit({ spec: quickDense, classes }, { ...calm, signal: AbortSignal.abort() }),
      setHead: () => engine.setHead({ head }, calm),
      unknownLimit: () => engine.unknownLimit({ classes, taken: [] }, calm),
      whiteningAsset: () => engine.whiteningAsset(null, calm),
      useBackend: () => engine.useBackend({ backend: 'auto' }, calm),
      useBackendFailing: () => engine.useBackend({ backend: 'webgpu' }, calm),
      start: () => engine.start(startOptions, calm),
      clearSamples: () => engine.clearSamples(null, calm),
      memory: () => engine.memory(null, calm),
    };
    for (const [name, verb] of Object.entries(verbs)) {
      const before = tf.memory().numTensors;
      await verb();
      expect(`${name} ${tf.memory().numTensors}`).toBe(`${name} ${before}`);
    }
  });

  test('1 000 frames leave the tensor count where it was', async () => {
    await taught(engine);
    valueOf(await engine.fit({ spec: ridge, classes }, calm));
    const before = valueOf(await engine.memory(null, calm));
    for (let i = 0; i < 1000; i += 1) await engine.classify({ frame: fakeFrame(i).frame }, calm);
    expect(valueOf(await engine.memory(null, calm))).toEqual(before);
  });
});

describe('backbones and backends', () => {
  test('another backbone drops samples and head, frees the old one, and comes back', async () => {
    const tensors = tf.memory().numTensors;
    const engine = await started();
    await taught(engine);
    valueOf(await engine.fit({ spec: ridge, classes }, calm));
    const state = valueOf(await engine.useBackbone({ backboneId: 'other@1.0.0' }, calm));
    expect(state.backbone).toMatchObject({ id: 'other@1.0.0', embeddingSize: 40 });
    expect(valueOf(await engine.memory(null, calm)).samples).toBe(0);
    expect(valueOf(await engine.classify({ frame: fakeFrame(1).frame }, calm))).toBeNull();
    const { embedding } = valueOf(await engine.capture({ frame: fakeFrame(1).frame }, calm));
    expect(embedding).toHaveLength(40);
    engine.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  test('an unknown backbone is refused and the old one stays', async () => {
    const engine = await started();
    const used = await engine.useBackbone({ backboneId: 'nowhere@1' }, calm);
    expect(used).toMatchObject({ ok: false, failure: { code: 'backbone-unavailable' } });
    valueOf(await engine.capture({ frame: fakeFrame(1).frame }, calm));
    engine.dispose();
  });

  test('a backend that is not there is refused by name, and passed over at the start', async () => {
    const engine = await started();
    const used = await engine.useBackend({ backend: 'webgpu' }, calm);
    expect(used).toMatchObject({ ok: false, failure: { code: 'backend-unavailable' } });
    valueOf(await engine.capture({ frame: fakeFrame(1).frame }, calm));
    const state = valueOf(await engine.start({ ...startOptions, backend: 'webgpu' }, calm));
    expect(state.backend).toBe('wasm');
    expect(state.trials).toContainEqual({ backend: 'webgpu', medianMs: null, reason: 'absent' });
    engine.dispose();
  });

  test('a browser that can do nothing is told so', async () => {
    const absent = { ...driversWith().webgpu, name: 'wasm' } as const;
    const engine = new Engine(surroundings({ drivers: { ...driversWith(), wasm: absent } }));
    const answered = await engine.start(startOptions, calm);
    expect(answered).toMatchObject({ ok: false, failure: { code: 'engine-unsupported' } });
  });

  test('a lost graphics context is replaced by itself, then by wasm, with samples and head kept', async () => {
    const tensors = tf.memory().numTensors;
    const webgl = new FragileDriver();
    const told: { state: EngineState; reason: string }[] = [];
    const engine = await started({
      drivers: driversWith(webgl),
      onStateChange: (state, reason) => told.push({ state, reason }),
    });
    valueOf(await engine.useBackend({ backend: 'webgl' }, calm));
    await taught(engine);
    valueOf(await engine.fit({ spec: ridge, classes }, calm));
    const before = valueOf(await engine.classify({ frame: fakeFrame(1).frame }, calm));
    for (const backend of ['webgl', 'wasm']) {
      webgl.lose();
      const after = valueOf(await engine.classify({ frame: fakeFrame(1).frame }, calm));
      expect(after?.probabilities[0]).toBeCloseTo(before?.probabilities[0] ?? 0, 4);
      expect(told.at(-1)?.state.backend).toBe(backend);
    }
    expect(told).toHaveLength(2);
    expect(valueOf(await engine.memory(null, calm)).samples).toBe(6);
    engine.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  test('a training that loses its graphics context is done again', async () => {
    const webgl = new FragileDriver();
    const engine = await started({ drivers: driversWith(webgl) });
    valueOf(await engine.useBackend({ backend: 'webgl' }, calm));
    await taught(engine);
    const logs: EpochLog[] = [];
    const report = valueOf(
      await engine.fit(
        { spec: quickDense, classes },
        {
          ...calm,
          onProgress: (progress) => {
            if (progress.kind === 'epoch') logs.push(progress.log);
            if (logs.length === 3) webgl.lose();
          },
        },
      ),
    );
    expect(report.history.map(({ epoch }) => epoch)).toEqual(
      Array.from({ length: quickDense.epochs }, (_, i) => i + 1),
    );
    expect(logs.length).toBeGreaterThan(quickDense.epochs);
    engine.dispose();
  });
});
