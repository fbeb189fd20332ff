// How a dense head reads activations. Between its ReLUs' kinks it is linear, so gradient × input plus the biases that reach
// the outputs is its logit exactly. Logits count only against each other, so each class is shown against their mean.

import type { DenseHead, DenseLayer } from './head.ts';
import { centreRows, type LinearView, type ViewOf } from './linear-view.ts';

export function denseEvidence({ layers, classIds }: DenseHead): ViewOf {
  const classes = classIds.length;
  return (embedding, positions): LinearView => {
    const { sums, logits } = forward(layers, embedding);
    const elsewhere = new Float64Array(classes);
    let gradient = identity(classes);
    for (let l = layers.length - 1; l >= 0; l -= 1) {
      const layer = layers[l];
      if (!layer) continue;
      if (layer.activation === 'relu') silence(gradient, sums[l] ?? logits, classes);
      addBias(elsewhere, layer, gradient);
      gradient = through(layer, gradient, classes);
    }
    const weights = gradient.map((value) => value / positions);
    return {
      weights: centreRows(weights, classes),
      spread: new Float64Array(classes),
      elsewhere: centreRows(elsewhere, classes),
      totals: centreRows(logits, classes),
    };
  };
}

/** Every layer's sums before its activation; those of the last are the logits. */
function forward(
  layers: readonly DenseLayer[],
  embedding: Float32Array,
): { sums: Float64Array[]; logits: Float64Array } {
  const sums: Float64Array[] = [];
  let input = Float64Array.from(embedding);
  for (const layer of layers) {
    const out = Float64Array.from(layer.bias);
    for (let i = 0; i < input.length; i += 1) {
      const value = input[i] ?? 0;
      if (value === 0) continue;
      const row = i * layer.units;
      for (let u = 0; u < layer.units; u += 1)
        out[u] = (out[u] ?? 0) + value * (layer.kernel[row + u] ?? 0);
    }
    sums.push(out);
    input = layer.activation === 'relu' ? out.map((value) => Math.max(0, value)) : out;
  }
  return { sums, logits: input };
}

/** [C, C] */
function identity(classes: number): Float64Array {
  const rows = new Float64Array(classes * classes);
  for (let c = 0; c < classes; c += 1) rows[c * classes + c] = 1;
  return rows;
}

/** A unit whose sum is not above 0 passes nothing on. `gradient` [units, C], in place. */
function silence(gradient: Float64Array, sums: Float64Array, classes: number): void {
  sums.forEach((sum, u) => {
    if (sum <= 0) gradient.fill(0, u * classes, (u + 1) * classes);
  });
}

function addBias(elsewhere: Float64Array, { bias }: DenseLayer, gradient: Float64Array): void {
  const classes = elsewhere.length;
  bias.forEach((value, u) => {
    for (let c = 0; c < classes; c += 1) {
      elsewhere[c] = (elsewhere[c] ?? 0) + value * (gradient[u * classes + c] ?? 0);
    }
  });
}

/** Gradient at a layer's units [units, C] → at its inputs [inputs, C]. */
function through(layer: DenseLayer, gradient: Float64Array, classes: number): Float64Array {
  const { kernel, units } = layer;
  const inputs = kernel.length / units;
  const before = new Float64Array(inputs * classes);
  for (let u = 0; u < units; u += 1) {
    const row = u * classes;
    if (gradient.subarray(row, row + classes).every((value) => value === 0)) continue;
    for (let i = 0; i < inputs; i += 1) {
      const weight = kernel[i * units + u] ?? 0;
      for (let c = 0; c < classes; c += 1)
        before[i * classes + c] =
          (before[i * classes + c] ?? 0) + weight * (gradient[row + c] ?? 0);
    }
  }
  return before;
}
