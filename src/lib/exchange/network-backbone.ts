// A folded network as a backbone of Handful's own format: its manifest as text, its weights as float32 bytes.

import type { InstalledBackbone } from '#lib/core/backbone.ts';
import type { FoldedLayer } from '#lib/core/folded-backbone.ts';
import { sha256Of } from './file-hash.ts';
import type { LayersNetwork } from './layers-model.ts';
import { floatBytes } from './numbers.ts';

/** Brightness as Teachable Machine's own library weighs the colours for its grey models. */
const greyWeights = [0.2989, 0.587, 0.114] as const;
const largestWeight = 1e6;

/** Null when a number is not finite or absurdly large. Its id comes from the weights: the same network has the same id. */
export async function backboneFrom(
  network: LayersNetwork,
): Promise<{ installed: InstalledBackbone; sha256: string } | null> {
  const { inputChannels, inputRange, inputSizePx } = network;
  const layers = inputChannels === 1 ? inColour(network.network.layers) : network.network.layers;
  const numbers = layers.flatMap(({ weights, bias }) => [weights, bias]);
  const usable = (values: Float32Array): boolean =>
    values.every((x) => Number.isFinite(x) && Math.abs(x) <= largestWeight);
  if (!layers[0] || !numbers.every(usable)) return null;
  const weights = floatBytes(numbers);
  const sha256 = await sha256Of(weights);
  const kind = inputChannels === 1 ? 'grey' : 'colour';
  const name = `tm-${kind}-${inputSizePx}-${sha256.slice(0, 12)}`;
  let offset = 0;
  const listed = layers.map((layer, i) => {
    const kernelOffset = offset;
    const biasOffset = kernelOffset + 4 * layer.weights.length;
    offset = biasOffset + 4 * layer.bias.length;
    return {
      name: `${layer.kind}_${String(i).padStart(2, '0')}`,
      kind: layer.kind,
      kernel: layer.kernel,
      stride: layer.stride,
      activation: layer.activation,
      ...(layer.residual !== null && { residual: layer.residual }),
      kernelOffset,
      biasOffset,
    };
  });
  const manifest = {
    name,
    version: '1',
    architecture: 'read from a layers model, batch normalisation folded',
    input: {
      sizePx: inputSizePx,
      range: inputRange,
      channels: 'RGB',
      crop: 'centre square',
      padding: 'TensorFlow SAME',
    },
    embedding: network.network.end.channels,
    dtype: 'float32 little-endian',
    parameters: weights.length / 4,
    weights: { file: 'weights.bin', bytes: weights.length, sha256 },
    layers: listed,
  };
  const installed: InstalledBackbone = {
    id: `${name}@1`,
    name: `Teachable Machine, ${inputSizePx} pixels${inputChannels === 1 ? ', grey' : ''}`,
    note: 'Came in a model file of Teachable Machine; kept on this device.',
    licence: 'Apache-2.0',
    manifest: JSON.stringify(manifest),
    weights,
  };
  return { installed, sha256 };
}

/** A first layer that reads grey, made to read red, green and blue: [h, w, 1, out] → [h, w, 3, out]. */
function inColour(layers: readonly FoldedLayer[]): readonly FoldedLayer[] {
  const [first, ...rest] = layers;
  if (first?.kind !== 'conv') return [];
  const [height, width, , out] = first.kernel;
  const weights = new Float32Array(height * width * 3 * out);
  for (let place = 0; place < height * width; place += 1) {
    for (const [channel, share] of greyWeights.entries()) {
      const to = (place * 3 + channel) * out;
      for (let o = 0; o < out; o += 1) {
        weights[to + o] = share * (first.weights[place * out + o] ?? 0);
      }
    }
  }
  return [{ ...first, kernel: [height, width, 3, out], weights }, ...rest];
}
