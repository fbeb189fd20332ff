// Probabilities under folds → what an honest evaluation says. Closed-form heads come from here; a dense head's
// probabilities are brought by the engine, which can train it.

import type { Evaluation, HonestResult, SampleOutcome } from '#lib/core/evaluation.ts';
import type { HeadKind } from '#lib/core/head-spec.ts';
import { clampTo, headLimits } from '#lib/core/head-spec.ts';
import { seededRandom } from '#lib/core/random.ts';

import { shotsOf } from '../class-weights.ts';
import type { ClosedFormSpec } from '../fit.ts';
import type { TrainingStore } from '../training-store.ts';
import type { EvaluationSet } from './evaluation-set.ts';
import { enoughTakes, randomFolds } from './folds.ts';
import { knnFolds } from './knn-folds.ts';
import {
  balancedAccuracy,
  confusionOf,
  logLossOf,
  looksOf,
  nextShare,
  precisionsOf,
  recallsOf,
  reliabilityOf,
} from './metrics.ts';
import { nearestOutsideFold } from './neighbours.ts';
import { predictedOf, softmaxRows } from './probabilities.ts';
import { RidgeFolds } from './ridge-folds.ts';
import { likenessOf, oddTakesOf, suspectsOf } from './suspects.ts';
import { unknownOf } from './unknown.ts';

/** How frames are held out at random: one seventh at a time, the 15 % that other tools hold out. */
export const randomSplit = { rounds: 7, seed: 1 } as const;

/** Probabilities [N, C] of each sample by a head that was fitted without it. */
export interface FoldProbabilities {
  /** Left out with its whole take. */
  readonly byTake: Float32Array;
  /** Left out with frames drawn at random. */
  readonly atRandom: Float32Array;
}

/** Folds of frames drawn at random, the same at every call. */
export function randomFoldsOf({ classIndexes }: EvaluationSet): {
  folds: Uint16Array;
  foldCount: number;
} {
  const folds = randomFolds(classIndexes, randomSplit.rounds, seededRandom(randomSplit.seed));
  return { folds, foldCount: randomSplit.rounds };
}

/** `pause` is called often and may throw to give up. Every class needs two takes. */
export async function closedFormProbabilities(
  store: TrainingStore,
  set: EvaluationSet,
  spec: ClosedFormSpec,
  pause: () => Promise<void>,
): Promise<FoldProbabilities> {
  const { folds, foldCount } = set.plan;
  const random = randomFoldsOf(set);
  if (spec.kind === 'knn') {
    const of = (which: Uint16Array, count: number): Promise<Float32Array> =>
      knnFolds(store, set, spec, which, count, pause);
    return {
      byTake: await of(folds, foldCount),
      atRandom: await of(random.folds, random.foldCount),
    };
  }
  const { gram, classIndexes, classIds } = set;
  const classCount = classIds.length;
  const { lambda: limits } = headLimits.ridge;
  const lambda = clampTo(limits, spec.lambda, limits.min);
  const ridge = new RidgeFolds({ gram, classIndexes, classCount, lambda, balanced: spec.balanced });
  const probabilities = (scores: Float64Array): Float32Array =>
    softmaxRows(scores, classCount, spec.temperature);
  return {
    byTake: probabilities(await ridge.scores(folds, foldCount, { pause })),
    atRandom: probabilities(
      await ridge.scores(random.folds, random.foldCount, { pause, keepWeights: true }),
    ),
  };
}

/**
 * The evaluation of a head; `probabilities` is null when a class has fewer than two takes. What is *unknown* is asked of
 * `unknownSet`, which holds as many of the samples as a limit is fitted on.
 */
export function summarise(
  set: EvaluationSet,
  head: HeadKind,
  probabilities: FoldProbabilities | null,
  unknownSet = set,
): Evaluation {
  const { classIds, labels, classIndexes, plan, ids, total } = set;
  return {
    head,
    classIds,
    labels,
    shots: Array.from(shotsOf(classIndexes, classIds.length)),
    takes: plan.takes,
    sampleCount: ids.length,
    sampleTotal: total,
    honest: probabilities && honestOf(set, probabilities),
    suspects: suspectsOf(set),
    oddTakes: oddTakesOf(set),
    likeness: likenessOf(set),
    unknown: enoughTakes(plan) ? unknownOf(unknownSet) : null,
  };
}

function honestOf(set: EvaluationSet, { byTake, atRandom }: FoldProbabilities): HonestResult {
  const { classIndexes, classIds, plan } = set;
  const classCount = classIds.length;
  const predicted = predictedOf(byTake, classCount);
  const confusion = confusionOf(classIndexes, predicted, classCount);
  const byChance = confusionOf(classIndexes, predictedOf(atRandom, classCount), classCount);
  const outcomes = Array.from(classIndexes.keys(), (n): SampleOutcome => {
    const predictedIndex = predicted[n] ?? 0;
    return {
      id: set.ids[n] ?? '',
      takeId: set.takeIds[set.takeIndexes[n] ?? 0] ?? '',
      classIndex: classIndexes[n] ?? 0,
      predictedIndex,
      probability: byTake[n * classCount + predictedIndex] ?? 0,
      nearest: nearestOutsideFold(set, n),
    };
  });
  return {
    accuracy: nextShare(balancedAccuracy(confusion), looksOf(plan.takes)),
    // Those who hold out frames count each frame as an independent look.
    random: nextShare(balancedAccuracy(byChance), classIndexes.length),
    foldCount: plan.foldCount,
    recalls: recallsOf(confusion),
    precisions: precisionsOf(confusion),
    confusion,
    logLoss: logLossOf(byTake, classIndexes, classCount),
    reliability: reliabilityOf(
      outcomes.map(({ probability }) => probability),
      outcomes.map(({ classIndex, predictedIndex }) => classIndex === predictedIndex),
    ),
    outcomes,
  };
}
