// What speaks for each class, position by position: a head's total for a class, shared out over the last feature maps.
// The embedding is their mean, so every head here is, at a given frame, linear in the activations A[p,d].

import { denseEvidence } from './evidence-dense.ts';
import { knnEvidence } from './evidence-knn.ts';
import { ridgeEvidence } from './evidence-ridge.ts';
import type { Head, Whitening } from './head.ts';
import type { ViewOf } from './linear-view.ts';

export interface Evidence {
  /** [C, P] For each class: Σ over P + elsewhere = total. */
  readonly cells: Float32Array;
  /** [C] */
  readonly elsewhere: Float32Array;
  /** [C] */
  readonly totals: Float32Array;
}

/** How a head reads activations; `whitening` is the backbone's. Made once a head, as some work is the same for all frames. */
export function viewOfHead({ trained, rows }: Head, whitening: Whitening | null): ViewOf {
  switch (trained.kind) {
    case 'ridge':
      return ridgeEvidence(trained, trained.features === 'sqrt' ? null : whitening);
    case 'dense':
      return denseEvidence(trained);
    case 'knn':
      if (!rows) throw new Error('a KNN head without rows');
      return knnEvidence(rows);
  }
}

/** Activations [P, D] whose mean is `embedding` [D] → evidence of `classes` classes. */
export function evidenceOf(
  view: ViewOf,
  activations: Float32Array,
  embedding: Float32Array,
  classes: number,
): Evidence {
  const dimension = embedding.length;
  const positions = activations.length / dimension;
  const { weights, spread, elsewhere, totals } = view(embedding, positions);
  const cells = new Float32Array(classes * positions);
  const sums = new Float64Array(classes);
  for (let p = 0; p < positions; p += 1) {
    for (let c = 0; c < classes; c += 1) sums[c] = (spread[c] ?? 0) / positions;
    for (let d = 0; d < dimension; d += 1) {
      const value = activations[p * dimension + d] ?? 0;
      if (value === 0) continue;
      const row = d * classes;
      for (let c = 0; c < classes; c += 1)
        sums[c] = (sums[c] ?? 0) + value * (weights[row + c] ?? 0);
    }
    for (let c = 0; c < classes; c += 1) cells[c * positions + p] = sums[c] ?? 0;
  }
  return { cells, elsewhere: Float32Array.from(elsewhere), totals: Float32Array.from(totals) };
}
