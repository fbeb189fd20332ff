// Evaluates a head on the samples of a training store: closed forms by `learning/evaluation/`, dense heads trained per fold.

import type { HeadCost, LearningCurve } from '#lib/core/evaluation.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { DenseSpec } from '#lib/core/head-spec.ts';
import { createHead } from '#lib/learning/create-head.ts';
import { learningCurve } from '#lib/learning/evaluation/curve.ts';
import {
  closedFormProbabilities,
  randomFoldsOf,
  summarise,
  type FoldProbabilities,
} from '#lib/learning/evaluation/evaluate.ts';
import { evaluationSet, type EvaluationSet } from '#lib/learning/evaluation/evaluation-set.ts';
import { enoughTakes } from '#lib/learning/evaluation/folds.ts';
import { mostForLimit, unknownLimit } from '#lib/learning/evaluation/unknown.ts';
import { indexesWhere } from '#lib/learning/evaluation/ridge-refit.ts';
import { fitClosedForm } from '#lib/learning/fit.ts';
import type { FittedHead, Head, TrainingSet } from '#lib/learning/head.ts';
import type { TrainingStore } from '#lib/learning/training-store.ts';
import { trainDense } from './networks/dense.ts';
import type {
  CurveRequest,
  EvaluateReport,
  EvaluateRequest,
  LimitRequest,
  Progress,
} from './protocol.ts';

export interface EvaluateContext {
  /** Gives up with AbortError. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Lets other work through; called often. */
  readonly pause: () => Promise<void>;
  /** A clock in ms. */
  readonly now: () => number;
}

const timedPredictions = 30;

/** Fails with `too-few-classes` when fewer than two of the classes have samples. */
export async function evaluate(
  store: TrainingStore,
  { spec, classes, taken, withCost, most }: EvaluateRequest,
  context: EvaluateContext,
): Promise<Result<EvaluateReport>> {
  const startedMs = context.now();
  const set = evaluationSet(store, classes, taken, most);
  if (set.classIds.length < 2) return fail({ code: 'too-few-classes' });
  const pause = async (): Promise<void> => {
    await context.pause();
    context.signal.throwIfAborted();
  };
  let probabilities: FoldProbabilities | null = null;
  let dense: DenseFolds | null = null;
  if (enoughTakes(set.plan)) {
    if (spec.kind === 'dense') {
      dense = new DenseFolds(store, set, spec, { ...context, pause });
      probabilities = await dense.probabilities();
    } else probabilities = await closedFormProbabilities(store, set, spec, pause);
  }
  // The same samples that the limit in use is fitted on, so that both say the same.
  const fewer = most === undefined && set.ids.length > mostForLimit;
  const unknownSet = fewer ? evaluationSet(store, classes, taken, mostForLimit) : set;
  const evaluation = summarise(set, spec.kind, probabilities, unknownSet);
  const evaluateMs = context.now() - startedMs;
  const cost = withCost ? costOf(store, { spec, classes }, set, dense, context.now) : null;
  return succeed({ evaluation, cost, evaluateMs });
}

/** The limit of *none of these* that the takes tell; null while a class has fewer than three of them. */
export function takesLimit(
  store: TrainingStore,
  { classes, taken }: LimitRequest,
): Result<number | null> {
  const set = evaluationSet(store, classes, taken, mostForLimit);
  return succeed(set.classIds.length < 2 ? null : unknownLimit(set));
}

/** More samples than this are thinned out for the curve, which fits hundreds of heads. */
const mostInCurve = 600;

/** null when a class has fewer than two takes. Fails with `too-few-classes` as `evaluate` does. */
export async function curve(
  store: TrainingStore,
  { spec, classes, taken }: CurveRequest,
  context: EvaluateContext,
): Promise<Result<LearningCurve | null>> {
  const set = evaluationSet(store, classes, taken, mostInCurve);
  if (set.classIds.length < 2) return fail({ code: 'too-few-classes' });
  if (!enoughTakes(set.plan)) return succeed(null);
  const pause = async (): Promise<void> => {
    await context.pause();
    context.signal.throwIfAborted();
  };
  const onProgress = (done: number, total: number): void =>
    context.onProgress({ kind: 'count', done, total });
  return succeed(await learningCurve(set, spec, { pause, onProgress }));
}

/** Trains a dense head for every fold, and keeps the last one to time it. */
class DenseFolds {
  readonly #store: TrainingStore;
  readonly #set: EvaluationSet;
  readonly #spec: DenseSpec;
  readonly #context: EvaluateContext;
  #done = 0;
  #trainingMs = 0;
  last: Head | null = null;

  constructor(store: TrainingStore, set: EvaluationSet, spec: DenseSpec, context: EvaluateContext) {
    this.#store = store;
    this.#set = set;
    this.#spec = spec;
    this.#context = context;
  }

  get meanTrainingMs(): number {
    return this.#done === 0 ? 0 : this.#trainingMs / this.#done;
  }

  async probabilities(): Promise<FoldProbabilities> {
    const { folds, foldCount } = this.#set.plan;
    const random = randomFoldsOf(this.#set);
    const total = foldCount + random.foldCount;
    const byTake = await this.#of(folds, foldCount, total);
    const atRandom = await this.#of(random.folds, random.foldCount, total);
    return { byTake, atRandom };
  }

  async #of(folds: Uint16Array, foldCount: number, total: number): Promise<Float32Array> {
    const { classIds, slots } = this.#set;
    const probabilities = new Float32Array(folds.length * classIds.length);
    for (let fold = 0; fold < foldCount; fold += 1) {
      this.#context.onProgress({ kind: 'count', done: this.#done, total });
      const head = await this.#train(indexesWhere(folds, (each) => each !== fold));
      for (const n of indexesWhere(folds, (each) => each === fold)) {
        const predicted = head.predict(this.#store.embedding(slots[n] ?? 0));
        probabilities.set(predicted, n * classIds.length);
      }
    }
    return probabilities;
  }

  async #train(train: Int32Array): Promise<Head> {
    const { signal, pause, now } = this.#context;
    const startedMs = now();
    const set = subsetOf(this.#store, this.#set, train);
    const training = { signal, pause, onEpoch: () => undefined };
    const { layers } = await trainDense(set, this.#spec, training);
    signal.throwIfAborted();
    this.#trainingMs += now() - startedMs;
    this.#done += 1;
    const { backboneId, backboneSha256, dimension } = this.#store.origin;
    const { classIds, labels } = set;
    const sampleCount = train.length;
    const origin = { backboneId, backboneSha256, dimension, classIds, labels, sampleCount };
    const head = createHead({ kind: 'dense', spec: this.#spec, layers, ...origin }, null);
    if (!head.ok) throw new Error('a dense head of wrong sizes was trained');
    this.last = head.value;
    return head.value;
  }
}

function subsetOf(
  store: TrainingStore,
  { slots, classIndexes, classIds, labels }: EvaluationSet,
  train: Int32Array,
): TrainingSet {
  const { dimension } = store.origin;
  const embeddings = new Float32Array(train.length * dimension);
  train.forEach((n, i) => embeddings.set(store.embedding(slots[n] ?? 0), i * dimension));
  const indexes = Uint16Array.from(train, (n) => classIndexes[n] ?? 0);
  return { dimension, embeddings, classIndexes: indexes, classIds, labels };
}

function costOf(
  store: TrainingStore,
  { spec, classes }: Pick<EvaluateRequest, 'spec' | 'classes'>,
  { slots }: EvaluationSet,
  dense: DenseFolds | null,
  now: () => number,
): HeadCost | null {
  let head = dense?.last ?? null;
  let fitMs = dense?.meanTrainingMs ?? 0;
  if (spec.kind !== 'dense') {
    const startedMs = now();
    const trained = fitClosedForm(store, spec, classes);
    fitMs = now() - startedMs;
    const made = trained.ok ? createHead(trained.value, store.origin.whitening) : trained;
    head = made.ok ? made.value : null;
  }
  if (!head) return null;
  const startedMs = now();
  for (let i = 0; i < timedPredictions; i += 1) {
    head.predict(store.embedding(slots[i % slots.length] ?? 0));
  }
  const predictMs = (now() - startedMs) / timedPredictions;
  return { fitMs, predictMs, bytes: bytesOf(head.trained) };
}

function bytesOf(head: FittedHead): number {
  switch (head.kind) {
    case 'ridge':
      return head.kernel.byteLength + head.bias.byteLength;
    case 'knn':
      // Of each sample its numbers and the index of its class, in the store or out of it.
      return head.sampleCount * (4 * head.dimension + 2);
    case 'dense':
      return head.layers.reduce(
        (sum, { kernel, bias }) => sum + kernel.byteLength + bias.byteLength,
        0,
      );
  }
}
