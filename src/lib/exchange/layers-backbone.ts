// A folded backbone as Keras layers: what Teachable Machine keeps in the first part of its models.

import type { FoldedBackbone, FoldedLayer } from '#lib/core/folded-backbone.ts';
import {
  LayersGraph,
  sequential,
  zeros,
  type LayerTensor,
  type WrittenModel,
} from './layers-graph.ts';

/** Teachable Machine's library feeds x / 127 − 1. */
const fedRange = [-1, 255 / 127 - 1] as const;
const epsilon = 1e-3;

/** Picture [side, side, 3] as x / 127 − 1 → embedding [D]. */
export function layersBackbone(backbone: FoldedBackbone): WrittenModel {
  const { inputSizePx, layers } = backbone;
  const graph = new LayersGraph('model1', 'input_1', [inputSizePx, inputSizePx, 3]);
  let end = rescaled(graph, backbone.inputRange);
  let kept = end;
  for (const [i, layer] of layers.entries()) {
    if (layer.residual === 'start') kept = end;
    end = convolved(graph, end, layer, `${layer.kind}_${String(i).padStart(2, '0')}`);
    if (layer.residual === 'add') end = graph.layer('Add', `add_${i}`, [end, kept]);
  }
  const { json, tensors, statistics } = graph.model(end);
  const average = {
    class_name: 'GlobalAveragePooling2D',
    config: { name: 'global_average_pooling2d_1', trainable: true, data_format: 'channels_last' },
  };
  return { json: sequential('sequential_1', [json, average]), tensors, statistics };
}

/**
 * Pixels as they are fed → as the backbone wants them. A layer of its own: folded into the first kernel it would also
 * change what the zeros around the picture stand for.
 */
function rescaled(graph: LayersGraph, [low, high]: readonly [number, number]): string {
  const [fedLow, fedHigh] = fedRange;
  const scale = (high - low) / (fedHigh - fedLow);
  const shift = low - fedLow * scale;
  if (Math.abs(scale - 1) < 1e-9 && Math.abs(shift) < 1e-9) return graph.input;
  const three = (value: number): Float32Array => new Float32Array(3).fill(value);
  const shape = [3];
  const tensors: LayerTensor[] = [
    { weight: 'gamma', shape, values: three(scale * Math.sqrt(1 + epsilon)) },
    { weight: 'beta', shape, values: three(shift) },
    { weight: 'moving_mean', shape, values: three(0), statistic: true },
    { weight: 'moving_variance', shape, values: three(1), statistic: true },
  ];
  const config = { axis: -1, momentum: 0.99, epsilon, center: true, scale: true };
  return graph.layer('BatchNormalization', 'pixels', [graph.input], config, tensors);
}

function convolved(graph: LayersGraph, input: string, layer: FoldedLayer, name: string): string {
  const { kind, kernel, stride, weights, bias, activation } = layer;
  const [height, width, , out] = kernel;
  const common = {
    kernel_size: [height, width],
    strides: [stride, stride],
    padding: 'same',
    data_format: 'channels_last',
    dilation_rate: [1, 1],
    activation: 'linear',
    use_bias: true,
    bias_initializer: zeros,
  };
  const biasTensor = { weight: 'bias', shape: [bias.length], values: bias };
  const convolution =
    kind === 'conv'
      ? graph.layer(
          'Conv2D',
          name,
          [input],
          { ...common, filters: out, kernel_initializer: zeros },
          [{ weight: 'kernel', shape: kernel, values: weights }, biasTensor],
        )
      : graph.layer(
          'DepthwiseConv2D',
          name,
          [input],
          { ...common, depth_multiplier: 1, depthwise_initializer: zeros },
          [{ weight: 'depthwise_kernel', shape: kernel, values: weights }, biasTensor],
        );
  if (activation === 'linear') return convolution;
  const most = activation === 'relu6' ? { max_value: 6 } : {};
  return graph.layer('ReLU', `${name}_relu`, [convolution], most);
}
