import * as tf from '@tensorflow/tfjs-core';
import { layers as tfLayers, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { defaultHeadSettings, type DenseSpec } from '#lib/core/head-spec.ts';
import { seededRandom } from '#lib/core/random.ts';
import type { DenseLayer, TrainingSet } from '#lib/learning/head.ts';
import { wasmDriver } from '#tests/engine/node-engine.ts';
import { trainDense, type DenseTraining } from './dense.ts';

const dimension = 6;
const spec: DenseSpec = { ...defaultHeadSettings.dense, hiddenUnits: 5, epochs: 3, batchSize: 4 };

/** Clouds around one corner a class, `shots[c]` samples of class c. */
function clouds(shots: readonly number[], seed = 7): TrainingSet {
  const random = seededRandom(seed);
  const classIndexes = Uint16Array.from(shots.flatMap((n, c) => new Array<number>(n).fill(c)));
  const embeddings = new Float32Array(classIndexes.length * dimension);
  classIndexes.forEach((c, row) => {
    for (let d = 0; d < dimension; d += 1) {
      embeddings[row * dimension + d] = random() + (d === c ? 2 : 0);
    }
  });
  const classIds = shots.map((_, c) => `class-${c}`);
  return { dimension, embeddings, classIndexes, classIds, labels: classIds };
}

function train(
  set: TrainingSet,
  changes: Partial<DenseSpec> = {},
  context: Partial<Parameters<typeof trainDense>[2]> = {},
): Promise<DenseTraining> {
  const { signal } = new AbortController();
  const rest = { signal, onEpoch: () => undefined, pause: () => Promise.resolve() };
  return trainDense(set, { ...spec, ...changes }, { ...rest, ...context });
}

/** Weighted mean cross-entropy of plain layers, in double precision: the definition that the gradients must follow. */
function lossOf(
  layers: readonly DenseLayer[],
  set: TrainingSet,
  weights: readonly number[],
): number {
  let sum = 0;
  set.classIndexes.forEach((c, row) => {
    let x = Array.from(set.embeddings.subarray(row * dimension, (row + 1) * dimension));
    for (const { kernel, bias, units, activation } of layers) {
      const inputs = x;
      x = Array.from(bias, (b, u) =>
        inputs.reduce((total, value, i) => total + value * (kernel[i * units + u] ?? 0), b),
      );
      if (activation === 'relu') x = x.map((value) => Math.max(0, value));
    }
    const logSum = Math.log(x.reduce((total, value) => total + Math.exp(value), 0));
    sum += (weights[c] ?? 0) * (logSum - (x[c] ?? 0));
  });
  return sum / set.classIndexes.length;
}

beforeAll(async () => {
  await tf.setBackend(wasmDriver.registered);
});

describe('dense head', () => {
  test.each([0, 12])('learns separate clouds with %i hidden units', async (hiddenUnits) => {
    const { layers, history, stopped } = await train(clouds([9, 9, 9]), {
      hiddenUnits,
      epochs: 60,
      learningRate: 0.02,
    });
    expect(stopped).toBe(false);
    expect(layers.map(({ activation }) => activation)).toEqual(
      hiddenUnits > 0 ? ['relu', 'softmax'] : ['softmax'],
    );
    expect(layers[0]?.kernel).toHaveLength(dimension * (hiddenUnits || 3));
    expect(layers.at(-1)?.bias).toHaveLength(3);
    expect(history.at(-1)).toMatchObject({ epoch: 60, epochs: 60, accuracy: 1 });
    expect(history.at(-1)?.loss).toBeLessThan((history[0]?.loss ?? 0) / 4);
  });

  test('the same seed gives the same numbers, another seed others', async () => {
    const set = clouds([5, 8]);
    const changes = { dropout: 0.3, seed: 11 };
    const first = await train(set, changes);
    expect(await train(set, changes)).toEqual(first);
    expect((await train(set, { ...changes, seed: 12 })).layers).not.toEqual(first.layers);
  });

  test.each([
    ['balanced', true],
    ['unbalanced', false],
  ])('the first loss is the definition’s, %s', async (_, balanced) => {
    const set = clouds([2, 6]);
    // A learning rate this small leaves the seed's weights as they are.
    const changes = { balanced, batchSize: 100, epochs: 1, learningRate: 1e-12 };
    const { layers, history } = await train(set, changes);
    const weights = balanced ? [8 / (2 * 2), 8 / (2 * 6)] : [1, 1];
    expect(history[0]?.loss).toBeCloseTo(lossOf(layers, set, weights), 5);
  });

  test.each([0, 5])(
    'every weight moves against its numerical gradient (%i hidden units)',
    async (hiddenUnits) => {
      const set = clouds([3, 5, 4]);
      const changes = { hiddenUnits, batchSize: 100, epochs: 1, balanced: true };
      const { layers: before } = await train(set, { ...changes, learningRate: 1e-12 });
      const { layers: after } = await train(set, { ...changes, learningRate: 1e-3 });
      const weights = [3, 5, 4].map((n) => 12 / (3 * n));
      let checked = 0;
      before.forEach((layer, l) => {
        for (const part of ['kernel', 'bias'] as const) {
          layer[part].forEach((value, i) => {
            const shifted = (by: number): number => {
              const copy = before.map((each, k) =>
                k === l ? { ...each, [part]: Float64Array.from(each[part]) } : each,
              );
              (copy[l] as unknown as Record<string, Float64Array>)[part]!.fill(
                value + by,
                i,
                i + 1,
              );
              return lossOf(copy, set, weights);
            };
            const gradient = (shifted(1e-4) - shifted(-1e-4)) / 2e-4;
            if (Math.abs(gradient) < 1e-3) return;
            // Adam's first step is the learning rate against the gradient's sign.
            expect((after[l]?.[part][i] ?? 0) - value).toBeCloseTo(-1e-3 * Math.sign(gradient), 4);
            checked += 1;
          });
        }
      });
      expect(checked).toBeGreaterThan(10);
    },
  );

  test('several steps agree with the same network in tfjs-layers', async () => {
    const set = clouds([4, 4, 4]);
    const changes = { batchSize: 100, learningRate: 0.01 };
    const { layers: start } = await train(set, { ...changes, epochs: 1, learningRate: 1e-12 });
    const { layers, history } = await train(set, { ...changes, epochs: 5 });
    const model = sequential({
      layers: start.map(({ units, activation }, i) =>
        tfLayers.dense({ units, activation, ...(i === 0 && { inputShape: [dimension] }) }),
      ),
    });
    const weights = start.flatMap(({ kernel, bias, units }) => [
      tf.tensor2d(kernel, [kernel.length / units, units]),
      tf.tensor1d(bias),
    ]);
    model.setWeights(weights);
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy' });
    const inputs = tf.tensor2d(set.embeddings, [12, dimension]);
    const labels = tf.oneHot(tf.tensor1d(Array.from(set.classIndexes), 'int32'), 3);
    const fitted = await model.fit(inputs, labels, { epochs: 5, batchSize: 100, shuffle: false });
    history.forEach(({ loss }, i) => expect(loss).toBeCloseTo(Number(fitted.history.loss?.[i]), 4));
    const expected = model.getWeights().map((each) => each.dataSync());
    for (const [i, numbers] of layers.flatMap(({ kernel, bias }) => [kernel, bias]).entries()) {
      numbers.forEach((value, k) => expect(value).toBeCloseTo(expected[i]?.[k] ?? NaN, 4));
    }
    tf.dispose([...weights, inputs, labels]);
    model.dispose();
  });

  test('stopping keeps what was learned', async () => {
    const stop = new AbortController();
    const { layers, history, stopped } = await train(
      clouds([6, 6]),
      { epochs: 100 },
      { signal: stop.signal, onEpoch: ({ epoch }) => epoch === 4 && stop.abort() },
    );
    expect(stopped).toBe(true);
    expect(history).toHaveLength(4);
    expect(layers).toHaveLength(2);
  });

  test('leaves no tensors behind, stopped or not', async () => {
    const before = tf.memory().numTensors;
    await train(clouds([4, 4]), { dropout: 0.5 });
    await train(clouds([4, 4]), {}, { signal: AbortSignal.abort() });
    await expect(
      train(clouds([4, 4]), {}, { pause: () => Promise.reject(new Error('broken')) }),
    ).rejects.toThrow('broken');
    expect(tf.memory().numTensors).toBe(before);
  });
});
