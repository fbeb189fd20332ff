// A trained head on its backbone as one ONNX graph: picture → range → convolutions → average → features → probabilities.
// Convolutions are NCHW with their zeros written out, as TensorRT wants them; TensorFlow's SAME puts the odd zero last.

import type { FoldedBackbone, FoldedLayer } from '#lib/core/folded-backbone.ts';
import type { OnnxGraph } from '#lib/core/onnx-graph.ts';
import { featuresOf } from '#lib/learning/features.ts';
import type { TrainedHead, Whitening } from '#lib/learning/head.ts';
import type { ModelSample } from './model-samples.ts';
import { OnnxBuilder } from './onnx-builder.ts';
import { onnxFeatures, onnxHead } from './onnx-head.ts';

export interface OnnxModelInput {
  readonly folded: FoldedBackbone;
  readonly head: TrainedHead;
  /** The backbone's; null when it has none. */
  readonly whitening: Whitening | null;
  /** Samples that tell *none of these*; none: the graph has no output `similarity`. */
  readonly samples: readonly ModelSample[];
  /** Cosine under which a picture is none of the classes; null: never. */
  readonly unknownThreshold: number | null;
  readonly name: string;
}

/** Input `image` [1, side, side, 3], 0 … 255; outputs `probabilities` [1, C], `embedding` [1, D], `similarity` [1, 1]. */
export function onnxModel(input: OnnxModelInput): OnnxGraph {
  const { folded, head, whitening, samples, name } = input;
  const { inputSizePx: side, embeddingSize } = folded;
  const builder = new OnnxBuilder();
  const pixels = builder.node('Transpose', ['image'], { perm: [0, 3, 1, 2] });
  const maps = backboneNodes(builder, inRange(builder, pixels, folded.inputRange), folded);
  const average = builder.node('GlobalAveragePool', [maps]);
  const embedding = builder.node('Flatten', [average], { axis: 1 });
  const features = onnxFeatures(builder, embedding, whitening);
  const probabilities = onnxHead(builder, head, { embedding, features });
  builder.output('probabilities', probabilities, [1, head.classIds.length]);
  builder.output('embedding', embedding, [1, embeddingSize]);
  if (samples.length > 0) {
    const rows = builder.constant('samples', [embeddingSize, samples.length], columns(input));
    const cosines = builder.node('MatMul', [features, rows]);
    const largest = builder.node('ReduceMax', [cosines], { axes: [1], keepdims: 1 });
    builder.output('similarity', largest, [1, 1]);
  }
  return builder.graph(name, [{ name: 'image', shape: [1, side, side, 3] }], metadataOf(input));
}

function metadataOf({ folded, head, samples, unknownThreshold }: OnnxModelInput) {
  return {
    labels: JSON.stringify(head.labels),
    input: 'RGB, 0 to 255, the middle square of the picture, not mirrored',
    backbone: `${folded.id} ${folded.sha256}`,
    ...(samples.length > 0 &&
      unknownThreshold !== null && { unknownBelowSimilarity: `${unknownThreshold}` }),
  };
}

/** 0 … 255 → the range the backbone wants. Not part of the first kernel, which sees zeros around the picture too. */
function inRange(
  builder: OnnxBuilder,
  pixels: string,
  [low, high]: FoldedBackbone['inputRange'],
): string {
  const scale = builder.scalar('pixel_scale', (high - low) / 255);
  const scaled = builder.node('Mul', [pixels, scale]);
  return builder.node('Add', [scaled, builder.scalar('pixel_shift', low)]);
}

/** [1, 3, side, side] → [1, D, h, w] */
function backboneNodes(builder: OnnxBuilder, input: string, folded: FoldedBackbone): string {
  const clipped = folded.layers.some(({ activation }) => activation === 'relu6');
  const limits = clipped ? [builder.scalar('relu6_low', 0), builder.scalar('relu6_high', 6)] : [];
  let x = input;
  let kept = input;
  let side = folded.inputSizePx;
  for (const [i, layer] of folded.layers.entries()) {
    if (layer.residual === 'start') kept = x;
    x = convolution(builder, x, layer, i, side);
    side = Math.ceil(side / layer.stride);
    if (layer.activation === 'relu') x = builder.node('Relu', [x]);
    if (layer.activation === 'relu6') x = builder.node('Clip', [x, ...limits]);
    if (layer.residual === 'add') x = builder.node('Add', [x, kept]);
  }
  return x;
}

function convolution(
  builder: OnnxBuilder,
  input: string,
  { kind, kernel, stride, weights, bias }: FoldedLayer,
  index: number,
  side: number,
): string {
  const [height, width, inputs, last] = kernel;
  const name = `${kind}_${String(index).padStart(2, '0')}`;
  const shape = kind === 'conv' ? [last, inputs, height, width] : [inputs, 1, height, width];
  const filter = builder.constant(`${name}_weights`, shape, outputsFirst(weights, kernel, kind));
  const shift = builder.constant(`${name}_bias`, [bias.length], bias);
  const [top, bottom] = samePadding(side, height, stride);
  const [left, right] = samePadding(side, width, stride);
  return builder.node('Conv', [input, filter, shift], {
    kernel_shape: [height, width],
    strides: [stride, stride],
    pads: [top, left, bottom, right],
    dilations: [1, 1],
    group: kind === 'conv' ? 1 : inputs,
  });
}

/** Zeros before and after: TensorFlow's SAME. */
function samePadding(side: number, window: number, stride: number): readonly [number, number] {
  const total = Math.max(0, (Math.ceil(side / stride) - 1) * stride + window - side);
  const before = Math.floor(total / 2);
  return [before, total - before];
}

/** [h, w, in, out] → [out, in, h, w]; depthwise [h, w, c, 1] → [c, 1, h, w]. */
function outputsFirst(
  weights: Float32Array,
  [height, width, inputs, last]: FoldedLayer['kernel'],
  kind: FoldedLayer['kind'],
): Float32Array {
  const places = height * width;
  const turned = new Float32Array(weights.length);
  for (let place = 0; place < places; place += 1) {
    for (let i = 0; i < inputs; i += 1) {
      for (let o = 0; o < last; o += 1) {
        const row = kind === 'conv' ? o * inputs + i : i;
        turned[row * places + place] = weights[(place * inputs + i) * last + o] ?? 0;
      }
    }
  }
  return turned;
}

/** Features of the samples, a column each: [D, N]. */
function columns({ samples, whitening, folded }: OnnxModelInput): Float32Array {
  const values = new Float32Array(folded.embeddingSize * samples.length);
  for (const [n, { embedding }] of samples.entries()) {
    for (const [d, value] of featuresOf(embedding, whitening).entries()) {
      values[d * samples.length + n] = value;
    }
  }
  return values;
}
