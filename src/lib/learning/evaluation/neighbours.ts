// What lies close to a sample, by the cosines of the features, which the Gram matrix holds.

import type { SampleId } from '#lib/core/project.ts';

import type { EvaluationSet } from './evaluation-set.ts';
import { entry } from './ridge-refit.ts';

const shownNeighbours = 3;

/** Indexes of the `count` samples most similar to sample `n` among those `allowed`, most similar first. */
export function nearestTo(
  { gram, classIndexes }: EvaluationSet,
  n: number,
  count: number,
  allowed: (other: number) => boolean,
): number[] {
  const nearest: number[] = [];
  const cosines: number[] = [];
  for (let other = 0; other < classIndexes.length; other += 1) {
    if (other === n || !allowed(other)) continue;
    const cosine = entry(gram, n, other);
    if (nearest.length === count && cosine <= (cosines[count - 1] ?? 0)) continue;
    let place = Math.min(nearest.length, count - 1);
    while (place > 0 && cosine > (cosines[place - 1] ?? 0)) {
      nearest[place] = nearest[place - 1] ?? 0;
      cosines[place] = cosines[place - 1] ?? 0;
      place -= 1;
    }
    nearest[place] = other;
    cosines[place] = cosine;
  }
  return nearest;
}

/** The training samples most similar to each sample, of the folds it was not in. */
export function nearestOutsideFold(set: EvaluationSet, n: number): SampleId[] {
  const { folds } = set.plan;
  return idsOf(
    set,
    nearestTo(set, n, shownNeighbours, (other) => folds[other] !== folds[n]),
  );
}

/** Ids of samples by their indexes. */
export function idsOf({ ids }: EvaluationSet, indexes: readonly number[]): SampleId[] {
  return indexes.map((n) => ids[n] ?? '');
}
