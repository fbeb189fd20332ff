// What lies close to a sample: nearest training samples, suspected wrong labels, and whether a class that was left out
// would be taken for a known one. All from the cosines of the features, which the Gram matrix holds.

import type { Suspect, UnknownResult } from '#lib/core/evaluation.ts';
import type { SampleId } from '#lib/core/project.ts';

import type { EvaluationSet } from './evaluation-set.ts';
import { acceptedAt, areaUnderRoc, thresholdAccepting } from './metrics.ts';
import { entry } from './ridge-refit.ts';

const shownNeighbours = 3;
const askedNeighbours = 5;
/** Samples of its own class in other takes that speak for a sample; with fewer, those of its own take do too. */
const fewestWitnesses = 3;
const mostSuspects = 24;
const wantedAccepts = 0.95;

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

/**
 * Samples most of whose neighbours belong to another class, most suspect first. Samples of its own take with its own label
 * are no witnesses, for they would share a mistake; where its class has hardly any others they are all there is.
 */
export function suspectsOf(set: EvaluationSet): Suspect[] {
  const { classIndexes, takeIndexes } = set;
  const suspects: Suspect[] = [];
  for (let n = 0; n < classIndexes.length; n += 1) {
    const own = classIndexes[n];
    const alone = (other: number): boolean =>
      classIndexes[other] !== own || takeIndexes[other] !== takeIndexes[n];
    const others = classIndexes.filter((index, m) => index === own && alone(m)).length;
    const isWitness = others < fewestWitnesses ? () => true : alone;
    const found = suspectOf(set, n, nearestTo(set, n, askedNeighbours, isWitness), isWitness);
    if (found) suspects.push(found);
  }
  return suspects.sort((a, b) => b.margin - a.margin).slice(0, mostSuspects);
}

function suspectOf(
  set: EvaluationSet,
  n: number,
  nearest: readonly number[],
  isWitness: (other: number) => boolean,
): Suspect | null {
  const { classIndexes, classIds, gram } = set;
  const own = classIndexes[n] ?? 0;
  const votes = new Array<number>(classIds.length).fill(0);
  for (const other of nearest) {
    const index = classIndexes[other] ?? 0;
    votes[index] = (votes[index] ?? 0) + 1;
  }
  const likelyIndex = votes.indexOf(Math.max(...votes));
  if (
    nearest.length === 0 ||
    likelyIndex === own ||
    2 * (votes[likelyIndex] ?? 0) <= nearest.length
  ) {
    return null;
  }
  const closest = (index: number): number => {
    const [best] = nearestTo(
      set,
      n,
      1,
      (other) => isWitness(other) && classIndexes[other] === index,
    );
    return best === undefined ? -1 : entry(gram, n, best);
  };
  return {
    id: set.ids[n] ?? '',
    classIndex: own,
    likelyIndex,
    margin: closest(likelyIndex) - closest(own),
    nearest: idsOf(set, nearest.slice(0, shownNeighbours)),
  };
}

/**
 * Each sample is asked twice, against the samples of other folds: with its own class among them (known) and without it, as if
 * it were a new class in the same scene. The threshold is fitted only when every class has three takes: fitted on fewer it
 * rejects a quarter to half of what it should know.
 */
export function unknownOf(set: EvaluationSet): UnknownResult | null {
  const { classIndexes, plan, classIds } = set;
  if (classIds.length < 2) return null;
  const known: number[] = [];
  const unknown: number[] = [];
  const weights: number[] = [];
  const shots = classIds.map((_, c) => classIndexes.filter((index) => index === c).length);
  for (let n = 0; n < classIndexes.length; n += 1) {
    const { own, other } = largestCosines(set, n);
    known.push(Math.max(own, other));
    unknown.push(other);
    weights.push(1 / (shots[classIndexes[n] ?? 0] ?? 1));
  }
  const at95 = thresholdAccepting(known, weights, wantedAccepts);
  const fits = plan.takes.every((takes) => takes >= 3);
  return {
    auroc: areaUnderRoc(known, unknown),
    falseAcceptsAt95: acceptedAt(unknown, at95),
    threshold: fits ? at95 : null,
    trueAccepts: fits ? acceptedAt(known, at95) : null,
    falseAccepts: fits ? acceptedAt(unknown, at95) : null,
  };
}

/** Largest cosines of sample `n` to samples of other folds: of its own class, and of the other classes. */
function largestCosines(set: EvaluationSet, n: number): { own: number; other: number } {
  const { classIndexes, plan, gram } = set;
  const { folds } = plan;
  let own = -1;
  let other = -1;
  for (let m = 0; m < classIndexes.length; m += 1) {
    if (folds[m] === folds[n]) continue;
    const cosine = entry(gram, n, m);
    if (classIndexes[m] === classIndexes[n]) own = Math.max(own, cosine);
    else other = Math.max(other, cosine);
  }
  return { own, other };
}

function idsOf({ ids }: EvaluationSet, indexes: readonly number[]): SampleId[] {
  return indexes.map((n) => ids[n] ?? '');
}
