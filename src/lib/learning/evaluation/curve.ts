// The learning curve: how good the ridge head would be with fewer shots or fewer takes, on takes that were left out.

import type { CurvePoint, LearningCurve, PairedDifference } from '#lib/core/evaluation.ts';
import type { RidgeSpec } from '#lib/core/head-spec.ts';
import { seededRandom, shuffledIndexes } from '#lib/core/random.ts';

import type { EvaluationSet } from './evaluation-set.ts';
import { balancedAccuracy, confusionOf, pairedDifference } from './metrics.ts';
import { predictedOf, softmaxRows } from './probabilities.ts';
import { indexesWhere, refitScores, type FoldProblem } from './ridge-refit.ts';

export interface CurveContext {
  /** Called often; may let other work through, and throws to give up. */
  readonly pause: () => Promise<void>;
  /** Points done and points in all. */
  readonly onProgress: (done: number, total: number) => void;
}

const shotSteps = [1, 2, 3, 5, 10, 20, 40];
const takeSteps = [1, 2, 3, 4, 5, 7, 9];
/** Draws of each point, so that it does not hang on which samples were drawn. */
const draws = 3;

/** Chooses the training samples of one class out of its samples by take, outside the fold in question. */
type Choose = (takes: readonly (readonly number[])[], random: () => number) => readonly number[];

interface Measured {
  readonly point: CurvePoint;
  /** Balanced accuracy of each draw on each fold, in the same order for every point. */
  readonly byFold: readonly number[];
}

/** Every class of `set` needs two takes. */
export async function learningCurve(
  set: EvaluationSet,
  spec: RidgeSpec,
  { pause, onProgress }: CurveContext,
): Promise<LearningCurve> {
  const wishes = wishesOf(set);
  const problem: FoldProblem = {
    gram: set.gram,
    classIndexes: set.classIndexes,
    classCount: set.classIds.length,
    lambda: spec.lambda,
    balanced: spec.balanced,
  };
  const measured: Measured[] = [];
  for (const { count, choose } of wishes) {
    onProgress(measured.length, wishes.length);
    measured.push(await measure(set, problem, spec.temperature, count, choose, pause));
  }
  const of = (series: Series): Measured[] =>
    measured.filter((_, i) => wishes[i]?.series === series);
  const points = (series: Series): CurvePoint[] => of(series).map(({ point }) => point);
  return {
    oneTake: points('oneTake'),
    manyTakes: points('manyTakes'),
    byTakes: points('byTakes'),
    lastTake: lastStep(of('byTakes')),
    lastShots: lastStep(of('manyTakes')),
  };
}

type Series = 'oneTake' | 'manyTakes' | 'byTakes';

interface Wish {
  readonly series: Series;
  readonly count: number;
  readonly choose: Choose;
}

/** The points that the samples allow: in every fold every class must have what a point asks for. */
function wishesOf(set: EvaluationSet): Wish[] {
  const { foldCount } = set.plan;
  let takes = Infinity;
  let shots = Infinity;
  let shotsInOne = Infinity;
  for (let fold = 0; fold < foldCount; fold += 1) {
    for (const ofClass of trainingTakes(set, fold)) {
      takes = Math.min(takes, ofClass.length);
      shots = Math.min(shots, ofClass.flat().length);
      shotsInOne = Math.min(shotsInOne, Math.max(...ofClass.map((take) => take.length)));
    }
  }
  const upTo = (steps: readonly number[], most: number): number[] => steps.filter((n) => n <= most);
  return [
    ...upTo(shotSteps, shotsInOne).map((count): Wish => {
      return { series: 'oneTake', count, choose: fromOneTake(count) };
    }),
    ...upTo(shotSteps, shots).map((count): Wish => {
      return { series: 'manyTakes', count, choose: fromManyTakes(count) };
    }),
    ...upTo(takeSteps, takes).map((count): Wish => {
      return { series: 'byTakes', count, choose: wholeTakes(count) };
    }),
  ];
}

const fromOneTake =
  (count: number): Choose =>
  (takes, random) => {
    const large = takes.filter((take) => take.length >= count);
    const take = large[Math.floor(random() * large.length)] ?? [];
    const from = Math.floor(random() * (take.length - count + 1));
    return take.slice(from, from + count);
  };

const fromManyTakes =
  (count: number): Choose =>
  (takes, random) => {
    const left = shuffled(takes, random).map((take) => shuffled(take, random));
    const chosen: number[] = [];
    for (let i = 0; chosen.length < count && left.some((take) => take.length > 0); i += 1) {
      const next = left[i % left.length]?.pop();
      if (next !== undefined) chosen.push(next);
    }
    return chosen;
  };

const wholeTakes =
  (count: number): Choose =>
  (takes, random) =>
    shuffled(takes, random).slice(0, count).flat();

async function measure(
  set: EvaluationSet,
  problem: FoldProblem,
  temperature: number,
  count: number,
  choose: Choose,
  pause: () => Promise<void>,
): Promise<Measured> {
  const { classIndexes, classIds, plan } = set;
  const byFold: number[] = [];
  let sum = 0;
  for (let draw = 0; draw < draws; draw += 1) {
    const predicted = new Uint16Array(classIndexes.length);
    for (let fold = 0; fold < plan.foldCount; fold += 1) {
      const random = seededRandom(1000 * draw + fold);
      const train = Int32Array.from(trainingTakes(set, fold).flatMap((t) => choose(t, random)));
      const test = indexesWhere(plan.folds, (each) => each === fold);
      const scores = await refitScores(problem, train.sort(), test, pause);
      const named = predictedOf(softmaxRows(scores, classIds.length, temperature), classIds.length);
      test.forEach((n, i) => (predicted[n] = named[i] ?? 0));
      const truth = Uint16Array.from(test, (n) => classIndexes[n] ?? 0);
      byFold.push(balancedAccuracy(confusionOf(truth, named, classIds.length)));
    }
    sum += balancedAccuracy(confusionOf(classIndexes, predicted, classIds.length));
  }
  const { error } = pairedDifference(meansByFold(byFold), []);
  return { point: { count, accuracy: sum / draws, error: error ?? 0 }, byFold };
}

/** By class, the samples by take that lie outside a fold. */
function trainingTakes(
  { classIndexes, takeIndexes, classIds, plan }: EvaluationSet,
  fold: number,
): number[][][] {
  const takes = classIds.map(() => new Map<number, number[]>());
  classIndexes.forEach((index, n) => {
    if (plan.folds[n] === fold) return;
    const take = takeIndexes[n] ?? 0;
    const known = takes[index]?.get(take);
    if (known) known.push(n);
    else takes[index]?.set(take, [n]);
  });
  return takes.map((ofClass) => Array.from(ofClass.values()));
}

/** The gain from the last point but one to the last. Draws on one fold are averaged first: they are no independent pairs. */
function lastStep(measured: readonly Measured[]): PairedDifference | null {
  const [before, after] = measured.slice(-2);
  if (!before || !after) return null;
  return pairedDifference(meansByFold(after.byFold), meansByFold(before.byFold));
}

function meansByFold(byFold: readonly number[]): number[] {
  const folds = byFold.length / draws;
  return Array.from({ length: folds }, (_, fold) => {
    let sum = 0;
    for (let draw = 0; draw < draws; draw += 1) sum += byFold[draw * folds + fold] ?? 0;
    return sum / draws;
  });
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return Array.from(shuffledIndexes(items.length, random)).flatMap((i) => {
    const item = items[i];
    return item === undefined ? [] : [item];
  });
}
