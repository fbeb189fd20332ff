// The dense head: softmax regression, or one hidden layer of ReLU units, trained with Adam on raw embeddings.
// Same data, spec and backend give the same numbers: weights, order and dropout all come from the seed.

import * as tf from '@tensorflow/tfjs-core';
import type { DenseSpec } from '#lib/core/head-spec.ts';
import { seededRandom, shuffledIndexes } from '#lib/core/random.ts';
import { classWeights } from '#lib/learning/class-weights.ts';
import type { DenseLayer, TrainingSet } from '#lib/learning/head.ts';
import type { EpochLog } from '../protocol.ts';

export interface DenseTraining {
  readonly layers: readonly DenseLayer[];
  readonly history: readonly EpochLog[];
  readonly stopped: boolean;
}

export interface TrainingContext {
  /** Stops the training; what was learned so far is kept. */
  readonly signal: AbortSignal;
  readonly onEpoch: (log: EpochLog) => void;
  /** Called after every batch, so that a long training can let other work through. */
  readonly pause: () => Promise<void>;
}

/** Trains on N embeddings. At least one batch is trained, even when stopped at once. */
export async function trainDense(
  set: TrainingSet,
  spec: DenseSpec,
  { signal, onEpoch, pause }: TrainingContext,
): Promise<DenseTraining> {
  const random = seededRandom(spec.seed);
  const network = new DenseNetwork(set, spec, random);
  const history: EpochLog[] = [];
  try {
    for (let epoch = 1; epoch <= spec.epochs; epoch += 1) {
      const order = shuffledIndexes(set.classIndexes.length, random);
      let loss = 0;
      let right = 0;
      for (let from = 0; from < order.length; from += spec.batchSize) {
        const batch = await network.step(order.subarray(from, from + spec.batchSize), random);
        loss += batch.loss;
        right += batch.right;
        await pause();
        if (signal.aborted) return { layers: await network.layers(), history, stopped: true };
      }
      const n = order.length;
      const log = { epoch, epochs: spec.epochs, loss: loss / n, accuracy: right / n };
      history.push(log);
      onEpoch(log);
    }
    return { layers: await network.layers(), history, stopped: false };
  } finally {
    network.dispose();
  }
}

interface Batch {
  /** [B, D] */
  readonly inputs: tf.Tensor2D;
  /** [B, C], one-hot. */
  readonly targets: tf.Tensor2D;
  /** [B] */
  readonly weights: tf.Tensor1D;
}

interface Layer {
  /** [inputs, units] */
  readonly kernel: tf.Tensor2D;
  /** [units] */
  readonly bias: tf.Tensor1D;
}

class DenseNetwork {
  readonly #set: TrainingSet;
  readonly #spec: DenseSpec;
  /** [C], by class index; all 1 when not balanced. */
  readonly #classWeights: Float64Array;
  /** Kernel and bias of each layer, in turn. */
  readonly #variables: tf.Variable[] = [];
  readonly #optimizer: tf.AdamOptimizer;

  constructor(set: TrainingSet, spec: DenseSpec, random: () => number) {
    this.#set = set;
    this.#spec = spec;
    const count = set.classIds.length;
    this.#classWeights = spec.balanced
      ? classWeights(set.classIndexes, count)
      : new Float64Array(count).fill(1);
    const widths = [set.dimension, ...(spec.hiddenUnits > 0 ? [spec.hiddenUnits] : []), count];
    for (const [i, units] of widths.slice(1).entries()) {
      const inputs = widths[i] ?? 0;
      const kernel = glorotUniform(inputs, units, random);
      this.#variables.push(
        variableOf(tf.tensor2d(kernel, [inputs, units])),
        variableOf(tf.zeros([units])),
      );
    }
    this.#optimizer = tf.train.adam(spec.learningRate);
  }

  /** One step of Adam; sums over the batch of loss and of right answers. */
  async step(indexes: Uint32Array, random: () => number): Promise<{ loss: number; right: number }> {
    const [lossTensor, rightTensor] = tf.tidy(() => this.#descend(this.#batch(indexes), random));
    try {
      const [loss] = await lossTensor.data<'float32'>();
      const [right] = await rightTensor.data<'float32'>();
      return { loss: (loss ?? 0) * indexes.length, right: right ?? 0 };
    } finally {
      tf.dispose([lossTensor, rightTensor]);
    }
  }

  /** The layers as plain numbers. */
  async layers(): Promise<DenseLayer[]> {
    const layers: DenseLayer[] = [];
    for (let i = 0; i < this.#variables.length; i += 2) {
      const kernel = await this.#variables[i]?.data<'float32'>();
      const bias = await this.#variables[i + 1]?.data<'float32'>();
      if (!kernel || !bias) throw new Error('a layer without numbers');
      const activation = i + 2 < this.#variables.length ? 'relu' : 'softmax';
      layers.push({ kernel: kernel.slice(), bias: bias.slice(), units: bias.length, activation });
    }
    return layers;
  }

  dispose(): void {
    tf.dispose(this.#variables);
    this.#optimizer.dispose();
  }

  /**
   * Updates the variables; mean loss and number of right answers of the batch. The gradients are written out: they are
   * few, and TensorFlow.js' own would add all its operations' gradients to the download.
   */
  #descend({ inputs, targets, weights }: Batch, random: () => number): [tf.Scalar, tf.Scalar] {
    const rows = inputs.shape[0];
    const mask = this.#dropoutMask(rows, random);
    const [first, last] = this.#layerVariables();
    const active = first ? activate(inputs, first, mask) : inputs; // [B, D] → [B, H]
    const logits: tf.Tensor2D = tf.add(tf.matMul(active, last.kernel), last.bias); // → [B, C]
    const losses = tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), 1)); // → [B]
    const share: tf.Tensor2D = tf.expandDims(tf.div(weights, rows), 1);
    const toLogits: tf.Tensor2D = tf.mul(tf.sub(tf.softmax(logits), targets), share);
    const grads = [tf.matMul(active, toLogits, true), tf.sum(toLogits, 0)];
    if (first) {
      // A dropped unit's activation is 0 as well, so this is the ReLU's slope wherever it matters.
      const slope: tf.Tensor2D = tf.cast(tf.greater(active, 0), 'float32');
      const toActive = tf.matMul(toLogits, last.kernel, false, true);
      const toHidden: tf.Tensor2D = tf.mul(toActive, mask ? tf.mul(slope, mask) : slope);
      grads.unshift(tf.matMul(inputs, toHidden, true), tf.sum(toHidden, 0));
    }
    this.#optimizer.applyGradients(
      grads.map((tensor, i) => ({ name: this.#variables[i]?.name ?? '', tensor })),
    );
    return [tf.mean(tf.mul(losses, weights)), countRight(logits, targets)];
  }

  /** The hidden layer, when there is one, and the output layer. */
  #layerVariables(): [Layer | null, Layer] {
    const layers: Layer[] = [];
    for (let i = 0; i < this.#variables.length; i += 2) {
      const [kernel, bias] = this.#variables.slice(i, i + 2);
      if (kernel && bias) {
        layers.push({
          kernel: kernel as tf.Variable<tf.Rank.R2>,
          bias: bias as tf.Variable<tf.Rank.R1>,
        });
      }
    }
    const last = layers.pop();
    if (!last) throw new Error('a network without layers');
    return [layers[0] ?? null, last];
  }

  #batch(indexes: Uint32Array): Batch {
    const { dimension, embeddings, classIndexes, classIds } = this.#set;
    const inputs = new Float32Array(indexes.length * dimension);
    const targets = new Float32Array(indexes.length * classIds.length);
    const weights = new Float32Array(indexes.length);
    for (const [row, index] of indexes.entries()) {
      const start = index * dimension;
      inputs.set(embeddings.subarray(start, start + dimension), row * dimension);
      const classIndex = classIndexes[index] ?? 0;
      targets[row * classIds.length + classIndex] = 1;
      weights[row] = this.#classWeights[classIndex] ?? 1;
    }
    return {
      inputs: tf.tensor2d(inputs, [indexes.length, dimension]),
      targets: tf.tensor2d(targets, [indexes.length, classIds.length]),
      weights: tf.tensor1d(weights),
    };
  }

  /** [B, H] of 0 and 1 / (1 − dropout); null without dropout or without a hidden layer. */
  #dropoutMask(rows: number, random: () => number): tf.Tensor2D | null {
    const { dropout, hiddenUnits } = this.#spec;
    if (dropout === 0 || hiddenUnits === 0) return null;
    const mask = Float32Array.from({ length: rows * hiddenUnits }, () =>
      random() < dropout ? 0 : 1 / (1 - dropout),
    );
    return tf.tensor2d(mask, [rows, hiddenUnits]);
  }
}

/** ReLU(inputs · kernel + bias), with dropped units at 0. */
function activate(
  inputs: tf.Tensor2D,
  { kernel, bias }: Layer,
  mask: tf.Tensor2D | null,
): tf.Tensor2D {
  const active: tf.Tensor2D = tf.relu(tf.add(tf.matMul(inputs, kernel), bias));
  return mask ? tf.mul(active, mask) : active;
}

/** Uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010). */
function glorotUniform(inputs: number, outputs: number, random: () => number): Float32Array {
  const limit = Math.sqrt(6 / (inputs + outputs));
  return Float32Array.from({ length: inputs * outputs }, () => (2 * random() - 1) * limit);
}

function variableOf(value: tf.Tensor): tf.Variable {
  const variable = tf.variable(value);
  value.dispose();
  return variable;
}

function countRight(logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  const hits = tf.equal(tf.argMax(logits, 1), tf.argMax(targets, 1));
  return tf.sum(tf.cast(hits, 'float32'));
}
