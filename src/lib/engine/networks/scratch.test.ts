import * as tf from '@tensorflow/tfjs-core';
import { layers as tfLayers, sequential, type Sequential } from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { drawnSet } from '#lib/convnet/drawn-pictures.ts';
import { countOf } from '#lib/convnet/layer-spec.ts';
import {
  defaultNetworkSpec,
  type NetworkSpec,
  type PictureSet,
  type TrainedNetwork,
  defaultStack,
  networkFacts,
  withOutputs,
  type Stack,
} from '#lib/convnet/network.ts';
import { seededRandom } from '#lib/core/random.ts';
import { wasmDriver } from '#tests/engine/node-engine.ts';
import { nameClasses, runNetwork, trainNetwork, type NetworkTraining } from './scratch.ts';

const calm = {
  signal: new AbortController().signal,
  onEpoch: () => Promise.resolve(),
  pause: () => Promise.resolve(),
};

function train(
  stack: Stack,
  set: PictureSet,
  spec: Partial<NetworkSpec> = {},
  context: Partial<Parameters<typeof trainNetwork>[3]> = {},
): Promise<NetworkTraining> {
  return trainNetwork(stack, set, { ...defaultNetworkSpec, ...spec }, { ...calm, ...context });
}

function noiseSet(stack: Stack, count: number, classCount: number, seed = 3): PictureSet {
  const random = seededRandom(seed);
  const size = stack.input.side ** 2 * stack.input.channels;
  return {
    inputs: Float32Array.from({ length: count * size }, random),
    classIndexes: Uint16Array.from({ length: count }, (_, i) => i % classCount),
  };
}

/** The same network in tfjs-layers, which pads nothing and sees [−1, 1]. */
function oracle({ stack, weights }: TrainedNetwork): Sequential {
  const model = sequential();
  const { side, channels } = stack.input;
  stack.layers.forEach((spec, i) => {
    const first = i === 0 ? { inputShape: [side, side, channels] } : {};
    const activation = i === stack.layers.length - 1 ? 'softmax' : 'relu';
    if (spec.kind === 'conv') {
      const { kernel: kernelSize, stride: strides, maps: filters } = spec;
      model.add(tfLayers.conv2d({ kernelSize, strides, filters, activation, ...first }));
    } else if (spec.kind === 'pool') {
      const config = { poolSize: spec.window, strides: spec.stride, ...first };
      model.add(
        spec.of === 'max' ? tfLayers.maxPooling2d(config) : tfLayers.averagePooling2d(config),
      );
    } else {
      if ((model.outputs[0]?.shape.length ?? 4) > 2) model.add(tfLayers.flatten(first));
      model.add(tfLayers.dense({ units: spec.units, activation }));
    }
  });
  const shapes = model.getWeights().map(({ shape }) => shape);
  const flat = weights.flatMap((own) => (own ? [own.kernel, own.bias] : []));
  const tensors = flat.map((numbers, i) => tf.tensor(numbers, shapes[i]));
  model.setWeights(tensors);
  tf.dispose(tensors);
  return model;
}

function pictures(stack: Stack, { inputs }: PictureSet): tf.Tensor4D {
  const { side, channels } = stack.input;
  return tf.tidy(() => {
    const count = inputs.length / (side * side * channels);
    return tf.sub(tf.mul(tf.tensor4d(inputs, [count, side, side, channels]), 2), 1);
  });
}

const stacks: [string, Stack][] = [
  ['the example', withOutputs(defaultStack, 3)],
  [
    'two convolutions, strides, colour, average pooling',
    {
      input: { side: 17, channels: 3 },
      layers: [
        { kind: 'conv', kernel: 4, stride: 2, maps: 3 },
        { kind: 'conv', kernel: 2, stride: 1, maps: 4 },
        { kind: 'pool', of: 'average', window: 2, stride: 2 },
        { kind: 'dense', units: 5 },
        { kind: 'dense', units: 3 },
      ],
    },
  ],
  [
    'pooling first, a row left over, windows that overlap',
    {
      input: { side: 15, channels: 1 },
      layers: [
        { kind: 'pool', of: 'max', window: 2, stride: 2 },
        { kind: 'conv', kernel: 3, stride: 1, maps: 3 },
        { kind: 'pool', of: 'max', window: 3, stride: 2 },
        { kind: 'conv', kernel: 2, stride: 1, maps: 4 },
        { kind: 'dense', units: 3 },
      ],
    },
  ],
  ['no hidden layer', { input: { side: 6, channels: 1 }, layers: [{ kind: 'dense', units: 3 }] }],
];

beforeAll(async () => {
  await tf.setBackend(wasmDriver.registered);
});

describe('a network from nothing', () => {
  test.each(stacks)('%s: forward agrees with tfjs-layers', async (_, stack) => {
    const set = noiseSet(stack, 4, 3);
    const { network } = await train(stack, set, { epochs: 1, learningRate: 1e-12 });
    const model = oracle(network);
    const input = pictures(stack, set);
    const expected = (model.predict(input) as tf.Tensor).dataSync();
    const size = set.inputs.length / 4;
    for (let n = 0; n < 4; n += 1) {
      const activations = await runNetwork(network, set.inputs.subarray(n * size, (n + 1) * size));
      expect(activations.map(({ length }) => length)).toEqual(
        networkFacts(stack).layers.map(({ output }) => countOf(output)),
      );
      activations.at(-1)?.forEach((p, c) => expect(p).toBeCloseTo(expected[n * 3 + c] ?? NaN, 5));
    }
    tf.dispose(input);
    model.dispose();
  });

  test.each(stacks)('%s: several steps agree with tfjs-layers', async (_, stack) => {
    const set = noiseSet(stack, 9, 3);
    const steps = { batchSize: 100, enoughLoss: 0, seed: 5 };
    const { network: start } = await train(stack, set, {
      ...steps,
      epochs: 1,
      learningRate: 1e-12,
    });
    const { network, history } = await train(stack, set, {
      ...steps,
      epochs: 4,
      learningRate: 1e-3,
    });
    await tf.setBackend('cpu');
    const model = oracle(start);
    model.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy' });
    const input = pictures(stack, set);
    const labels = tf.oneHot(tf.tensor1d(Array.from(set.classIndexes), 'int32'), 3);
    const fitted = await model.fit(input, labels, { epochs: 4, batchSize: 100, shuffle: false });
    history.forEach(({ loss }, i) => expect(loss).toBeCloseTo(Number(fitted.history.loss?.[i]), 4));
    const expected = model.getWeights().map((each) => each.dataSync());
    const learned = network.weights.flatMap((own) => (own ? [own.kernel, own.bias] : []));
    learned.forEach((numbers, i) => {
      expect(numbers).toHaveLength(expected[i]?.length ?? 0);
      // Adam moves a weight by its gradient's sign: where that is almost 0, rounding decides.
      const off = numbers.filter((value, k) => Math.abs(value - (expected[i]?.[k] ?? NaN)) > 1e-4);
      expect(off.length).toBeLessThanOrEqual(Math.ceil(numbers.length / 100));
    });
    tf.dispose([input, labels]);
    model.dispose();
    await tf.setBackend(wasmDriver.registered);
  });

  test('learns two kinds of drawn pictures, and those it has not seen', async () => {
    const stack = withOutputs(defaultStack, 2);
    const { history, network } = await train(stack, drawnSet(stack.input, 30, 1));
    expect(history.at(-1)?.accuracy).toBeGreaterThanOrEqual(0.9);
    const fresh = drawnSet(stack.input, 20, 99);
    const named = await nameClasses(network, fresh.inputs, calm.pause);
    const right = named.filter((c, n) => c === fresh.classIndexes[n]).length;
    expect(right / named.length).toBeGreaterThanOrEqual(0.9);
  });

  test('the same seed gives the same numbers, another seed others', async () => {
    const stack = withOutputs(defaultStack, 2);
    const set = drawnSet(stack.input, 3, 1);
    const first = await train(stack, set, { epochs: 2 });
    expect(await train(stack, set, { epochs: 2 })).toEqual(first);
    expect((await train(stack, set, { epochs: 2, seed: 9 })).network).not.toEqual(first.network);
  });

  test('a stop keeps what was learned; enough is enough', async () => {
    const stack = withOutputs(defaultStack, 2);
    const set = drawnSet(stack.input, 4, 1);
    const stop = new AbortController();
    const onEpoch = (): Promise<void> => {
      stop.abort();
      return Promise.resolve();
    };
    const stopped = await train(stack, set, {}, { signal: stop.signal, onEpoch });
    expect(stopped).toMatchObject({ stopped: true });
    expect(stopped.history).toHaveLength(1);
    const done = await train(stack, set, { enoughLoss: 100 });
    expect(done).toMatchObject({ stopped: false });
    expect(done.history).toHaveLength(1);
  });

  test('random stacks train and run without leaving a tensor behind', async () => {
    const layer = fc.oneof(
      fc.record({
        kind: fc.constant('conv' as const),
        kernel: fc.integer({ min: 1, max: 4 }),
        stride: fc.integer({ min: 1, max: 2 }),
        maps: fc.integer({ min: 1, max: 3 }),
      }),
      fc.record({
        kind: fc.constant('pool' as const),
        of: fc.constantFrom('max' as const, 'average' as const),
        window: fc.integer({ min: 1, max: 3 }),
        stride: fc.integer({ min: 1, max: 2 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(layer, { maxLength: 3 }), async (some) => {
        const stack: Stack = {
          input: { side: 24, channels: 1 },
          layers: [...some, { kind: 'dense', units: 2 }],
        };
        const before = tf.memory().numTensors;
        const set = noiseSet(stack, 3, 2);
        const { network } = await train(stack, set, { epochs: 1 });
        const [last] = (await runNetwork(network, set.inputs.subarray(0, 576))).slice(-1);
        await nameClasses(network, set.inputs, calm.pause);
        const failing = train(stack, set, {}, { pause: () => Promise.reject(new Error('broken')) });
        await expect(failing).rejects.toThrow('broken');
        expect((last?.[0] ?? 0) + (last?.[1] ?? 0)).toBeCloseTo(1, 5);
        expect(tf.memory().numTensors).toBe(before);
      }),
      { numRuns: 15 },
    );
  });
});
