// What a small convolutional network is made of: plain descriptions of layers and of what flows between them.

/** Slides `maps` kernels of `kernel` × `kernel` over its input, `stride` pixels a step, without padding. */
export interface ConvSpec {
  readonly kind: 'conv';
  readonly kernel: number;
  readonly stride: number;
  readonly maps: number;
}

/** Keeps one number of each `window` × `window` block of every map. Blocks that are cut off at the edge are left out. */
export interface PoolSpec {
  readonly kind: 'pool';
  readonly of: 'max' | 'average';
  readonly window: number;
  readonly stride: number;
}

/** Every unit sees every number of its input. */
export interface DenseSpec {
  readonly kind: 'dense';
  readonly units: number;
}

export type LayerSpec = ConvSpec | PoolSpec | DenseSpec;

/** Feature maps (a grey picture is one map), or a list of numbers after the first dense layer. */
export type Shape =
  | {
      readonly kind: 'maps';
      readonly height: number;
      readonly width: number;
      readonly channels: number;
    }
  | { readonly kind: 'list'; readonly length: number };

/** A square picture of `side` × `side` with `channels` numbers a pixel. */
export const squarePicture = (side: number, channels = 1): Shape => ({
  kind: 'maps',
  height: side,
  width: side,
  channels,
});

/** How many numbers a shape holds. */
export function countOf(shape: Shape): number {
  return shape.kind === 'list' ? shape.length : shape.height * shape.width * shape.channels;
}

/** A shape as people write it: `24 × 24 × 10`, or `28`. */
export function shapeWords(shape: Shape): string {
  if (shape.kind === 'list') return String(shape.length);
  const sides = `${shape.height} × ${shape.width}`;
  return shape.channels === 1 ? sides : `${sides} × ${shape.channels}`;
}

export const recapInput: Shape = squarePicture(28);

/** The network of the lessons; its last layer has one unit a class. */
export function recapNetwork(classes = 14): LayerSpec[] {
  return [
    { kind: 'conv', kernel: 5, stride: 1, maps: 10 },
    { kind: 'pool', of: 'max', window: 2, stride: 2 },
    { kind: 'dense', units: 28 },
    { kind: 'dense', units: classes },
  ];
}
