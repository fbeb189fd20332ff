// A Keras or tfjs layers model read as a backbone (folded convolutions, averaged) and a dense head.
// `config` may be a list or an object, models may lie inside models; anything the two parts cannot say is refused.

import * as v from 'valibot';
import type { DenseLayer } from '#lib/learning/head.ts';
import { checked } from './schema.ts';
import { FoldedNetwork, NetworkRefusal, refuse, type Maps } from './folded-network.ts';
import type { TensorShelf } from './model-tensors.ts';

export interface LayersNetwork {
  readonly inputSizePx: number;
  /** 3, or 1 for a grey picture. */
  readonly inputChannels: number;
  /** What a pixel's 0 and 255 become before the first convolution. */
  readonly inputRange: readonly [number, number];
  readonly network: FoldedNetwork;
  /** Layers after the averaged maps; the last is softmax. */
  readonly head: readonly DenseLayer[];
}

const layerSchema = v.object({
  class_name: v.string(),
  config: v.union([v.array(v.unknown()), v.looseObject({})]),
  name: v.optional(v.string()),
  inbound_nodes: v.optional(v.array(v.unknown())),
});
type Layer = v.InferOutput<typeof layerSchema>;
type Config = Readonly<Record<string, unknown>>;

type Value =
  | { readonly kind: 'maps'; readonly maps: Maps }
  | { readonly kind: 'vector'; readonly size: number };

/** Teachable Machine feeds x / 127 − 1. */
const fedRange = [-1, 255 / 127 - 1] as const;
const mostSidePx = 512;
const deepestNesting = 8;

/** Reads `modelTopology`, which must end in classes. Throws `NetworkRefusal` with words that follow the file's name. */
export function readLayersModel(topology: unknown, shelf: TensorShelf): LayersNetwork {
  const { network, ends } = readLayers(topology, shelf);
  if (!ends || network.head.at(-1)?.activation !== 'softmax')
    return refuse('no classes at its end');
  return network;
}

/** Reads a `modelTopology` without classes: it ends in maps or their average. Throws as `readLayersModel` does. */
export function readLayersTrunk(topology: unknown, shelf: TensorShelf): LayersNetwork {
  const { network } = readLayers(topology, shelf);
  if (network.head.length > 0) return refuse('layers after the average');
  return network;
}

/** `ends`: whether the last thing is a vector. */
function readLayers(
  topology: unknown,
  shelf: TensorShelf,
): { readonly network: LayersNetwork; readonly ends: boolean } {
  const outer = checked(v.looseObject({ model_config: v.optional(v.unknown()) }), topology);
  if (!outer.success) throw new NetworkRefusal('is damaged (it has no modelTopology).');
  const model = parseLayer(outer.output.model_config ?? topology);
  const [side, , channels] = inputShape(model, 0);
  const input: Maps = { side, channels, padding: null };
  const reader = new Reader(new FoldedNetwork(input), shelf);
  const end = reader.run(model, { kind: 'maps', maps: input }, 0);
  const { network, head, inputRange } = reader;
  const read = { inputSizePx: side, inputChannels: channels, inputRange, network, head };
  return { network: read, ends: end.kind === 'vector' };
}

class Reader {
  readonly network: FoldedNetwork;
  readonly head: DenseLayer[] = [];
  inputRange: readonly [number, number] = fedRange;
  readonly #shelf: TensorShelf;
  /** A dense layer without activation yet. */
  #open: Omit<DenseLayer, 'activation'> | null = null;

  constructor(network: FoldedNetwork, shelf: TensorShelf) {
    this.network = network;
    this.#shelf = shelf;
  }

  run(layer: Layer, input: Value, depth: number): Value {
    if (depth > deepestNesting) refuse('too many models inside models');
    switch (layer.class_name) {
      case 'Sequential':
        return sequentialLayers(layer).reduce<Value>(
          (value, each) => this.run(parseLayer(each), value, depth + 1),
          input,
        );
      case 'Model':
      case 'Functional':
        return this.#graph(layer, input, depth + 1);
      default:
        return this.#layer(layer.class_name, nameOf(layer), configOf(layer), [input]);
    }
  }

  #graph(model: Layer, input: Value, depth: number): Value {
    const config = checked(graphSchema, model.config);
    if (!config.success) throw new NetworkRefusal('is damaged (its graph of layers is broken).');
    const values = new Map<string, Value>();
    for (const raw of config.output.layers) {
      const layer = parseLayer(raw);
      const inputs = inboundNames(layer).map((name) => {
        const value = values.get(name);
        return value ?? refuse('layers that lead nowhere');
      });
      const [first] = inputs;
      const nested = /^(Sequential|Model|Functional)$/.test(layer.class_name);
      const name = nameOf(layer);
      const value =
        layer.class_name === 'InputLayer'
          ? input
          : nested && first
            ? this.run(layer, first, depth)
            : this.#layer(layer.class_name, name, configOf(layer), inputs);
      values.set(name, value);
    }
    const [end] = config.output.output_layers;
    return values.get(end?.[0] ?? '') ?? refuse('no output');
  }

  #layer(kind: string, name: string, config: Config, inputs: readonly Value[]): Value {
    const [first, second] = inputs;
    if (!first) return refuse(`a layer “${kind}” without input`);
    if (first.kind === 'vector') return this.#vectorLayer(kind, name, config, first);
    if (kind === 'Add' && second?.kind === 'maps' && inputs.length === 2) {
      return { kind: 'maps', maps: this.network.add(first.maps, second.maps) };
    }
    if (inputs.length > 1) return refuse('branches');
    if (kind === 'GlobalAveragePooling2D') {
      if (first.maps !== this.network.end) refuse('branches');
      return { kind: 'vector', size: first.maps.channels };
    }
    if (kind === 'Flatten') {
      throw new NetworkRefusal(
        'has a head that reads every place of the picture by itself; Handful only runs heads that read the average.',
      );
    }
    return { kind: 'maps', maps: this.#mapsLayer(kind, name, config, first.maps) };
  }

  #mapsLayer(kind: string, name: string, config: Config, maps: Maps): Maps {
    switch (kind) {
      case 'InputLayer':
      case 'Dropout':
        return maps;
      case 'ZeroPadding2D':
        return this.network.pad(maps, paddingOf(config.padding));
      case 'Conv2D':
      case 'DepthwiseConv2D':
        return this.#convolution(kind === 'Conv2D' ? 'conv' : 'depthwise', name, config, maps);
      case 'BatchNormalization':
        return this.#normalisation(name, config, maps);
      case 'ReLU':
      case 'Activation':
        return this.network.activate(maps, activationOf(kind, config));
      default:
        return refuse(`a layer “${kind.slice(0, 60)}”`);
    }
  }

  #convolution(kind: 'conv' | 'depthwise', name: string, config: Config, maps: Maps): Maps {
    const [height, width] = pairOf(config.kernel_size);
    const [stride, strideAcross] = pairOf(config.strides);
    const [dilation] = config.dilation_rate === undefined ? [1] : pairOf(config.dilation_rate);
    if (stride !== strideAcross || dilation !== 1) refuse('unusual steps');
    const last = kind === 'conv' ? wholeOf(config.filters) : 1;
    const kernel = [height, width, maps.channels, last] as const;
    const weightName = kind === 'conv' ? 'kernel' : 'depthwise_kernel';
    const out = kind === 'conv' ? last : maps.channels;
    const next = this.network.convolve(maps, {
      kind,
      kernel,
      stride,
      padding: config.padding === 'same' ? 'same' : 'valid',
      weights: this.#weights(name, weightName, kernel),
      bias: config.use_bias === false ? null : this.#weights(name, 'bias', [out]),
    });
    return this.network.activate(next, activationOf('Activation', config));
  }

  #normalisation(name: string, config: Config, maps: Maps): Maps {
    const size = [maps.channels];
    const epsilon = typeof config.epsilon === 'number' ? config.epsilon : 1e-3;
    const ones = new Float32Array(maps.channels).fill(1);
    const zeros = new Float32Array(maps.channels);
    const gamma = config.scale === false ? ones : this.#weights(name, 'gamma', size);
    const beta = config.center === false ? zeros : this.#weights(name, 'beta', size);
    const mean = this.#weights(name, 'moving_mean', size);
    const variance = this.#weights(name, 'moving_variance', size);
    const scale = gamma.map((g, c) => g / Math.sqrt((variance[c] ?? 0) + epsilon));
    const shift = beta.map((b, c) => b - (mean[c] ?? 0) * (scale[c] ?? 0));
    if (this.network.layers.length === 0) return this.#rescale(maps, scale, shift);
    return this.network.normalise(maps, scale, shift);
  }

  /** On the picture itself, alike for every colour, it only says another range of its pixels. */
  #rescale(maps: Maps, scale: Float32Array, shift: Float32Array): Maps {
    const [by = 1, plus = 0] = [scale[0], shift[0]];
    const alike = scale.every((x) => x === by) && shift.every((x) => x === plus);
    if (!alike || maps !== this.network.end) refuse('its layers in another order');
    const [low, high] = this.inputRange;
    this.inputRange = [low * by + plus, high * by + plus];
    return maps;
  }

  #vectorLayer(
    kind: string,
    name: string,
    config: Config,
    input: Value & { kind: 'vector' },
  ): Value {
    if (['Dropout', 'Flatten', 'Reshape', 'InputLayer'].includes(kind)) return input;
    if (kind === 'Activation' || kind === 'Softmax' || kind === 'ReLU') {
      const word = kind === 'Activation' ? config.activation : kind.toLowerCase();
      return this.#close(input, word);
    }
    if (kind !== 'Dense' || this.#open || this.head.at(-1)?.activation === 'softmax') {
      return refuse(`a layer “${kind.slice(0, 60)}” in its head`);
    }
    const units = wholeOf(config.units);
    const kernel = this.#weights(name, 'kernel', [input.size, units]).slice();
    const bias =
      config.use_bias === false
        ? new Float32Array(units)
        : this.#weights(name, 'bias', [units]).slice();
    this.#open = { kernel, bias, units };
    const value: Value = { kind: 'vector', size: units };
    return config.activation === 'linear' ? value : this.#close(value, config.activation);
  }

  #close(value: Value, activation: unknown): Value {
    if (!this.#open || (activation !== 'relu' && activation !== 'softmax')) {
      return refuse('an unusual head');
    }
    this.head.push({ ...this.#open, activation });
    this.#open = null;
    return value;
  }

  #weights(layer: string, weight: string, shape: readonly number[]): Float32Array {
    const found = this.#shelf.find(layer, weight, shape);
    if (found) return found;
    throw new NetworkRefusal(`is damaged (the weights “${layer}/${weight}” are missing).`);
  }
}

const nodeEnd = v.looseTuple([v.string()]);
const graphSchema = v.looseObject({
  layers: v.pipe(v.array(v.unknown()), v.maxLength(2000)),
  output_layers: v.array(nodeEnd),
});
const inboundSchema = v.looseTuple([v.array(nodeEnd)]);

function parseLayer(raw: unknown): Layer {
  const parsed = checked(layerSchema, raw);
  if (parsed.success) return parsed.output;
  throw new NetworkRefusal('is damaged (a layer of its model cannot be read).');
}

function sequentialLayers({ config }: Layer): readonly unknown[] {
  const layers: unknown = Array.isArray(config) ? config : config.layers;
  if (Array.isArray(layers) && layers.length > 0 && layers.length <= 2000) return layers;
  throw new NetworkRefusal('is damaged (a model without layers).');
}

const configOf = ({ config }: Layer): Config => (Array.isArray(config) ? {} : config);

function nameOf(layer: Layer): string {
  const own = configOf(layer).name;
  return layer.name ?? (typeof own === 'string' ? own : '');
}

function inboundNames(layer: Layer): string[] {
  if (!layer.inbound_nodes || layer.inbound_nodes.length === 0) return [];
  const parsed = checked(inboundSchema, layer.inbound_nodes);
  if (parsed.success) return parsed.output[0].map(([name]) => name);
  throw new NetworkRefusal('is damaged (a layer of its model is connected to nothing).');
}

/** [side, side, channels] of the first layer that says so. */
function inputShape(layer: Layer, depth: number): readonly [number, number, number] {
  const shape = configOf(layer).batch_input_shape;
  if (Array.isArray(shape)) {
    const [, height, width, channels] = shape.map((n): unknown => n);
    const side = wholeOf(height);
    if (side !== width || side > mostSidePx) refuse('an input that is not a small square');
    if (channels !== 1 && channels !== 3) return refuse('an input that is no picture');
    return [side, side, channels];
  }
  const inner = depth > deepestNesting || isPlain(layer) ? [] : sequentialLayers(layer);
  const [first] = inner;
  if (first === undefined) return refuse('no input');
  return inputShape(parseLayer(first), depth + 1);
}

const isPlain = ({ class_name }: Layer): boolean =>
  !/^(Sequential|Model|Functional)$/.test(class_name);

function wholeOf(value: unknown): number {
  const isSize =
    typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 65_536;
  return isSize ? value : refuse('a size that is no number');
}

function pairOf(value: unknown): readonly [number, number] {
  if (!Array.isArray(value)) return [wholeOf(value), wholeOf(value)];
  const [a, b] = value.map((n): unknown => n);
  return [wholeOf(a), wholeOf(b ?? a)];
}

/** [before, after], which must be the same in both directions. */
function paddingOf(value: unknown): readonly [number, number] {
  const sides = checked(v.tuple([v.array(v.number()), v.array(v.number())]), value);
  if (!sides.success) return refuse('unusual padding');
  const [[top = 0, bottom = 0], [left, right]] = sides.output;
  if (top !== left || bottom !== right) return refuse('unusual padding');
  return [top, bottom];
}

function activationOf(kind: string, config: Config): 'relu' | 'relu6' | 'linear' {
  if (kind === 'ReLU') {
    const most = config.max_value ?? null;
    return most === null ? 'relu' : most === 6 ? 'relu6' : refuse('an unusual ReLU');
  }
  const { activation } = config;
  if (activation === undefined || activation === 'linear' || activation === null) return 'linear';
  return activation === 'relu' || activation === 'relu6'
    ? activation
    : refuse('an unusual activation');
}
