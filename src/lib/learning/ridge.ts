// The default head: ridge regression on square-rooted (whitened) unit-length features.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { clampTo, headLimits, type RidgeSpec } from '#lib/core/head-spec.ts';

import { assertEmbedding, featuresOf } from './features.ts';
import type { Head, RidgeHead, Whitening } from './head.ts';
import {
  dualLimit,
  momentWeights,
  solveDual,
  solvePrimal,
  type RidgeProblem,
} from './ridge-solve.ts';
import { softmax } from './softmax.ts';
import type { ClassChoice, TrainingStore } from './training-store.ts';

/** Fits on the stored samples of `classes` that have any. Fails (`too-few-classes`) when fewer than two have. */
export function fitRidge(
  store: TrainingStore,
  spec: RidgeSpec,
  classes: readonly ClassChoice[],
): Result<RidgeHead> {
  const { slots, classIndexes, classIds, labels } = store.select(classes);
  if (classIds.length < 2) return fail({ code: 'too-few-classes' });
  const { backboneId, backboneSha256, dimension, whitening } = store.origin;
  const problem: RidgeProblem = {
    features: store.features,
    dimension,
    slots,
    classIndexes,
    classCount: classIds.length,
    // λ keeps the system positive definite, so it may not be 0 or absurd wherever the spec came from.
    lambda: clampTo(headLimits.ridge.lambda, spec.lambda, headLimits.ridge.lambda.min),
    balanced: spec.balanced,
  };
  const inSampleSpace = slots.length <= dualLimit(dimension);
  const solution = inSampleSpace
    ? solveDual(problem, store.gram(slots))
    : solvePrimal(problem, store.moments(slots, momentWeights(problem)));
  return succeed({
    kind: 'ridge',
    spec,
    features: whitening ? 'sqrt-whitened' : 'sqrt',
    ...solution,
    backboneId,
    backboneSha256,
    classIds,
    labels,
    dimension,
    sampleCount: slots.length,
  });
}

/** A live ridge head. `whitening` is null for features `sqrt`. */
export function ridgeHead(trained: RidgeHead, whitening: Whitening | null): Head {
  return {
    trained,
    predict(embedding) {
      assertEmbedding(embedding, trained.dimension);
      const scores = ridgeScores(trained, featuresOf(embedding, whitening));
      return softmax(scores, trained.spec.temperature);
    },
  };
}

/** Scores [C] of the features [D] that begin at `at`. */
export function ridgeScores(head: RidgeHead, features: Float32Array, at = 0): Float64Array {
  const { kernel, bias, dimension } = head;
  const scores = Float64Array.from(bias);
  for (let d = 0; d < dimension; d += 1) {
    const value = features[at + d] ?? 0;
    const row = d * scores.length;
    for (let c = 0; c < scores.length; c += 1) {
      scores[c] = (scores[c] ?? 0) + value * (kernel[row + c] ?? 0);
    }
  }
  return scores;
}
