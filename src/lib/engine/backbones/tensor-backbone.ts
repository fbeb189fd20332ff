// A backbone in our own format as fused operations of TensorFlow.js: batch normalisation is folded, activations are part of
// each convolution. For graphics, and for what the routines of `../vectors` cannot compute.

import * as tf from '@tensorflow/tfjs-core';
import type { LoadedBackbone } from '#lib/core/backbone.ts';
import type { BackboneLayer } from '#lib/core/backbone-layer.ts';
import type { Backbone, BackboneInside, Look } from './backbone.ts';
import { readNumbers } from './float16.ts';
import { handfulLayers } from './handful-layers.ts';
import { outputChannels, type HandfulLayer, type HandfulManifest } from './handful-format.ts';

interface LayerTensors {
  readonly layer: HandfulLayer;
  readonly kernel: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
}

export class TensorBackbone implements Backbone, BackboneInside {
  readonly facts: LoadedBackbone;
  readonly pixelRange: readonly [number, number];
  readonly layers: readonly BackboneLayer[];
  readonly #tensors: readonly LayerTensors[];

  /** Makes its tensors on the backend in use. */
  constructor(facts: LoadedBackbone, manifest: HandfulManifest, weights: Uint8Array) {
    const { layers } = manifest;
    this.facts = facts;
    this.pixelRange = facts.inputRange;
    this.layers = handfulLayers(layers, facts.inputSizePx);
    this.#tensors = layers.map((layer) => layerTensors(layer, manifest, weights));
  }

  get inside(): BackboneInside {
    return this;
  }

  async embed(input: Float32Array): Promise<Float32Array> {
    const embedding = tf.tidy(() => pooled(forward(this.#tensors, this.#pixels(input))));
    try {
      return await embedding.data<'float32'>();
    } finally {
      embedding.dispose();
    }
  }

  async look(input: Float32Array, layer: number | null): Promise<Look> {
    const seen = tf.tidy(() => {
      const kept: { layer?: tf.Tensor4D } = {};
      const last = forward(this.#tensors, this.#pixels(input), (activation, index) => {
        if (index === layer) kept.layer = activation;
      });
      return { embedding: pooled(last), last, ...kept };
    });
    try {
      return {
        embedding: await seen.embedding.data<'float32'>(),
        last: await seen.last.data<'float32'>(),
        layer: seen.layer ? await seen.layer.data<'float32'>() : null,
      };
    } finally {
      tf.dispose(seen);
    }
  }

  #pixels(input: Float32Array): tf.Tensor4D {
    const side = this.facts.inputSizePx;
    return tf.tensor4d(input, [1, side, side, 3]);
  }

  dispose(): void {
    for (const { kernel, bias } of this.#tensors) tf.dispose([kernel, bias]);
  }
}

function layerTensors(
  layer: HandfulLayer,
  { dtype }: HandfulManifest,
  weights: Uint8Array,
): LayerTensors {
  const out = outputChannels(layer);
  const size = layer.kernel.reduce((product, side) => product * side, 1);
  return {
    layer,
    kernel: tf.tensor4d(readNumbers(weights, dtype, layer.kernelOffset, size), layer.kernel),
    bias: tf.tensor1d(readNumbers(weights, dtype, layer.biasOffset, out)),
  };
}

/** [1, h, w, D] → [D] */
function pooled(activation: tf.Tensor4D): tf.Tensor1D {
  return tf.mean(activation, [0, 1, 2]);
}

/**
 * Every layer in turn: `[1, side, side, 3]` → the last activation `[1, h, w, D]`. `onActivation` sees each layer's.
 * Call inside `tf.tidy`.
 */
function forward(
  layers: readonly LayerTensors[],
  input: tf.Tensor4D,
  onActivation: (activation: tf.Tensor4D, index: number) => void = () => undefined,
): tf.Tensor4D {
  let x = input;
  let kept = input;
  for (const [index, { layer, kernel, bias }] of layers.entries()) {
    if (layer.residual === 'start') kept = x;
    const convolve = layer.kind === 'conv' ? tf.fused.conv2d : tf.fused.depthwiseConv2d;
    x = convolve({
      x,
      filter: kernel,
      strides: layer.stride,
      pad: 'same',
      bias,
      activation: layer.activation,
    });
    if (layer.residual === 'add') x = tf.add(x, kept);
    onActivation(x, index);
  }
  return x;
}
