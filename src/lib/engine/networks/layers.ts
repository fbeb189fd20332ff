// Layers of a network that learns from nothing: forward, and gradients backward. Called inside `tf.tidy`; owns no tensor.
// The gradients are written out: TensorFlow.js' own would add all its operations' gradients to the download, and its
// WebAssembly backend lacks the one of a convolution's kernel.

import * as tf from '@tensorflow/tfjs-core';
import type { LayerSpec, PoolSpec } from '#lib/convnet/layer-spec.ts';

/** A layer on the backend in use. */
export interface RunningLayer {
  readonly spec: LayerSpec;
  /** Convolution [kernel, kernel, channels, maps], fully connected [inputs, units]; null for pooling. */
  readonly kernel: tf.Tensor | null;
  /** [maps] or [units] */
  readonly bias: tf.Tensor | null;
  /** Negative sums become 0; not on the last layer, whose sums are the logits. */
  readonly rectified: boolean;
}

/** Gradients of the loss. */
export interface LayerGradients {
  /** Null when nobody asks for it. */
  readonly toInput: tf.Tensor | null;
  readonly toKernel: tf.Tensor | null;
  readonly toBias: tf.Tensor | null;
}

/** The activations of all layers in turn, after the input itself: [B, h, w, c] → [B, h, w, maps] … → logits [B, C]. */
export function forward(layers: readonly RunningLayer[], input: tf.Tensor4D): tf.Tensor[] {
  const activations: tf.Tensor[] = [input];
  let last: tf.Tensor = input;
  for (const layer of layers) {
    last = runLayer(layer, last);
    activations.push(last);
  }
  return activations;
}

/** Gradients of every layer's kernel and bias, given what `forward` returned and the gradient of the logits [B, C]. */
export function backward(
  layers: readonly RunningLayer[],
  activations: readonly tf.Tensor[],
  toLogits: tf.Tensor,
): LayerGradients[] {
  const gradients: LayerGradients[] = [];
  const firstWithWeights = layers.findIndex(({ kernel }) => kernel !== null);
  let toOutput = toLogits;
  for (let i = layers.length - 1; i >= Math.max(0, firstWithWeights); i -= 1) {
    const layer = layers[i];
    const input = activations[i];
    const output = activations[i + 1];
    if (!layer || !input || !output) throw new Error('a layer without activations');
    const wantsInput = i > firstWithWeights;
    const found = layerGradients(layer, { input, output, toOutput, wantsInput });
    gradients[i] = found;
    if (found.toInput) toOutput = found.toInput;
  }
  return gradients;
}

function runLayer({ spec, kernel, bias, rectified }: RunningLayer, input: tf.Tensor): tf.Tensor {
  switch (spec.kind) {
    case 'conv': {
      const maps = tf.conv2d(input as tf.Tensor4D, kernel as tf.Tensor4D, spec.stride, 'valid');
      const sums = tf.add(maps, bias as tf.Tensor1D);
      return rectified ? tf.relu(sums) : sums;
    }
    case 'pool': {
      const pool = spec.of === 'max' ? tf.maxPool : tf.avgPool;
      return pool(input as tf.Tensor4D, spec.window, spec.stride, 'valid');
    }
    case 'dense': {
      const sums = tf.add(tf.matMul(flat(input), kernel as tf.Tensor2D), bias as tf.Tensor1D);
      return rectified ? tf.relu(sums) : sums;
    }
  }
}

interface Seen {
  readonly input: tf.Tensor;
  readonly output: tf.Tensor;
  /** Gradient of the loss by `output`. */
  readonly toOutput: tf.Tensor;
  readonly wantsInput: boolean;
}

function layerGradients(layer: RunningLayer, seen: Seen): LayerGradients {
  const { spec, rectified } = layer;
  const toOutput = rectified ? tf.mul(seen.toOutput, tf.step(seen.output)) : seen.toOutput;
  switch (spec.kind) {
    case 'conv':
      return convGradients(layer, spec.stride, { ...seen, toOutput });
    case 'pool':
      return { toInput: poolGradient(spec, seen), toKernel: null, toBias: null };
    case 'dense':
      return denseGradients(layer, { ...seen, toOutput });
  }
}

function denseGradients({ kernel }: RunningLayer, seen: Seen): LayerGradients {
  const { input, wantsInput } = seen;
  const toOutput = seen.toOutput as tf.Tensor2D;
  const toFlat = wantsInput ? tf.matMul(toOutput, kernel as tf.Tensor2D, false, true) : null;
  return {
    toInput: toFlat && tf.reshape(toFlat, input.shape),
    toKernel: tf.matMul(flat(input), toOutput, true),
    toBias: tf.sum(toOutput, 0),
  };
}

function convGradients({ kernel }: RunningLayer, stride: number, seen: Seen): LayerGradients {
  const input = seen.input as tf.Tensor4D;
  const toOutput = seen.toOutput as tf.Tensor4D;
  const weights = kernel as tf.Tensor4D;
  return {
    toInput: seen.wantsInput
      ? tf.conv2dTranspose(toOutput, weights, input.shape, stride, 'valid')
      : null,
    toKernel: kernelGradient(input, toOutput, weights.shape, stride),
    toBias: tf.sum(toOutput, [0, 1, 2]),
  };
}

/**
 * ∂L/∂K[i, j, c, m] = Σ over samples and places of input[b, y·stride + i, x·stride + j, c] · toOutput[b, y, x, m]: itself a
 * convolution, with samples in the place of channels and the stride as dilation.
 */
function kernelGradient(
  input: tf.Tensor4D,
  toOutput: tf.Tensor4D,
  [height, width, channels, maps]: tf.Tensor4D['shape'],
  stride: number,
): tf.Tensor4D {
  const byChannel: tf.Tensor4D = tf.transpose(input, [3, 1, 2, 0]); // [c, h, w, B]
  const asKernel: tf.Tensor4D = tf.transpose(toOutput, [1, 2, 0, 3]); // [oh, ow, B, m]
  const all = tf.conv2d(byChannel, asKernel, 1, 'valid', 'NHWC', stride); // [c, ≥ i, ≥ j, m]
  // With a stride that does not divide the input, rows beyond the kernel's are left over.
  const wanted = tf.slice(all, [0, 0, 0, 0], [channels, height, width, maps]);
  return tf.transpose(wanted, [1, 2, 0, 3]);
}

function poolGradient(
  { window, stride, of }: PoolSpec,
  { input, output, toOutput, wantsInput }: Seen,
): tf.Tensor | null {
  if (!wantsInput) return null;
  const settings = { filterSize: window, strides: stride, pad: 'valid' };
  return of === 'max'
    ? tf.engine().runKernel(tf.MaxPoolGrad, { dy: toOutput, input, output }, settings)
    : tf.engine().runKernel(tf.AvgPoolGrad, { dy: toOutput, input }, settings);
}

/** [B, …] → [B, n] */
function flat(input: tf.Tensor): tf.Tensor2D {
  return tf.reshape(input, [input.shape[0], -1]);
}
