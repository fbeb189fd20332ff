// Fits the head that a spec wishes on the samples of a training store: closed forms at once, dense heads by training.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { DenseSpec } from '#lib/core/head-spec.ts';
import { createHead } from '#lib/learning/create-head.ts';
import { fitClosedForm, trainingAccuracy } from '#lib/learning/fit.ts';
import { isComplete, type DenseHead, type FittedHead, type Head } from '#lib/learning/head.ts';
import { fitKnnInStore, knnInStore } from '#lib/learning/knn.ts';
import type { TrainingStore } from '#lib/learning/training-store.ts';
import { trainDense, type DenseTraining, type TrainingContext } from './networks/dense.ts';
import type { FitReport, FitRequest } from './protocol.ts';

/** Samples that are asked for the training accuracy. */
const mostAsked = 500;
/** Multiply-adds that asking a KNN head may cost: each sample costs as much as a frame. */
const mostLookups = 5e7;
const fewestAsked = 5;

/** Fails with `too-few-classes` when fewer than two of the classes have samples. `now` is a clock in ms. */
export async function fitHead(
  store: TrainingStore,
  { spec, classes }: FitRequest,
  context: TrainingContext & { readonly now: () => number },
): Promise<Result<{ head: Head; report: FitReport }>> {
  const startedMs = context.now();
  const fitted: Result<Fitted<FittedHead>> =
    spec.kind === 'dense'
      ? await fitDense(store, spec, classes, context)
      : withoutHistory<FittedHead>(
          spec.kind === 'knn'
            ? fitKnnInStore(store, spec, classes)
            : fitClosedForm(store, spec, classes),
        );
  if (!fitted.ok) return fitted;
  const { trained, history, stopped } = fitted.value;
  const fitMs = context.now() - startedMs;
  const head = liveHead(trained, store);
  if (!head.ok) return head;
  const report: FitReport = {
    head: trained,
    fitMs,
    trainingAccuracy: trainingAccuracy(store, head.value, askedOf(trained)),
    sampleCount: trained.sampleCount,
    stopped,
    history,
  };
  return succeed({ head: head.value, report });
}

/** Of a head that was fitted on, or looks into, this store. Fails as `createHead` does. */
export function liveHead(fitted: FittedHead, store: TrainingStore): Result<Head> {
  return isComplete(fitted)
    ? createHead(fitted, store.origin.whitening)
    : succeed(knnInStore(fitted, store));
}

function askedOf({ kind, sampleCount, dimension }: FittedHead): number {
  if (kind !== 'knn') return mostAsked;
  const affordable = Math.floor(mostLookups / (sampleCount * dimension));
  return Math.min(mostAsked, Math.max(fewestAsked, affordable));
}

interface Fitted<T> {
  readonly trained: T;
  readonly history: DenseTraining['history'];
  readonly stopped: boolean;
}

function withoutHistory<T>(trained: Result<T>): Result<Fitted<T>> {
  return trained.ok ? succeed({ trained: trained.value, history: [], stopped: false }) : trained;
}

async function fitDense(
  store: TrainingStore,
  spec: DenseSpec,
  classes: FitRequest['classes'],
  context: TrainingContext,
): Promise<Result<Fitted<DenseHead>>> {
  const set = store.trainingSet(classes);
  if (set.classIds.length < 2) return fail({ code: 'too-few-classes' });
  const { layers, history, stopped } = await trainDense(set, spec, context);
  const { backboneId, backboneSha256, dimension } = store.origin;
  const trained: DenseHead = {
    kind: 'dense',
    spec,
    layers,
    backboneId,
    backboneSha256,
    dimension,
    classIds: set.classIds,
    labels: set.labels,
    sampleCount: set.classIndexes.length,
  };
  return succeed({ trained, history, stopped });
}
