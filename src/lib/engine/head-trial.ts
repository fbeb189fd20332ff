// One try of a head on embeddings that are set aside for it: fit on some, name the others.

import { succeed, type Result } from '#lib/core/failure.ts';
import { largestIndex } from '#lib/learning/softmax.ts';
import { TrainingStore, type StoreOrigin } from '#lib/learning/training-store.ts';
import { fitHead } from './fit.ts';
import type { HeadTrial, HeadTrialRequest } from './protocol.ts';
import type { LongContext } from './turns.ts';

/** Fails with `too-few-classes`, or with `head-mismatch` when an embedding is another backbone's. */
export async function headTrial(
  origin: StoreOrigin,
  { spec, train, test }: HeadTrialRequest,
  context: LongContext,
): Promise<Result<HeadTrial>> {
  const store = new TrainingStore(origin);
  for (const [n, embedding] of train.embeddings.entries()) {
    const put = store.put(`${n}`, `${train.classIndexes[n] ?? 0}`, embedding);
    if (!put.ok) return put;
  }
  const classCount = Math.max(-1, ...train.classIndexes) + 1;
  const classes = Array.from({ length: classCount }, (_, c) => ({ id: `${c}`, name: `${c}` }));
  const fitted = await fitHead(store, { spec, classes }, context);
  if (!fitted.ok) return fitted;
  const { head, report } = fitted.value;
  const named = new Uint16Array(test.length);
  for (const [n, embedding] of test.entries()) {
    const { classIds } = head.trained;
    named[n] = Number(classIds[largestIndex(head.predict(embedding))] ?? 0);
    await context.pause();
  }
  return succeed({ named, fitMs: report.fitMs });
}
