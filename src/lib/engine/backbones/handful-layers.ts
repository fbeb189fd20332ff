// A manifest's layers as the page shows them: sizes, parameters and multiply-adds follow from kernels and strides.

import type { BackboneLayer } from '#lib/core/backbone-layer.ts';
import type { FoldedLayer } from '#lib/core/folded-backbone.ts';

/** What of a layer is shown. */
type LayerShape = Pick<FoldedLayer, 'kind' | 'kernel' | 'stride' | 'activation'> & {
  readonly name: string;
  readonly residual?: FoldedLayer['residual'] | undefined;
};

/** The layers from the picture of `inputSizePx` on. */
export function handfulLayers(layers: readonly LayerShape[], inputSizePx: number): BackboneLayer[] {
  let side = inputSizePx;
  return layers.map((layer) => {
    const inputSide = side;
    // SAME padding: every `stride`-th place has an output.
    side = Math.ceil(inputSide / layer.stride);
    return shownLayer(layer, inputSide, side);
  });
}

function shownLayer(layer: LayerShape, inputSide: number, outputSide: number): BackboneLayer {
  const [kernelHeight, kernelWidth, inputChannels] = layer.kernel;
  const weights = layer.kernel.reduce((product, side) => product * side, 1);
  const channels = layer.kernel[layer.kind === 'conv' ? 3 : 2];
  return {
    name: layer.name,
    kind: layer.kind,
    kernelHeight,
    kernelWidth,
    stride: layer.stride,
    inputSide,
    outputSide,
    inputChannels,
    outputChannels: channels,
    activation: layer.activation,
    adds: layer.residual === 'add',
    parameters: weights + channels,
    // Every weight is used once at every place of the output.
    multiplyAdds: weights * outputSide * outputSide,
  };
}
