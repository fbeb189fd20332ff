// Heads that are fitted in closed form, by kind, and how well a head remembers what it was fitted on.

import type { Result } from '#lib/core/failure.ts';
import type { HeadSpec } from '#lib/core/head-spec.ts';

import type { Head, KnnHead, RidgeHead } from './head.ts';
import { fitKnn } from './knn.ts';
import { fitRidge, ridgeScores } from './ridge.ts';
import { largestIndex } from './softmax.ts';
import type { ClassChoice, TrainingStore } from './training-store.ts';

/** Wishes that need no gradients; a dense head is trained in the engine. */
export type ClosedFormSpec = Exclude<HeadSpec, { kind: 'dense' }>;

/** Fits in milliseconds. Fails (`too-few-classes`) when fewer than two of `classes` have samples. */
export function fitClosedForm(
  store: TrainingStore,
  spec: ClosedFormSpec,
  classes: readonly ClassChoice[],
): Result<RidgeHead | KnnHead> {
  switch (spec.kind) {
    case 'ridge':
      return fitRidge(store, spec, classes);
    case 'knn':
      return fitKnn(store, spec, classes);
  }
}

/**
 * Share in [0, 1] of stored samples of the head's classes that the head names right; 0 without samples. At most `atMost`
 * samples are asked, evenly spread: each costs a KNN head as much as a frame.
 */
export function trainingAccuracy(store: TrainingStore, head: Head, atMost = Infinity): number {
  const { trained } = head;
  const classes = trained.classIds.map((id, c) => ({ id, name: trained.labels[c] ?? id }));
  const { slots, classIndexes, classIds } = store.select(classes);
  const asked = Math.min(slots.length, Math.max(1, atMost));
  let right = 0;
  for (let i = 0; i < asked; i += 1) {
    const n = Math.floor((i * slots.length) / asked);
    const slot = slots[n] ?? 0;
    const scores =
      trained.kind === 'ridge'
        ? ridgeScores(trained, store.features, slot * trained.dimension)
        : head.predict(store.embedding(slot));
    if (trained.classIds[largestIndex(scores)] === classIds[classIndexes[n] ?? 0]) right += 1;
  }
  return asked === 0 ? 0 : right / asked;
}
