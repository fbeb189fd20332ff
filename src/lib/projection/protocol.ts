// What the page and the worker of the map of samples say to each other. Types only.

import type { SampleId, TakeId } from '#lib/core/project.ts';
import type { MapKind, MapLayout, MapPoint } from '#lib/core/sample-map.ts';
import type { Whitening } from '#lib/learning/head.ts';

export interface HeldSample {
  readonly id: SampleId;
  readonly takeId: TakeId;
  /** [D] */
  readonly embedding: Float32Array;
}

/** Request and answer of every verb. */
export interface ProjectionVerbs {
  /** Forgets everything; embeddings have this many numbers from now on. */
  begin: {
    request: { readonly dimension: number; readonly whitening: Whitening | null };
    answer: null;
  };
  change: {
    request: { readonly put: readonly HeldSample[]; readonly removed: readonly SampleId[] };
    answer: null;
  };
  /** The samples that are held, on the plane of their two strongest directions. */
  pca: { request: null; answer: MapLayout };
  /** Laid out so that neighbours stay together: takes seconds, reports progress, and can be aborted. */
  umap: { request: null; answer: MapLayout };
  /** The layout of `umap` again: what came since lies at the mean of its neighbours. Null before there is one. */
  umapAgain: { request: null; answer: MapLayout | null };
  /** Where an embedding that is no sample lies; null before there is such a layout. */
  place: {
    request: { readonly kind: MapKind; readonly embedding: Float32Array };
    answer: MapPoint | null;
  };
}

export type ProjectionVerb = keyof ProjectionVerbs;

/** Page → worker. */
export type ToProjection =
  | {
      [V in ProjectionVerb]: { id: number; verb: V; request: ProjectionVerbs[V]['request'] };
    }[ProjectionVerb]
  | { id: number; abort: true };

/** Worker → page. */
export type FromProjection =
  | { id: number; kind: 'answer'; answer: ProjectionVerbs[ProjectionVerb]['answer'] }
  | { id: number; kind: 'progress'; done: number; total: number }
  | { id: number; kind: 'aborted' }
  | { id: number; kind: 'bug'; message: string };
