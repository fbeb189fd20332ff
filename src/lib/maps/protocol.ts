// What the page and the worker of the feature maps say to each other. Types only.

import type { Activation } from '#lib/convnet/convolve.ts';
import type { LevelPicture } from '#lib/convnet/level-sums.ts';
import type { Kernel } from '#lib/convnet/plane.ts';

export interface PictureToMap {
  /** Goes over to the worker, which closes it. */
  readonly image: VideoFrame | ImageBitmap;
  /** Whether it is turned round, as in a mirror. */
  readonly mirror: boolean;
  /** It is made to fit into this many pixels by three quarters of them, either way up. */
  readonly longPx: number;
}

export interface PaintRequest {
  /** Null: the picture before. */
  readonly picture: PictureToMap | null;
  /** All 5 × 5, with whole weights and biases. */
  readonly kernels: readonly Kernel[];
  readonly activation: Activation;
  /** Index of the kernel whose map is painted cell by cell; the others are made for a small view. */
  readonly chosen: number;
}

/** A cell of a map and its value. */
export interface CellValue {
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

export interface PaintedMap {
  /** Ready to be shown; whoever receives it closes it. */
  readonly image: ImageBitmap;
  readonly strongest: CellValue;
  /** The values shown black and white. */
  readonly black: number;
  readonly white: number;
}

export interface Painting {
  readonly picture: LevelPicture;
  /** The picture in grey; whoever receives it closes it. */
  readonly image: ImageBitmap;
  /** One a kernel. */
  readonly maps: readonly PaintedMap[];
}

/** Null: there is no picture yet. */
export type FromMapsWorker =
  | { readonly kind: 'painting'; readonly painting: Painting | null }
  | { readonly kind: 'failed'; readonly message: string };
