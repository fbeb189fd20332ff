// The map of the samples: embeddings brought down to two numbers each. Plain data, made by `projection`, shown by Evaluate.

import type { SampleId } from './project.ts';

/** Two directions of the embeddings themselves, or a drawing that keeps neighbours together. */
export type MapKind = 'pca' | 'umap';

/** Where the samples lie; the unit of length means nothing. */
export interface MapLayout {
  readonly kind: MapKind;
  readonly ids: readonly SampleId[];
  /** [N, 2] */
  readonly places: Float32Array;
  /** PCA: share of all variance that the two directions show, in [0, 1]; UMAP: null. */
  readonly shown: number | null;
  /** Samples laid out by themselves; the others lie at the weighted mean of those most like them. */
  readonly laidOut: number;
}

/** Where a picture that is no sample lies. */
export interface MapPoint {
  readonly x: number;
  readonly y: number;
  /** The samples most like it, most similar first. */
  readonly nearest: readonly SampleId[];
}

/** Fewer samples have no neighbourhoods that UMAP could keep. */
export const leastForUmap = 5;
