// A backbone as plain numbers: convolutions in order, batch normalisation folded in. Engine and file formats share it.

import type { BackboneId } from './project.ts';

export interface FoldedLayer {
  readonly kind: 'conv' | 'depthwise';
  /** conv: [height, width, in, out]; depthwise: [height, width, in, 1]. Padding is TensorFlow's SAME. */
  readonly kernel: readonly [number, number, number, number];
  readonly stride: 1 | 2;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly activation: 'relu' | 'relu6' | 'linear';
  /** `start` keeps the layer's input; `add` adds what was kept last to the layer's output, after its activation. */
  readonly residual: 'start' | 'add' | null;
}

/** The average of the last layer's maps is the embedding. */
export interface FoldedBackbone {
  readonly id: BackboneId;
  /** Of the weights as they were loaded, hex. */
  readonly sha256: string;
  readonly inputSizePx: number;
  /** What a pixel's 0 and 255 become. */
  readonly inputRange: readonly [number, number];
  readonly embeddingSize: number;
  readonly layers: readonly FoldedLayer[];
}
