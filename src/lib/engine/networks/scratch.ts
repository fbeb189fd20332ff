// A network of one's own, trained from nothing with Adam on pictures; and what each of its layers makes of a picture.
// Same pictures, stack, spec and backend give the same numbers: weights and order come from the seed.

import * as tf from '@tensorflow/tfjs-core';
import { seededRandom, shuffledIndexes } from '#lib/core/random.ts';
import type { LayerSpec } from '#lib/convnet/layer-spec.ts';
import {
  pictureSize,
  type LayerWeights,
  type NetworkSpec,
  type PictureSet,
  type Stack,
  type TrainedNetwork,
} from '#lib/convnet/network.ts';
import { untrainedNetwork } from '#lib/convnet/start-weights.ts';
import { classWeights } from '#lib/learning/class-weights.ts';
import { largestIndex } from '#lib/learning/softmax.ts';
import type { EpochLog } from '../protocol.ts';
import { backward, forward, type RunningLayer } from './layers.ts';

export interface NetworkTraining {
  readonly network: TrainedNetwork;
  readonly history: readonly EpochLog[];
  readonly stopped: boolean;
}

export interface NetworkContext {
  /** Stops the training; what was learned so far is kept. */
  readonly signal: AbortSignal;
  /** `snapshot` reads the network as it is now. */
  readonly onEpoch: (log: EpochLog, snapshot: () => Promise<TrainedNetwork>) => Promise<void>;
  /** Called after every batch, so that a long training can let other work through. */
  readonly pause: () => Promise<void>;
}

/** Trains on N pictures; the last layer has one unit a class. At least one batch is trained, even when stopped at once. */
export async function trainNetwork(
  stack: Stack,
  set: PictureSet,
  spec: NetworkSpec,
  { signal, onEpoch, pause }: NetworkContext,
): Promise<NetworkTraining> {
  const random = seededRandom(spec.seed);
  const learner = new Learner(stack, set, spec);
  const history: EpochLog[] = [];
  const { epochs, batchSize, enoughLoss } = spec;
  try {
    for (let epoch = 1; epoch <= epochs; epoch += 1) {
      const order = shuffledIndexes(set.classIndexes.length, random);
      let loss = 0;
      let right = 0;
      for (let from = 0; from < order.length; from += batchSize) {
        const batch = await learner.step(order.subarray(from, from + batchSize));
        loss += batch.loss;
        right += batch.right;
        await pause();
        if (signal.aborted) return { network: await learner.network(), history, stopped: true };
      }
      const log = { epoch, epochs, loss: loss / order.length, accuracy: right / order.length };
      history.push(log);
      await onEpoch(log, () => learner.network());
      if (log.loss < enoughLoss) break;
    }
    return { network: await learner.network(), history, stopped: false };
  } finally {
    learner.dispose();
  }
}

/** Activations of one picture [side, side, channels] in [0, 1]: of every layer in turn, the last one's as probabilities. */
export async function runNetwork(
  { stack, weights }: TrainedNetwork,
  values: Float32Array,
): Promise<Float32Array[]> {
  const outputs = tf.tidy(() => {
    const layers = runningLayers(stack, weights);
    const seen = forward(layers, inputTensor(stack, values)).slice(1);
    const logits = seen.pop() as tf.Tensor2D;
    return [...seen, tf.softmax(logits)];
  });
  try {
    return await Promise.all(outputs.map((output) => output.data<'float32'>()));
  } finally {
    tf.dispose(outputs);
  }
}

/** The class index that the network names for each of N pictures. `pause` is called now and then. */
export async function nameClasses(
  { stack, weights }: TrainedNetwork,
  inputs: Float32Array,
  pause: () => Promise<void>,
): Promise<Uint16Array> {
  const size = pictureSize(stack.input);
  const classCount = weights.at(-1)?.bias.length ?? 0;
  const named = new Uint16Array(inputs.length / size);
  const atOnce = 32;
  for (let from = 0; from < named.length; from += atOnce) {
    const some = inputs.subarray(from * size, (from + atOnce) * size);
    const logits = tf.tidy(() => {
      const seen = forward(runningLayers(stack, weights), inputTensor(stack, some));
      return seen.at(-1) as tf.Tensor2D;
    });
    const scores = await logits.data<'float32'>().finally(() => logits.dispose());
    for (let row = 0; row * classCount < scores.length; row += 1) {
      const own = scores.subarray(row * classCount, (row + 1) * classCount);
      named[from + row] = largestIndex(own);
    }
    await pause();
  }
  return named;
}

class Learner {
  readonly #stack: Stack;
  readonly #set: PictureSet;
  /** [C] */
  readonly #classWeights: Float64Array;
  readonly #layers: readonly LearningLayer[];
  readonly #optimizer: tf.AdamOptimizer;

  constructor(stack: Stack, set: PictureSet, spec: NetworkSpec) {
    this.#stack = stack;
    this.#set = set;
    const { weights } = untrainedNetwork(stack, spec.seed);
    this.#classWeights = classWeights(set.classIndexes, weights.at(-1)?.bias.length ?? 0);
    this.#layers = runningLayers(stack, weights).map((layer) => ({
      ...layer,
      kernel: layer.kernel && variableOf(layer.kernel),
      bias: layer.bias && variableOf(layer.bias),
    }));
    this.#optimizer = tf.train.adam(spec.learningRate);
  }

  /** One step of Adam; sums over the batch of loss and of right answers. */
  async step(indexes: Uint32Array): Promise<{ loss: number; right: number }> {
    const [loss, right] = tf.tidy(() => this.#descend(indexes));
    try {
      const [lossSum] = await loss.data<'float32'>();
      const [rightSum] = await right.data<'float32'>();
      return { loss: lossSum ?? 0, right: rightSum ?? 0 };
    } finally {
      tf.dispose([loss, right]);
    }
  }

  async network(): Promise<TrainedNetwork> {
    const weights: (LayerWeights | null)[] = [];
    for (const { kernel, bias } of this.#layers) {
      const learned = kernel && bias;
      weights.push(
        learned && {
          kernel: (await kernel.data<'float32'>()).slice(),
          bias: (await bias.data<'float32'>()).slice(),
        },
      );
    }
    return { stack: this.#stack, weights };
  }

  dispose(): void {
    for (const { kernel, bias } of this.#layers) {
      kernel?.dispose();
      bias?.dispose();
    }
    this.#optimizer.dispose();
  }

  #descend(indexes: Uint32Array): [tf.Scalar, tf.Scalar] {
    const { inputs, targets, weights } = this.#batch(indexes);
    const activations = forward(this.#layers, inputs);
    const logits = activations.at(-1) as tf.Tensor2D;
    const losses = tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), 1)); // [B]
    const share: tf.Tensor2D = tf.expandDims(tf.div(weights, indexes.length), 1);
    const toLogits = tf.mul(tf.sub(tf.softmax(logits), targets), share);
    const gradients = backward(this.#layers, activations, toLogits);
    this.#optimizer.applyGradients(
      this.#layers.flatMap(({ kernel, bias }, i) => {
        const { toKernel, toBias } = gradients[i] ?? {};
        if (!kernel || !bias || !toKernel || !toBias) return [];
        return [
          { name: kernel.name, tensor: toKernel },
          { name: bias.name, tensor: toBias },
        ];
      }),
    );
    const hits = tf.equal(tf.argMax(logits, 1), tf.argMax(targets, 1));
    return [tf.sum(tf.mul(losses, weights)), tf.sum(tf.cast(hits, 'float32'))];
  }

  #batch(indexes: Uint32Array): {
    inputs: tf.Tensor4D;
    targets: tf.Tensor2D;
    weights: tf.Tensor1D;
  } {
    const { inputs, classIndexes } = this.#set;
    const size = pictureSize(this.#stack.input);
    const classCount = this.#classWeights.length;
    const values = new Float32Array(indexes.length * size);
    const targets = new Float32Array(indexes.length * classCount);
    const weights = new Float32Array(indexes.length);
    for (const [row, index] of indexes.entries()) {
      values.set(inputs.subarray(index * size, (index + 1) * size), row * size);
      const classIndex = classIndexes[index] ?? 0;
      targets[row * classCount + classIndex] = 1;
      weights[row] = this.#classWeights[classIndex] ?? 1;
    }
    return {
      inputs: inputTensor(this.#stack, values),
      targets: tf.tensor2d(targets, [indexes.length, classCount]),
      weights: tf.tensor1d(weights),
    };
  }
}

interface LearningLayer extends RunningLayer {
  readonly kernel: tf.Variable | null;
  readonly bias: tf.Variable | null;
}

/** Tensors of a stack's weights. */
function runningLayers(
  { layers }: Stack,
  weights: readonly (LayerWeights | null)[],
): RunningLayer[] {
  return layers.map((spec, i) => {
    const own = weights[i];
    const rectified = spec.kind !== 'pool' && i < layers.length - 1;
    if (!own) return { spec, kernel: null, bias: null, rectified };
    const shape = kernelShape(spec, own);
    return { spec, kernel: tf.tensor(own.kernel, shape), bias: tf.tensor1d(own.bias), rectified };
  });
}

function kernelShape(spec: LayerSpec, { kernel, bias }: LayerWeights): number[] {
  if (spec.kind !== 'conv') return [kernel.length / bias.length, bias.length];
  const { kernel: side } = spec;
  return [side, side, kernel.length / (side * side * bias.length), bias.length];
}

/** Pictures in [0, 1] → [B, side, side, channels] in [−1, 1], so that dark and light both speak. */
function inputTensor({ input }: Stack, values: Float32Array): tf.Tensor4D {
  const { side, channels } = input;
  const shape: [number, number, number, number] = [-1, side, side, channels];
  shape[0] = values.length / (side * side * channels);
  return tf.sub(tf.mul(tf.tensor4d(values, shape), 2), 1);
}

function variableOf(value: tf.Tensor): tf.Variable {
  const variable = tf.variable(value);
  value.dispose();
  return variable;
}
