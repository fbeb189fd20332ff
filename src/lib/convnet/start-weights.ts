// What a network knows before it has learned anything: seeded noise of the right size.

import { seededRandom } from '#lib/core/random.ts';
import { countOf } from './layer-spec.ts';
import { networkFacts, type LayerWeights, type Stack, type TrainedNetwork } from './network.ts';

/** Uniform in ±√(6 / inputs of a neuron) (He and others 2015), biases 0. For a stack that is possible. */
export function untrainedNetwork(stack: Stack, seed: number): TrainedNetwork {
  const random = seededRandom(seed);
  const weights = networkFacts(stack).layers.map(({ spec, input, parameters }) => {
    if (spec.kind === 'pool') return null;
    const units = spec.kind === 'conv' ? spec.maps : spec.units;
    const fanIn = spec.kind === 'conv' ? parameters / units - 1 : countOf(input);
    return layerWeights(fanIn, units, random);
  });
  return { stack, weights };
}

function layerWeights(fanIn: number, units: number, random: () => number): LayerWeights {
  const limit = Math.sqrt(6 / fanIn);
  const kernel = Float32Array.from({ length: fanIn * units }, () => (2 * random() - 1) * limit);
  return { kernel, bias: new Float32Array(units) };
}
