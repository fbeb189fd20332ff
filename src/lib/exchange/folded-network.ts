// A chain of convolutions with batch normalisation folded in, as a backbone of Handful's own format is written.
// Built step by step while a layers model is read; every step refuses what the format cannot say.

import type { FoldedLayer } from '#lib/core/folded-backbone.ts';

/** Why a network cannot become a backbone; words that follow the file's name. */
export class NetworkRefusal extends Error {}

/** A layer while what follows it is still being read. */
interface GrowingLayer extends Omit<FoldedLayer, 'activation' | 'residual'> {
  normalised: boolean;
  activation: FoldedLayer['activation'];
  residual: FoldedLayer['residual'];
}

/** The maps at one place of the chain, told apart by identity. */
export interface Maps {
  readonly side: number;
  readonly channels: number;
  /** Zeros around, from a padding layer: [before, after], the same in both directions. */
  readonly padding: readonly [number, number] | null;
}

interface Convolution {
  readonly kind: FoldedLayer['kind'];
  readonly kernel: readonly [number, number, number, number];
  readonly stride: number;
  readonly padding: 'same' | 'valid';
  readonly weights: Float32Array;
  /** null: zeros. */
  readonly bias: Float32Array | null;
}

const mostLayers = 500;
const mostMultiplyAdds = 4e9;

export class FoldedNetwork {
  readonly layers: GrowingLayer[] = [];
  /** What each layer reads. */
  readonly #inputs: Maps[] = [];
  #current: Maps;
  /** The end with zeros around it, which only the next convolution may read. */
  #padded: Maps | null = null;
  #multiplyAdds = 0;

  constructor(input: Maps) {
    this.#current = input;
  }

  get end(): Maps {
    return this.#current;
  }

  /** Zeros around the maps; only as much as the next convolution needs to be “same”. */
  pad(input: Maps, padding: readonly [number, number]): Maps {
    this.#mustBeEnd(input);
    // The maps themselves stay the end of the chain: an addition may still name them.
    this.#padded = { ...input, padding };
    return this.#padded;
  }

  convolve(input: Maps, { kind, kernel, stride, padding, weights, bias }: Convolution): Maps {
    const unpadded = input === this.#padded ? this.#current : input;
    this.#mustBeEnd(unpadded);
    const out = kind === 'conv' ? kernel[3] : kernel[2];
    if (stride !== 1 && stride !== 2) refuse('a step that is neither 1 nor 2');
    if (kernel[0] !== kernel[1]) refuse('a window that is not square');
    if (kernel[2] !== input.channels) refuse('layers that do not fit together');
    if (kind === 'depthwise' && kernel[3] !== 1) refuse('a depth multiplier');
    mustBeSame(input, kernel[0], stride, padding);
    const side = Math.ceil(input.side / stride);
    this.#multiplyAdds += weights.length * side * side;
    if (this.layers.length >= mostLayers || this.#multiplyAdds > mostMultiplyAdds) {
      throw new NetworkRefusal('is a network that is too large to run live.');
    }
    this.#inputs.push(unpadded);
    this.layers.push({
      kind,
      kernel,
      stride: stride === 1 ? 1 : 2,
      weights: weights.slice(),
      bias: bias?.slice() ?? new Float32Array(out),
      normalised: false,
      activation: 'linear',
      residual: null,
    });
    return this.#move({ side, channels: out, padding: null });
  }

  /** Output channel c becomes scale[c] · c + shift[c], folded into the last convolution. */
  normalise(input: Maps, scale: Float32Array, shift: Float32Array): Maps {
    const last = this.#lastLinear(input);
    // Nobody normalises twice; a file that did so a thousand times would keep the page busy for long.
    if (last.normalised) return refuse('normalisation twice');
    last.normalised = true;
    const out = last.bias.length;
    const { weights, bias } = last;
    // Both kernel layouts have the output channel last (a depthwise kernel's last side is 1).
    for (let i = 0; i < weights.length; i += 1)
      weights[i] = (weights[i] ?? 0) * (scale[i % out] ?? 0);
    for (let c = 0; c < out; c += 1) bias[c] = (bias[c] ?? 0) * (scale[c] ?? 0) + (shift[c] ?? 0);
    return this.#move({ ...input });
  }

  activate(input: Maps, activation: 'relu' | 'relu6' | 'linear'): Maps {
    if (activation === 'linear') return input;
    this.#lastLinear(input).activation = activation;
    return this.#move({ ...input });
  }

  /** One of the two is the end of the chain, the other what an earlier layer reads. */
  add(a: Maps, b: Maps): Maps {
    const earlier = a === this.#current ? b : a;
    const last = this.#lastLinear(a === this.#current ? a : b);
    const start = this.#inputs.findLastIndex((input) => input === earlier);
    const layer = this.layers[start];
    if (layer?.residual !== null || last === layer) return refuse('branches');
    const between = this.layers.slice(start + 1);
    if (between.some(({ residual }) => residual !== null))
      return refuse('branches inside branches');
    if (earlier.channels !== a.channels || earlier.side !== a.side || a.side !== b.side) {
      return refuse('branches of different sizes');
    }
    layer.residual = 'start';
    last.residual = 'add';
    return this.#move({ ...this.#current });
  }

  #lastLinear(input: Maps): GrowingLayer {
    this.#mustBeEnd(input);
    const last = this.layers.at(-1);
    if (last?.activation !== 'linear' || last.residual === 'add') {
      return refuse('its layers in another order');
    }
    return last;
  }

  #mustBeEnd(input: Maps): void {
    if (input !== this.#current) refuse('branches');
  }

  #move(next: Maps): Maps {
    this.#current = next;
    this.#padded = null;
    return next;
  }
}

export function refuse(what: string): never {
  throw new NetworkRefusal(`is a network with ${what}, which Handful cannot run.`);
}

/** The format knows one padding only, TensorFlow's SAME; other words for the same zeros are fine. */
function mustBeSame(
  { side, padding: zeros }: Maps,
  window: number,
  stride: number,
  padding: 'same' | 'valid',
): void {
  if (padding === 'same') {
    if (zeros !== null) refuse('padding twice');
    return;
  }
  const total = Math.max(0, (Math.ceil(side / stride) - 1) * stride + window - side);
  const before = Math.floor(total / 2);
  const [first, second] = zeros ?? [0, 0];
  if (first !== before || second !== total - before) refuse('unusual padding');
}
