// Whether a class that was left out would be taken for a known one, by the largest cosine to a training sample; and the
// limit that goes with it.

import type { UnknownResult } from '#lib/core/evaluation.ts';
import { isNoneClass } from '#lib/core/none-class.ts';

import type { EvaluationSet } from './evaluation-set.ts';
import { acceptedAt, areaUnderRoc, thresholdAccepting } from './metrics.ts';
import { entry } from './ridge-refit.ts';

const wantedAccepts = 0.95;
/** Fitted on fewer takes a limit rejects a quarter to half of what it should know. */
const fewestTakes = 3;

/** Samples that a limit is fitted on: it hardly changes with more, and is fitted after every take. */
export const mostForLimit = 600;

/** A score under every limit: what is nearest to the class of *none of these* is turned away by name. */
const turnedAway = -1;

/**
 * The cosine that 95 % of held-out samples reach, every class counting alike, in whole per cent, rounded down; null while a class has
 * fewer than three takes. The class of *none of these* is not among those that should be known.
 */
export function unknownLimit(set: EvaluationSet): number | null {
  return mayFit(set) ? limitOf(scoresOf(set).known) : null;
}

/**
 * Each sample is asked twice, against the samples of other folds: with its own class among them (known) and without it, as if
 * it were a new class in the same scene. What is nearest to a sample of the class of *none of these* is rejected, whatever the
 * limit; that class's own samples are asked once, as unknown. What is said to be accepted at the limit is measured fold
 * by fold, at a limit that was fitted on the other folds. Null with nothing unknown to ask about.
 */
export function unknownOf(set: EvaluationSet): UnknownResult | null {
  const { known, unknown } = scoresOf(set);
  if (known.length === 0 || unknown.length === 0) return null;
  const high = known.map(({ score }) => score);
  const low = unknown.map(({ score }) => score);
  const at95 = thresholdAccepting(
    high,
    known.map(({ weight }) => weight),
    wantedAccepts,
  );
  const fits = mayFit(set);
  return {
    auroc: areaUnderRoc(high, low),
    // A score of what is turned away by name is no limit: it would accept all.
    falseAcceptsAt95: acceptedAt(low, Math.max(at95, turnedAway + Number.EPSILON)),
    threshold: fits ? limitOf(known) : null,
    trueAccepts: fits ? acceptedByFold(set, known, known) : null,
    falseAccepts: fits ? acceptedByFold(set, known, unknown) : null,
  };
}

/** One question about a sample. */
interface Asked {
  readonly fold: number;
  /** Every class counts alike. */
  readonly weight: number;
  /** Largest cosine, or `turnedAway`. */
  readonly score: number;
  /** Largest cosine to anything, which the limit is compared with. */
  readonly cosine: number;
}

function scoresOf(set: EvaluationSet): { known: Asked[]; unknown: Asked[] } {
  const { classIndexes, plan, labels } = set;
  const none = labels.map(isNoneClass);
  const leavable = none.filter((is) => !is).length >= 2;
  const shots = labels.map((_, c) => classIndexes.filter((index) => index === c).length);
  const known: Asked[] = [];
  const unknown: Asked[] = [];
  classIndexes.forEach((index, n) => {
    const found = largestCosines(set, n, none);
    const asked = (cosine: number): Asked => ({
      fold: plan.folds[n] ?? 0,
      weight: 1 / (shots[index] ?? 1),
      score: found.none >= cosine ? turnedAway : cosine,
      cosine: Math.max(cosine, found.none),
    });
    if (none[index]) unknown.push(asked(found.other));
    else {
      known.push(asked(Math.max(found.own, found.other)));
      if (leavable) unknown.push(asked(found.other));
    }
  });
  return { known, unknown };
}

function mayFit({ plan, labels }: EvaluationSet): boolean {
  const known = plan.takes.filter((_, c) => !isNoneClass(labels[c] ?? ''));
  return known.length > 0 && known.every((takes) => takes >= fewestTakes);
}

function limitOf(known: readonly Asked[]): number {
  const limit = thresholdAccepting(
    known.map(({ cosine }) => cosine),
    known.map(({ weight }) => weight),
    wantedAccepts,
  );
  return Math.max(0, Math.floor(limit * 100) / 100);
}

/** Share of `asked` (every class counting alike) accepted where the limit is fitted on `known` of the other folds. */
function acceptedByFold(
  { plan }: EvaluationSet,
  known: readonly Asked[],
  asked: readonly Asked[],
): number {
  let accepted = 0;
  let total = 0;
  for (let fold = 0; fold < plan.foldCount; fold += 1) {
    const limit = limitOf(known.filter((each) => each.fold !== fold));
    for (const { score, weight } of asked.filter((each) => each.fold === fold)) {
      total += weight;
      if (score >= limit) accepted += weight;
    }
  }
  return total === 0 ? 0 : accepted / total;
}

/** Largest cosines of sample `n` to samples of other folds: of its own class, of other classes, and of *none of these*. */
function largestCosines(
  { classIndexes, plan, gram }: EvaluationSet,
  n: number,
  isNone: readonly boolean[],
): { own: number; other: number; none: number } {
  const { folds } = plan;
  const found = { own: -1, other: -1, none: -Infinity };
  for (let m = 0; m < classIndexes.length; m += 1) {
    if (folds[m] === folds[n]) continue;
    const cosine = entry(gram, n, m);
    const index = classIndexes[m] ?? 0;
    if (isNone[index]) found.none = Math.max(found.none, cosine);
    else if (index === classIndexes[n]) found.own = Math.max(found.own, cosine);
    else found.other = Math.max(found.other, cosine);
  }
  return found;
}
