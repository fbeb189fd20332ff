// One layer of a backbone as the page shows it.

/** One layer of a backbone: its geometry and what it costs. Padding is TensorFlow's SAME. */
export interface BackboneLayer {
  readonly name: string;
  /** A convolution mixes all channels; a depthwise one slides over each channel by itself. */
  readonly kind: 'conv' | 'depthwise';
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly stride: number;
  /** Sides of the square feature maps that go in and come out. */
  readonly inputSide: number;
  readonly outputSide: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly activation: 'relu' | 'relu6' | 'linear';
  /** True when an earlier layer's input is added to the output. */
  readonly adds: boolean;
  /** Weights and biases. */
  readonly parameters: number;
  /** Multiply-adds for one picture. */
  readonly multiplyAdds: number;
}
