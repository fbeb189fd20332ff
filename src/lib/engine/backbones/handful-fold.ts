// A backbone of our own format as plain float32 numbers, for files that other programs read.

import type { LoadedBackbone } from '#lib/core/backbone.ts';
import type { FoldedBackbone } from '#lib/core/folded-backbone.ts';
import { readNumbers } from './float16.ts';
import { outputChannels, type HandfulManifest } from './handful-format.ts';

/** Copies: the weights as they were loaded stay as they are. */
export function foldedBackbone(
  { id, sha256, inputSizePx, inputRange, embeddingSize }: LoadedBackbone,
  { layers, dtype }: HandfulManifest,
  weights: Uint8Array,
): FoldedBackbone {
  const folded = layers.map((layer) => {
    const { kind, kernel, stride, activation, residual = null, kernelOffset, biasOffset } = layer;
    const size = kernel.reduce((product, side) => product * side, 1);
    return {
      kind,
      kernel,
      stride,
      activation,
      residual,
      weights: readNumbers(weights, dtype, kernelOffset, size),
      bias: readNumbers(weights, dtype, biasOffset, outputChannels(layer)),
    };
  });
  return { id, sha256, inputSizePx, inputRange, embeddingSize, layers: folded };
}
