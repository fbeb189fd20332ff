// A trained head as Keras layers: what Teachable Machine keeps in the second part of its models.
// A dense head is its layers. Ridge needs square roots and unit length, which layers only have in disguise.

import type { DenseHead, DenseLayer, RidgeHead, Whitening } from '#lib/learning/head.ts';
import type { NamedTensor } from './head-weights.ts';
import { LayersGraph, sequential, zeros, type WrittenModel } from './layers-graph.ts';

const headName = 'sequential_3';

/** Embedding [D] → probabilities [C]. */
export function layersDense({ dimension, layers }: DenseHead): WrittenModel {
  let inputs = dimension;
  const tensors: NamedTensor[] = [];
  const configs = layers.map((layer, i) => {
    const name = `dense_Dense${i + 1}`;
    tensors.push(...denseTensors(name, inputs, layer));
    const json = denseJson(name, layer, inputs);
    inputs = layer.units;
    return json;
  });
  return { json: sequential(headName, configs), tensors, statistics: [] };
}

/** The same for ridge. `whitening` is null for features `sqrt`. */
export function layersRidge(head: RidgeHead, whitening: Whitening | null): WrittenModel {
  const { dimension, kernel, bias, spec, classIds } = head;
  const features = layersFeatures(dimension, whitening);
  const units = classIds.length;
  // The features come as two signs of each number, √D times too long: [+z₀, −z₀, +z₁, …].
  const scale = spec.temperature / (2 * Math.sqrt(dimension));
  const doubled = new Float32Array(2 * kernel.length);
  for (let d = 0; d < dimension; d += 1) {
    for (let c = 0; c < units; c += 1) {
      const value = scale * (kernel[d * units + c] ?? 0);
      doubled[2 * d * units + c] = value;
      doubled[(2 * d + 1) * units + c] = -value;
    }
  }
  const layer: DenseLayer = {
    kernel: doubled,
    bias: bias.map((b) => b * spec.temperature),
    units,
    activation: 'softmax',
  };
  const name = 'dense_Dense1';
  return {
    json: sequential(headName, [features.json, denseJson(name, layer, 2 * dimension)]),
    tensors: [...features.tensors, ...denseTensors(name, 2 * dimension, layer)],
    statistics: features.statistics,
  };
}

/** Embedding [D] → [2D], the whitened square roots of unit length, times √D, with both signs. */
function layersFeatures(dimension: number, whitening: Whitening | null): WrittenModel {
  const graph = new LayersGraph('features', 'embedding', [dimension]);
  const column = graph.layer('Reshape', 'column', [graph.input], { target_shape: [dimension, 1] });
  const roots = graph.layer('Reshape', 'roots', [squareRoots(graph, column)], {
    target_shape: [dimension],
  });
  const white = whitening ? whitened(graph, roots, dimension, whitening) : roots;
  const upright = graph.layer('Reshape', 'upright', [white], { target_shape: [dimension, 1] });
  const kernel = { weight: 'kernel', shape: [1, 1, 2], values: Float32Array.from([1, -1]) };
  const signs = graph.layer('Conv1D', 'signs', [upright], conv1d(2, false), [kernel]);
  const flat = graph.layer('Reshape', 'both_signs', [signs], { target_shape: [2 * dimension] });
  return graph.model(unitLength(graph, flat, 2 * dimension));
}

/** Mean 0 by its two signs, so that normalising by the deviation is normalising by the length. */
function unitLength(graph: LayersGraph, input: string, size: number): string {
  const config = { axis: -1, epsilon: 1e-12, center: true, scale: true };
  return graph.layer('LayerNormalization', 'unit_length', [input], config, [
    { weight: 'gamma', shape: [size], values: new Float32Array(size).fill(1) },
    { weight: 'beta', shape: [size], values: new Float32Array(size) },
  ]);
}

const pieces = 512;
const smallest = 1e-7;
const largest = 4096;

/**
 * √x as straight pieces between knots at equal ratios: each piece is a ramp that is cut off at 0 and 6, and all add up.
 * No piece is ever negative, so nothing cancels in float32. [D, 1] → [D, 1]; at most 0.005 % off from `smallest` on.
 */
function squareRoots(graph: LayersGraph, input: string): string {
  const ratio = (largest / smallest) ** (1 / (pieces - 1));
  // A chord lies under the curve by up to (ratio − 1)² / 32: half of that above and half below.
  const lift = 1 + (ratio - 1) ** 2 / 64;
  const knots = Array.from({ length: pieces }, (_, k) => smallest * ratio ** k);
  const starts = [0, ...knots.slice(0, -1)];
  const widths = knots.map((knot, k) => knot - (starts[k] ?? 0));
  const slopes = Float32Array.from(widths, (width) => 6 / width);
  const offsets = Float32Array.from(widths, (width, k) => (-6 * (starts[k] ?? 0)) / width);
  const steps = Float32Array.from(
    knots,
    (knot, k) => (lift * (Math.sqrt(knot) - Math.sqrt(starts[k] ?? 0))) / 6,
  );
  const ramps = graph.layer('Conv1D', 'ramps', [input], conv1d(pieces, true), [
    { weight: 'kernel', shape: [1, 1, pieces], values: slopes },
    { weight: 'bias', shape: [pieces], values: offsets },
  ]);
  const cut = graph.layer('ReLU', 'ramps_cut', [ramps], { max_value: 6 });
  const kernel = { weight: 'kernel', shape: [1, pieces, 1], values: steps };
  return graph.layer('Conv1D', 'square_roots', [cut], conv1d(1, false), [kernel]);
}

/** s − μ − Σ g v (v · (s − μ)), the sum as two narrow dense layers. [D] → [D] */
function whitened(
  graph: LayersGraph,
  roots: string,
  dimension: number,
  { mean, vectors, gains }: Whitening,
): string {
  const count = gains.length;
  const into = new Float32Array(dimension * count);
  const back = new Float32Array(count * dimension);
  const middle = new Float32Array(count);
  for (let i = 0; i < count; i += 1) {
    let along = 0;
    for (let d = 0; d < dimension; d += 1) {
      const v = vectors[i * dimension + d] ?? 0;
      into[d * count + i] = v;
      back[i * dimension + d] = -v * (gains[i] ?? 0);
      along += v * (mean[d] ?? 0);
    }
    middle[i] = -along;
  }
  const shares = graph.layer('Dense', 'shares', [roots], dense(count), [
    { weight: 'kernel', shape: [dimension, count], values: into },
    { weight: 'bias', shape: [count], values: middle },
  ]);
  const taken = graph.layer('Dense', 'taken', [shares], dense(dimension), [
    { weight: 'kernel', shape: [count, dimension], values: back },
    { weight: 'bias', shape: [dimension], values: mean.map((value) => -value) },
  ]);
  return graph.layer('Add', 'whitened', [roots, taken]);
}

const conv1d = (filters: number, useBias: boolean): object => ({
  filters,
  kernel_size: [1],
  strides: [1],
  padding: 'valid',
  dilation_rate: [1],
  activation: 'linear',
  use_bias: useBias,
  kernel_initializer: zeros,
  bias_initializer: zeros,
});

const dense = (units: number, activation = 'linear'): object => ({
  units,
  activation,
  use_bias: true,
  kernel_initializer: zeros,
  bias_initializer: zeros,
});

function denseJson(name: string, { units, activation }: DenseLayer, inputs: number): object {
  const config = {
    ...dense(units, activation),
    name,
    trainable: true,
    dtype: 'float32',
    batch_input_shape: [null, inputs],
  };
  return { class_name: 'Dense', config };
}

function denseTensors(name: string, inputs: number, layer: DenseLayer): NamedTensor[] {
  return [
    { name: `${name}/kernel`, shape: [inputs, layer.units], values: layer.kernel },
    { name: `${name}/bias`, shape: [layer.units], values: layer.bias },
  ];
}
