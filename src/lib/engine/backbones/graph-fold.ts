// A MobileNet that comes as a graph of TensorFlow → layers with everything folded in: what the vectors and other programs'
// formats need. Scales, offsets and activations are nodes of their own there; a graph that holds anything else is left alone.

import type { FoldedLayer } from '#lib/core/folded-backbone.ts';

/** As much of a node as is read here. */
export interface GraphNode {
  readonly name: string;
  readonly op?: string | undefined;
  readonly input?: readonly string[] | undefined;
  readonly attr?: Readonly<Record<string, unknown>> | undefined;
}

/** A weight of the manifest, in the order in which they lie in the file. */
export interface GraphWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: unknown;
}

export interface FoldedGraph {
  readonly layers: readonly FoldedLayer[];
  /** What the graph makes of its input before the first layer: x · scale + offset. */
  readonly scale: number;
  readonly offset: number;
}

/** The layers up to the node `pooled`; null when there is something that they cannot say. */
export function foldedGraph(
  nodes: readonly GraphNode[],
  weights: readonly GraphWeight[],
  bytes: Uint8Array,
  pooled: string,
): FoldedGraph | null {
  const constants = readConstants(weights, bytes);
  if (!constants) return null;
  try {
    return new Fold(nodes, constants).upTo(pooled);
  } catch (error) {
    if (error instanceof NotFoldable) return null;
    throw error;
  }
}

class NotFoldable extends Error {}

interface Constant {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The picture, scaled and moved; or what a layer gives. */
type Value = { readonly scale: number; readonly offset: number } | Draft;

interface Draft {
  readonly depth: number;
  readonly kind: FoldedLayer['kind'];
  readonly kernel: FoldedLayer['kernel'];
  readonly stride: 1 | 2;
  readonly input: Value;
  weights: Float32Array;
  bias: Float32Array;
  activation: FoldedLayer['activation'];
  plus: Draft | null;
}

class Fold {
  readonly #nodes: ReadonlyMap<string, GraphNode>;
  readonly #constants: ReadonlyMap<string, Constant>;
  readonly #values = new Map<string, Value>();

  constructor(nodes: readonly GraphNode[], constants: ReadonlyMap<string, Constant>) {
    this.#nodes = new Map(nodes.map((node) => [node.name, node]));
    this.#constants = constants;
  }

  upTo(pooled: string): FoldedGraph {
    const last = this.#value(this.#node(pooled).input?.[0]);
    const chain: Draft[] = [];
    let value = last;
    while ('kind' in value) {
      chain.unshift(value);
      value = value.input;
    }
    return { layers: chain.map((draft) => layerOf(draft, chain)), ...value };
  }

  #node(name: string): GraphNode {
    const node = this.#nodes.get(name);
    if (!node) throw new NotFoldable();
    return node;
  }

  #value(name = ''): Value {
    const known = this.#values.get(name);
    if (known) return known;
    const value = this.#compute(this.#node(name));
    this.#values.set(name, value);
    return value;
  }

  #compute(node: GraphNode): Value {
    const [first, second] = node.input ?? [];
    switch (node.op) {
      case 'Placeholder':
        return { scale: 1, offset: 0 };
      case 'Identity':
        return this.#value(first);
      case 'Conv2D':
      case '_FusedConv2D':
        return this.#convolution(node, 'conv');
      case 'DepthwiseConv2dNative':
      case 'FusedDepthwiseConv2dNative':
        return this.#convolution(node, 'depthwise');
      case 'Relu':
      case 'Relu6':
        return activated(this.#value(first), node.op);
      case 'Mul':
        return this.#withConstant(first, second, scaled);
      case 'Sub':
        return moved(this.#value(first), negated(this.#constant(second)));
      case 'Add':
      case 'AddV2':
      case 'AddN':
      case 'BiasAdd':
        return this.#isConstant(first) || this.#isConstant(second)
          ? this.#withConstant(first, second, moved)
          : sum(this.#value(first), this.#value(second));
      case undefined:
      default:
        throw new NotFoldable();
    }
  }

  #convolution(node: GraphNode, kind: FoldedLayer['kind']): Draft {
    const [from, kernelName, biasName] = node.input ?? [];
    const kernel = this.#constant(kernelName);
    const [height = 0, width = 0, inputs = 0, outputs = 0] = kernel.shape;
    const stride = Number(listOf(node, 'strides')[1]);
    const plain = textOf(node, 'padding') === 'SAME' && textOf(node, 'data_format') === 'NHWC';
    const wide = listOf(node, 'dilations').some((step) => Number(step) !== 1);
    const simple = kernel.shape.length === 4 && (stride === 1 || stride === 2);
    if (!plain || wide || !simple || (kind === 'depthwise' && outputs !== 1)) {
      throw new NotFoldable();
    }
    const input = this.#value(from);
    const draft: Draft = {
      depth: 'kind' in input ? input.depth + 1 : 0,
      kind,
      kernel: [height, width, inputs, outputs],
      stride,
      input,
      weights: kernel.values,
      bias: new Float32Array(kind === 'conv' ? outputs : inputs),
      activation: 'linear',
      plus: null,
    };
    const steps = listOf(node, 'fused_ops').map((step) => decoded(String(step)));
    return steps.reduce<Draft>((value, step) => {
      if (step === 'BiasAdd') return moved(value, this.#constant(biasName));
      if (step === 'Relu' || step === 'Relu6') return activated(value, step);
      throw new NotFoldable();
    }, draft);
  }

  #withConstant(
    first: string | undefined,
    second: string | undefined,
    change: (value: Value, constant: Constant) => Value,
  ): Value {
    return this.#isConstant(first)
      ? change(this.#value(second), this.#constant(first))
      : change(this.#value(first), this.#constant(second));
  }

  #isConstant(name = ''): boolean {
    return this.#constants.has(name);
  }

  #constant(name = ''): Constant {
    const constant = this.#constants.get(name);
    if (!constant) throw new NotFoldable();
    return constant;
  }
}

/** A layer before its activation: every output channel has a factor, or a summand, of its own. */
function linear(value: Value): Draft {
  if (!('kind' in value) || value.activation !== 'linear') throw new NotFoldable();
  return value;
}

function scaled(value: Value, { values }: Constant): Value {
  if (!('kind' in value)) {
    const factor = single(values);
    return { scale: value.scale * factor, offset: value.offset * factor };
  }
  const draft = linear(value);
  if (draft.plus) throw new NotFoldable();
  const channels = draft.bias.length;
  const weights = draft.weights.map((weight, i) => weight * channel(values, i % channels));
  const bias = draft.bias.map((number, c) => number * channel(values, c));
  return { ...draft, weights, bias };
}

function moved<V extends Value>(value: V, constant: Constant): V;
function moved(value: Value, { values }: Constant): Value {
  if (!('kind' in value)) return { ...value, offset: value.offset + single(values) };
  const draft = linear(value);
  return { ...draft, bias: draft.bias.map((number, c) => number + channel(values, c)) };
}

function negated({ shape, values }: Constant): Constant {
  return { shape, values: values.map((value) => -value) };
}

function activated<V extends Value>(value: V, op: 'Relu' | 'Relu6'): V;
function activated(value: Value, op: 'Relu' | 'Relu6'): Value {
  const draft = linear(value);
  if (draft.plus) throw new NotFoldable();
  return { ...draft, activation: op === 'Relu' ? 'relu' : 'relu6' };
}

/** The deeper of the two adds the other, which its block began with. */
function sum(one: Value, other: Value): Value {
  if (!('kind' in one) || !('kind' in other)) throw new NotFoldable();
  const [deep, kept] = one.depth > other.depth ? [one, other] : [other, one];
  if (linear(deep).plus) throw new NotFoldable();
  return { ...deep, plus: kept };
}

/** The kept input is the output of the layer before the one that is marked `start`. */
function layerOf(draft: Draft, chain: readonly Draft[]): FoldedLayer {
  const { kind, kernel, stride, weights, bias, activation, plus, input } = draft;
  const starts = chain.some((other) => other.plus !== null && other.plus === input);
  const keptBy = plus && chain.find((other) => other.input === plus);
  if (plus && !keptBy) throw new NotFoldable();
  if (plus && starts) throw new NotFoldable();
  const residual = plus ? 'add' : starts ? 'start' : null;
  return { kind, kernel, stride, weights, bias, activation, residual };
}

function single(values: Float32Array): number {
  if (values.length !== 1) throw new NotFoldable();
  return values[0] ?? 0;
}

function channel(values: Float32Array, c: number): number {
  return values[values.length === 1 ? 0 : c] ?? NaN;
}

/** By name; null when a number is kept in another way than as float32. Whole numbers are only places and are left out. */
function readConstants(
  weights: readonly GraphWeight[],
  bytes: Uint8Array,
): ReadonlyMap<string, Constant> | null {
  const constants = new Map<string, Constant>();
  let from = 0;
  for (const { name, shape, dtype, quantization } of weights) {
    if (quantization !== undefined || !['float32', 'int32'].includes(dtype)) return null;
    const length = 4 * shape.reduce((product, side) => product * side, 1);
    const own = bytes.slice(from, from + length);
    if (own.length !== length) return null;
    if (dtype === 'float32') constants.set(name, { shape, values: new Float32Array(own.buffer) });
    from += length;
  }
  return constants;
}

function listOf(node: GraphNode, name: string): readonly unknown[] {
  const { list } = (node.attr?.[name] ?? {}) as { readonly list?: Record<string, unknown> };
  const items = list?.i ?? list?.s;
  return Array.isArray(items) ? items : [];
}

function textOf(node: GraphNode, name: string): string {
  const { s } = (node.attr?.[name] ?? {}) as { readonly s?: unknown };
  return typeof s === 'string' ? decoded(s) : '';
}

/** Texts are base64 in the file. */
function decoded(text: string): string {
  try {
    return atob(text);
  } catch {
    return '';
  }
}
