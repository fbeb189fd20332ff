// What every backbone can do. Its source (downloaded bytes) outlives a backend; the backbone itself holds tensors.

import type { LoadedBackbone } from '#lib/core/backbone.ts';
import type { BackboneLayer } from '#lib/core/backbone-layer.ts';
import type { FoldedBackbone } from '#lib/core/folded-backbone.ts';
import type { Whitening } from '#lib/learning/head.ts';

/** A backbone on the backend in use. Whoever builds it disposes it before the backend changes. */
export interface Backbone {
  readonly facts: LoadedBackbone;
  /** What a pixel's 0 and 255 become in `embed`'s input. */
  readonly pixelRange: readonly [number, number];
  /** RGB input [inputSizePx, inputSizePx, 3], flat → embedding [embeddingSize]. */
  embed(input: Float32Array): Promise<Float32Array>;
  /** Layer by layer; null when this backbone does not show its inside. */
  readonly inside: BackboneInside | null;
  dispose(): void;
}

/** A backbone whose layers can be looked at. */
export interface BackboneInside {
  /** From the picture on; the last one's maps, averaged, are the embedding. */
  readonly layers: readonly BackboneLayer[];
  /** As `embed`, with the last layer's activation and that of `layer` (null: none). One pass. */
  look(input: Float32Array, layer: number | null): Promise<Look>;
}

/** Activations of one frame: `[side, side, channels]`, flat. */
export interface Look {
  readonly embedding: Float32Array;
  readonly last: Float32Array;
  readonly layer: Float32Array | null;
}

/** The whitening asset as stored beside the weights, and as numbers. */
export interface LoadedWhitening {
  readonly json: string;
  readonly bytes: Uint8Array;
  readonly whitening: Whitening;
}

/** A downloaded and checked backbone, from which one is built on whatever backend is in use. */
export interface BackboneSource {
  readonly facts: LoadedBackbone;
  readonly whitening: LoadedWhitening | null;
  build(): Promise<Backbone>;
  /** Its layers as plain numbers; null when it is a graph that cannot be said so. */
  fold(): FoldedBackbone | null;
  /** `model.json` and weights in our own format; null when it has another. */
  files(): { readonly manifest: string; readonly weights: Uint8Array } | null;
}
