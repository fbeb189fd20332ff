// Weights in the order in which the routines read them.

import { tileChannels } from './conv-routines.ts';
import { madeUp, type LayerPlan } from './network-plan.ts';

/** Writes a layer's weights and bias into the memory; channels that are only made up stay 0. */
export function packWeights({ layer, input, weights, bias }: LayerPlan, memory: ArrayBuffer): void {
  const [height, width, inputs, outputs] = layer.kernel;
  if (layer.kind === 'depthwise') {
    // Four channels at a time: nine weights each, then the bias.
    const packed = new Float32Array(memory, weights, 10 * madeUp(inputs));
    for (let c = 0; c < inputs; c += 1) {
      const to = 40 * (c >> 2) + (c & 3);
      for (let tap = 0; tap < 9; tap += 1)
        packed[to + 4 * tap] = layer.weights[tap * inputs + c] ?? 0;
      packed[to + 36] = layer.bias[c] ?? 0;
    }
    return;
  }
  const pixel = input.pixelBytes / 4;
  const rows = height * width * pixel;
  const packed = new Float32Array(memory, weights, rows * madeUp(outputs));
  for (let tap = 0, from = 0; tap < height * width; tap += 1) {
    for (let i = 0; i < inputs; i += 1) {
      const row = tap * pixel + i;
      for (let o = 0; o < outputs; o += 1, from += 1) {
        const block = Math.floor(o / tileChannels);
        packed[(block * rows + row) * tileChannels + (o % tileChannels)] = layer.weights[from] ?? 0;
      }
    }
  }
  new Float32Array(memory, bias, outputs).set(layer.bias);
}
