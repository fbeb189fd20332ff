// Fits the head that a spec wishes on the samples of a training store: closed forms at once, dense heads by training.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { DenseSpec } from '#lib/core/head-spec.ts';
import { createHead } from '#lib/learning/create-head.ts';
import { fitClosedForm, trainingAccuracy } from '#lib/learning/fit.ts';
import type { DenseHead, Head } from '#lib/learning/head.ts';
import type { TrainingStore } from '#lib/learning/training-store.ts';
import { trainDense, type DenseTraining, type TrainingContext } from './networks/dense.ts';
import type { FitReport, FitRequest } from './protocol.ts';

/** Samples that are asked for the training accuracy: each costs a KNN head as much as a frame. */
const mostAsked = 500;

/** Fails with `too-few-classes` when fewer than two of the classes have samples. `now` is a clock in ms. */
export async function fitHead(
  store: TrainingStore,
  { spec, classes }: FitRequest,
  context: TrainingContext & { readonly now: () => number },
): Promise<Result<{ head: Head; report: FitReport }>> {
  const startedMs = context.now();
  const fitted =
    spec.kind === 'dense'
      ? await fitDense(store, spec, classes, context)
      : withoutHistory(fitClosedForm(store, spec, classes));
  if (!fitted.ok) return fitted;
  const { trained, history, stopped } = fitted.value;
  const fitMs = context.now() - startedMs;
  const head = createHead(trained, store.origin.whitening);
  if (!head.ok) return head;
  const report: FitReport = {
    head: trained,
    fitMs,
    trainingAccuracy: trainingAccuracy(store, head.value, mostAsked),
    sampleCount: trained.sampleCount,
    stopped,
    history,
  };
  return succeed({ head: head.value, report });
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
