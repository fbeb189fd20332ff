import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TakenSample } from '#lib/core/evaluation.ts';
import { defaultHeadSettings, type HeadSpec } from '#lib/core/head-spec.ts';
import { classesOf, randomSamples, storeOf, type TestSample } from '#lib/learning/testing.ts';
import { calm, fakeFrame, startOptions, surroundings, valueOf } from '#tests/engine/node-engine.ts';
import { Engine } from './engine.ts';
import { evaluate, takesLimit } from './evaluate.ts';

const classes = [
  { id: 'up', name: 'Thumbs up' },
  { id: 'down', name: 'Thumbs down' },
];
const { ridge, knn, dense } = defaultHeadSettings;
const quickDense = { ...dense, epochs: 20, batchSize: 4, learningRate: 0.01 };
const specs: HeadSpec[] = [ridge, knn, quickDense];
/** Three takes of two samples in each class. */
const taken = Array.from({ length: 12 }, (_, n) => ({
  id: `s${n}`,
  takeId: `${n % 2}-${Math.floor(n / 4)}`,
}));

describe('evaluate', () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = new Engine(surroundings());
    valueOf(await engine.start(startOptions, calm));
    for (const [n, { id }] of taken.entries()) {
      const { frame } = fakeFrame(1 + (n % 2));
      const { embedding } = valueOf(await engine.capture({ frame }, calm));
      const samples = [{ id, classId: n % 2 === 0 ? 'up' : 'down', embedding }];
      valueOf(await engine.putSamples({ samples }, calm));
    }
  });
  afterAll(() => engine.dispose());

  test.each(specs)('$kind: says how good and at what cost, and leaves no tensors', async (spec) => {
    const before = tf.memory().numTensors;
    const request = { spec, classes, taken, withCost: true };
    const { evaluation, cost } = valueOf(await engine.evaluate(request, calm));
    expect(evaluation).toMatchObject({ head: spec.kind, takes: [3, 3], shots: [6, 6] });
    expect(evaluation.honest).toMatchObject({ foldCount: 3, accuracy: { value: 1, looks: 6 } });
    expect(evaluation.honest?.accuracy.low).toBeLessThan(0.9);
    expect(cost?.bytes).toBeGreaterThan(0);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('one take in a class: no number', async () => {
    const single = taken.map(({ id }, n) => ({ id, takeId: n % 2 === 0 ? 'only' : id }));
    const request = { spec: ridge, classes, taken: single, withCost: false };
    const { evaluation, cost } = valueOf(await engine.evaluate(request, calm));
    expect(evaluation.takes).toEqual([1, 6]);
    expect(evaluation.honest).toBeNull();
    expect(cost).toBeNull();
  });

  test('one class cannot be evaluated', async () => {
    const request = { spec: ridge, classes: classes.slice(0, 1), taken, withCost: false };
    const answered = await engine.evaluate(request, calm);
    expect(answered).toMatchObject({ ok: false, failure: { code: 'too-few-classes' } });
  });

  test('frames are classified meanwhile, progress is told, and it can be given up', async () => {
    valueOf(await engine.fit({ spec: ridge, classes }, calm));
    const before = tf.memory().numTensors;
    const stop = new AbortController();
    const spec = { ...dense, epochs: 500, batchSize: 1 };
    const done: number[] = [];
    const evaluating = engine.evaluate(
      { spec, classes, taken, withCost: false },
      {
        signal: stop.signal,
        onProgress: (progress) => progress.kind === 'count' && done.push(progress.done),
      },
    );
    const given = expect(evaluating).rejects.toMatchObject({ name: 'AbortError' });
    const { frame } = fakeFrame(1);
    expect(valueOf(await engine.classify({ frame }, calm))).not.toBeNull();
    stop.abort();
    await given;
    expect(done).toEqual([0]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('the limit in use is the one that is shown with an evaluation, also of very many samples', async () => {
  const samples = randomSamples(9, 12, [400, 400]);
  const store = storeOf(samples, 12);
  const asked = { classes: classesOf(2), taken: thirdsOf(samples) };
  const limit = valueOf(takesLimit(store, asked));
  expect(limit).not.toBeNull();
  const context = { ...calm, pause: () => Promise.resolve(), now: () => 0 };
  const request = { ...asked, spec: ridge, withCost: false };
  const { evaluation } = valueOf(await evaluate(store, request, context));
  expect(evaluation.sampleCount).toBe(800);
  expect(evaluation.unknown?.threshold).toBe(limit);
});

/** Three takes of each class. */
function thirdsOf(samples: readonly TestSample[]): TakenSample[] {
  return samples.map(({ id, classId }, n) => ({ id, takeId: `${classId}-${n % 3}` }));
}
