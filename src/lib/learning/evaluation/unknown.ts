// Whether a class that was left out would be taken for a known one, by the largest cosine to a training sample.

import type { UnknownResult } from '#lib/core/evaluation.ts';

import type { EvaluationSet } from './evaluation-set.ts';
import { acceptedAt, areaUnderRoc, thresholdAccepting } from './metrics.ts';
import { entry } from './ridge-refit.ts';

const wantedAccepts = 0.95;

/**
 * Each sample is asked twice, against the samples of other folds: with its own class among them (known) and without it, as if
 * it were a new class in the same scene. The threshold is fitted only when every class has three takes: fitted on fewer it
 * rejects a quarter to half of what it should know. What is said to be accepted at it is measured fold by fold, at a threshold
 * that was fitted on the other folds.
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
    trueAccepts: fits ? acceptedByFold(set, known, known, weights) : null,
    falseAccepts: fits ? acceptedByFold(set, known, unknown, weights) : null,
  };
}

/** Share of `values` (every class counting alike) accepted where the threshold is fitted on `known` of the other folds. */
function acceptedByFold(
  { plan }: EvaluationSet,
  known: readonly number[],
  values: readonly number[],
  weights: readonly number[],
): number {
  let accepted = 0;
  let total = 0;
  for (let fold = 0; fold < plan.foldCount; fold += 1) {
    const others = Array.from(known.keys()).filter((n) => plan.folds[n] !== fold);
    const threshold = thresholdAccepting(
      others.map((n) => known[n] ?? 0),
      others.map((n) => weights[n] ?? 0),
      wantedAccepts,
    );
    values.forEach((value, n) => {
      if (plan.folds[n] !== fold) return;
      total += weights[n] ?? 0;
      if (value >= threshold) accepted += weights[n] ?? 0;
    });
  }
  return total === 0 ? 0 : accepted / total;
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
