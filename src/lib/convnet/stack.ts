// Arithmetic of a stack of layers: sizes, parameters, multiply-adds and receptive fields, or in words why it cannot be.

import type { Field } from './cell-field.ts';
import { countOf, shapeWords, type LayerSpec, type Shape } from './layer-spec.ts';

export type Sized<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** One layer in its place. */
export interface LayerFacts {
  readonly spec: LayerSpec;
  readonly input: Shape;
  readonly output: Shape;
  /** Weights and biases that are learned. */
  readonly parameters: number;
  /** What they would be if every neuron had weights and a bias of its own. */
  readonly parametersUnshared: number;
  /** What they would be if every neuron saw the whole input. */
  readonly parametersFullyConnected: number;
  /** Multiplications (each with an addition) for one picture. Choosing the largest costs none; an average counts one a number. */
  readonly multiplyAdds: number;
  /** Side of the square of picture pixels that one neuron sees, edges of the picture apart. */
  readonly fieldSide: number;
  /** Pixels between the fields of two neighbours. */
  readonly fieldStep: number;
}

export interface StackFacts {
  readonly layers: readonly LayerFacts[];
  /** Why the layer after the last of `layers` is impossible; null when the whole stack holds. */
  readonly refusal: { readonly index: number; readonly reason: string } | null;
  readonly parameters: number;
  readonly multiplyAdds: number;
}

/** Facts of every layer up to the first impossible one. */
export function stackFacts(picture: Shape, specs: readonly LayerSpec[]): StackFacts {
  const layers: LayerFacts[] = [];
  let input = picture;
  let seen = { side: 1, step: 1 };
  for (const [index, spec] of specs.entries()) {
    const output = outputShape(input, spec);
    if (!output.ok) return sum(layers, { index, reason: output.reason });
    seen = fieldAfter(seen, spec, picture);
    layers.push({
      spec,
      input,
      output: output.value,
      ...costs(input, spec, output.value),
      fieldSide: seen.side,
      fieldStep: seen.step,
    });
    input = output.value;
  }
  return sum(layers, null);
}

/** What comes out of a layer, or why nothing can. */
export function outputShape(input: Shape, spec: LayerSpec): Sized<Shape> {
  if (spec.kind === 'dense') {
    return isCount(spec.units)
      ? { ok: true, value: { kind: 'list', length: spec.units } }
      : refuse('A fully connected layer needs at least one neuron.');
  }
  const name = spec.kind === 'conv' ? 'convolution' : 'pooling';
  if (input.kind === 'list') {
    return refuse(
      `A ${name} needs a picture, but after a fully connected layer there is only a list of ${input.length} numbers. Put the ${name} before it.`,
    );
  }
  if (spec.kind === 'conv' && !isCount(spec.maps)) {
    return refuse('A convolution needs at least one feature map.');
  }
  const window = spec.kind === 'conv' ? spec.kernel : spec.window;
  const height = windowCount(input.height, window, spec.stride);
  if (!height.ok) return height;
  const width = windowCount(input.width, window, spec.stride);
  if (!width.ok) return width;
  const channels = spec.kind === 'conv' ? spec.maps : input.channels;
  return {
    ok: true,
    value: { kind: 'maps', height: height.value, width: width.value, channels },
  };
}

/** How many places a window of `window` pixels has along `length` pixels, `stride` pixels apart. Pixels left over at the end are seen by none. */
export function windowCount(length: number, window: number, stride: number): Sized<number> {
  if (!isCount(length)) return refuse('A picture needs at least one pixel.');
  if (!isCount(window)) return refuse('A window needs at least one pixel.');
  if (!isCount(stride)) return refuse('The window must move by at least one whole pixel.');
  if (window > length) {
    return refuse(
      `A window of ${window} × ${window} does not fit on ${length} × ${length} pixels. Make the window smaller, or what it looks at larger.`,
    );
  }
  return { ok: true, value: Math.floor((length - window) / stride) + 1 };
}

/**
 * Pixels of the picture that neuron (`row`, `column`) after `specs` sees: a rectangle, inside the picture.
 * Throws a RangeError when the stack is impossible or has no such neuron. After a dense layer everything is seen.
 */
export function fieldInStack(
  picture: Shape,
  specs: readonly LayerSpec[],
  row: number,
  column: number,
): Field {
  const { layers, refusal } = stackFacts(picture, specs);
  const map = layers.at(-1)?.output ?? picture;
  if (refusal || picture.kind === 'list') throw new RangeError('the stack is impossible');
  if (map.kind === 'list') return { left: 0, top: 0, width: picture.width, height: picture.height };
  if (!(row >= 0 && row < map.height && column >= 0 && column < map.width)) {
    throw new RangeError(`${shapeWords(map)} has no neuron (${row}, ${column})`);
  }
  const { fieldSide, fieldStep } = layers.at(-1) ?? { fieldSide: 1, fieldStep: 1 };
  return {
    left: column * fieldStep,
    top: row * fieldStep,
    width: fieldSide,
    height: fieldSide,
  };
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;

const refuse = (reason: string): Sized<never> => ({ ok: false, reason });

function costs(input: Shape, spec: LayerSpec, output: Shape) {
  const inputs = countOf(input);
  const neurons = countOf(output);
  if (spec.kind === 'dense') {
    const all = neurons * (inputs + 1);
    return {
      parameters: all,
      parametersUnshared: all,
      parametersFullyConnected: all,
      multiplyAdds: neurons * inputs,
    };
  }
  if (spec.kind === 'pool') {
    return {
      parameters: 0,
      parametersUnshared: 0,
      parametersFullyConnected: 0,
      multiplyAdds: spec.of === 'average' ? neurons * spec.window ** 2 : 0,
    };
  }
  const weights = spec.kernel ** 2 * (input.kind === 'maps' ? input.channels : 1);
  return {
    parameters: spec.maps * (weights + 1),
    parametersUnshared: neurons * (weights + 1),
    parametersFullyConnected: neurons * (inputs + 1),
    multiplyAdds: neurons * weights,
  };
}

interface Seen {
  readonly side: number;
  readonly step: number;
}

function fieldAfter({ side, step }: Seen, spec: LayerSpec, picture: Shape): Seen {
  if (spec.kind === 'dense') {
    const whole = picture.kind === 'maps' ? Math.max(picture.height, picture.width) : 1;
    return { side: whole, step: 0 };
  }
  const window = spec.kind === 'conv' ? spec.kernel : spec.window;
  return { side: side + (window - 1) * step, step: step * spec.stride };
}

function sum(layers: LayerFacts[], refusal: StackFacts['refusal']): StackFacts {
  const total = (of: (facts: LayerFacts) => number): number =>
    layers.reduce((before, facts) => before + of(facts), 0);
  return {
    layers,
    refusal,
    parameters: total(({ parameters }) => parameters),
    multiplyAdds: total(({ multiplyAdds }) => multiplyAdds),
  };
}
