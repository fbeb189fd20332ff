// The common interface of all heads: `TrainedHead` (plain numbers, stored and exported) and `Head` (live).

import type { HeadSpec } from '#lib/core/head-spec.ts';
import type { BackboneId, ClassId } from '#lib/core/project.ts';

/** What every trained head says about its origin. */
interface TrainedHeadBase {
  readonly backboneId: BackboneId;
  /** SHA-256 of the backbone's weights: another network's embeddings do not fit. */
  readonly backboneSha256: string;
  /** Classes in the order of the head's outputs. */
  readonly classIds: readonly ClassId[];
  /** Names of the classes when the head was fitted, same order. */
  readonly labels: readonly string[];
  /** Length D of an embedding. */
  readonly dimension: number;
  /** Samples it was fitted on. */
  readonly sampleCount: number;
}

/** Scores = features(embedding) · kernel + bias; probabilities = softmax(temperature · scores). */
export interface RidgeHead extends TrainedHeadBase {
  readonly kind: 'ridge';
  readonly spec: Extract<HeadSpec, { kind: 'ridge' }>;
  /** `sqrt-whitened` needs the backbone's whitening asset. */
  readonly features: 'sqrt' | 'sqrt-whitened';
  /** [D, C] row-major. */
  readonly kernel: Float32Array;
  /** [C] */
  readonly bias: Float32Array;
}

export interface KnnHead extends TrainedHeadBase {
  readonly kind: 'knn';
  readonly spec: Extract<HeadSpec, { kind: 'knn' }>;
  /** [N, D] row-major, each row of unit length. */
  readonly embeddings: Float32Array;
  /** [N] index into `classIds`. */
  readonly classIndexes: Uint16Array;
}

/** A KNN head whose rows are the samples of the training store: what it says about itself, for everybody without the store. */
export interface KnnInStore extends TrainedHeadBase {
  readonly kind: 'knn';
  readonly spec: KnnHead['spec'];
  readonly embeddings: null;
}

export interface DenseLayer {
  /** [inputs, units] row-major. */
  readonly kernel: Float32Array;
  /** [units] */
  readonly bias: Float32Array;
  readonly units: number;
  readonly activation: 'relu' | 'softmax';
}

export interface DenseHead extends TrainedHeadBase {
  readonly kind: 'dense';
  readonly spec: Extract<HeadSpec, { kind: 'dense' }>;
  readonly layers: readonly DenseLayer[];
}

/** Complete: can be kept, given away, and used anywhere. */
export type TrainedHead = RidgeHead | KnnHead | DenseHead;

/** A head in use, complete or with its rows in the store. */
export type FittedHead = TrainedHead | KnnInStore;

export function isComplete(head: FittedHead): head is TrainedHead {
  return head.kind !== 'knn' || head.embeddings !== null;
}

/** The rows that a KNN head looks a query up in, wherever they are. */
export interface KnnRows {
  /** [≥ count, D] row-major. */
  readonly values: Float32Array;
  readonly count: number;
  /** [≥ count] what brings a row to unit length; null where rows have it. */
  readonly scales: Float64Array | null;
  /** [count] index of the row's class, −1 for a row that is not asked. */
  readonly classIndexes: Int32Array;
  /** Rows of each class. */
  readonly shots: Int32Array;
  /** Whether row `a` is named before `b` when both are equally near. */
  readonly before: (a: number, b: number) => boolean;
}

/** What is there at the moment; asked anew for every query. */
export type RowSource = () => KnnRows;

/** A head ready to predict. Holds no tensors and needs no disposal. */
export interface Head {
  readonly trained: FittedHead;
  /** Where a KNN head looks; absent in others. */
  readonly rows?: RowSource;
  /** Embedding [D] → probabilities [C], which sum to 1. */
  predict(embedding: Float32Array): Float32Array;
}

/** The whitening asset of a backbone, as numbers (see `whitening.ts`). */
export interface Whitening {
  /** [D] mean of the square-rooted embeddings of the pool. */
  readonly mean: Float32Array;
  /** [components, D] row-major eigenvectors. */
  readonly vectors: Float32Array;
  /** [components] share of each direction that is taken away, in [0, 1). */
  readonly gains: Float32Array;
}

/** Embeddings with their classes, flat, as heads are fitted on them. */
export interface TrainingSet {
  readonly dimension: number;
  /** [N, D] row-major raw embeddings. */
  readonly embeddings: Float32Array;
  /** [N] index into `classIds`. */
  readonly classIndexes: Uint16Array;
  readonly classIds: readonly ClassId[];
  readonly labels: readonly string[];
}
