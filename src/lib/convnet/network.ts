// A network of one's own: the stack its learner builds, its weights as plain numbers, and how it is trained.

import type { Limits } from '#lib/core/head-spec.ts';
import { recapNetwork, squarePicture, type LayerSpec } from './layer-spec.ts';
import { stackFacts, type LayerFacts, type StackFacts } from './stack.ts';

export interface InputSpec {
  /** Pixels along each side of the square picture. */
  readonly side: number;
  /** 1: grey, 3: red, green and blue. */
  readonly channels: 1 | 3;
}

/** The last layer is fully connected: one neuron a class. */
export interface Stack {
  readonly input: InputSpec;
  readonly layers: readonly LayerSpec[];
}

export interface LayerWeights {
  /** Convolution [kernel, kernel, channels, maps], fully connected [inputs, units], row-major. */
  readonly kernel: Float32Array;
  /** [maps] or [units] */
  readonly bias: Float32Array;
}

export interface TrainedNetwork {
  readonly stack: Stack;
  /** One a layer of the stack; null for pooling, which has nothing to learn. */
  readonly weights: readonly (LayerWeights | null)[];
}

/** Pictures as a network sees them, with their classes. */
export interface PictureSet {
  /** [N, side, side, channels] in [0, 1]. */
  readonly inputs: Float32Array;
  /** [N] */
  readonly classIndexes: Uint16Array;
}

export interface NetworkSpec {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  /** Training ends early when an epoch's mean loss is below this; 0: never. */
  readonly enoughLoss: number;
}

export const defaultStack: Stack = { input: { side: 28, channels: 1 }, layers: recapNetwork() };

export const defaultNetworkSpec: NetworkSpec = {
  epochs: 60,
  batchSize: 16,
  learningRate: 0.001,
  seed: 1,
  enoughLoss: 0.01,
};

/** What the builder offers. */
export const networkLimits = {
  side: { min: 8, max: 64, step: 1 },
  kernel: { min: 1, max: 15, step: 1 },
  stride: { min: 1, max: 4, step: 1 },
  maps: { min: 1, max: 32, step: 1 },
  window: { min: 2, max: 8, step: 1 },
  units: { min: 1, max: 256, step: 1 },
  epochs: { min: 1, max: 200, step: 1 },
  learningRate: { min: 0.0001, max: 0.02, step: 0.0001 },
  seed: { min: 0, max: 9999, step: 1 },
} as const satisfies Record<string, Limits>;

export const mostLayers = 10;
/** More than this does not train in a browser in a bearable time. */
const mostParameters = 1_000_000;
const mostMultiplyAdds = 20_000_000;

/** Facts of every layer up to the first impossible one, with the refusals of a network that is to be trained here; a missing output is refused in the place after the last layer. */
export function networkFacts({ input, layers }: Stack): StackFacts {
  const facts = stackFacts(squarePicture(input.side, input.channels), layers);
  return { ...facts, refusal: facts.refusal ?? refusalOfWhole(layers, facts) };
}

/** The stack with as many outputs as there are classes to tell apart. */
export function withOutputs(stack: Stack, classCount: number): Stack {
  const layers = stack.layers.slice(0, -1);
  return { ...stack, layers: [...layers, { kind: 'dense', units: classCount }] };
}

/** Numbers of one picture. */
export function pictureSize({ side, channels }: InputSpec): number {
  return side * side * channels;
}

function refusalOfWhole(layers: readonly LayerSpec[], facts: StackFacts): StackFacts['refusal'] {
  if (layers.at(-1)?.kind !== 'dense') {
    const reason =
      'The last layer must be fully connected, with one neuron for each class. Add one at the end.';
    return { index: layers.length, reason };
  }
  if (facts.parameters > mostParameters) {
    const index = largest(facts.layers, ({ parameters }) => parameters);
    const reason =
      'That is more than a million numbers to learn: too many to train here. Give this layer fewer neurons, or pool before it.';
    return { index, reason };
  }
  if (facts.multiplyAdds > mostMultiplyAdds) {
    const index = largest(facts.layers, ({ multiplyAdds }) => multiplyAdds);
    const reason =
      'One picture would be too much work to train here. Give this layer fewer maps, or let the window before it take larger steps.';
    return { index, reason };
  }
  return null;
}

function largest(layers: readonly LayerFacts[], of: (facts: LayerFacts) => number): number {
  const costs = layers.map(of);
  return costs.indexOf(Math.max(...costs));
}
