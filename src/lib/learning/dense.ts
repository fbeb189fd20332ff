// A dense head with hidden layers, predicting from plain numbers. It is trained in the engine, where gradients are.
// It takes the raw embedding, as Teachable Machine's head does, so that its layers can be exported as they are.

import { assertEmbedding } from './features.ts';
import type { DenseHead, DenseLayer, Head } from './head.ts';
import { softmax } from './softmax.ts';

/** A live dense head. Its last layer's softmax makes the probabilities. */
export function denseHead(trained: DenseHead): Head {
  return {
    trained,
    predict(embedding) {
      assertEmbedding(embedding, trained.dimension);
      return trained.layers.reduce(applyLayer, embedding);
    },
  };
}

/** A sum beyond it would become Infinity, and the next layer would make of that what is no number. */
const largestFloat = 3.4028234663852886e38;

/** [inputs] → [units] */
function applyLayer(input: Float32Array, layer: DenseLayer): Float32Array {
  const { kernel, bias, units, activation } = layer;
  const sums = Float64Array.from(bias);
  for (let i = 0; i < input.length; i += 1) {
    const value = input[i] ?? 0;
    if (value === 0) continue;
    const row = i * units;
    for (let u = 0; u < units; u += 1) sums[u] = (sums[u] ?? 0) + value * (kernel[row + u] ?? 0);
  }
  switch (activation) {
    case 'relu':
      return Float32Array.from(sums, (sum) => Math.min(largestFloat, Math.max(0, sum)));
    case 'softmax':
      return softmax(sums);
  }
}
