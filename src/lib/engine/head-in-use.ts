// The head that predicts, and what it says about a frame.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { Prediction } from '#lib/core/prediction.ts';
import { isComplete, type FittedHead, type Head, type TrainedHead } from '#lib/learning/head.ts';
import { fitKnn } from '#lib/learning/knn.ts';
import type { TrainingStore } from '#lib/learning/training-store.ts';
import type { BackboneSource } from './backbones/backbone.ts';
import type { Embedded } from './embedder.ts';
import { liveHead } from './fit.ts';

export class HeadInUse {
  /** Null: none predicts. */
  head: Head | null = null;

  /** Fails with `head-mismatch` when the head belongs to other weights; the old head stays then. */
  set(trained: FittedHead | null, { facts }: BackboneSource, store: TrainingStore): Result<null> {
    if (!trained) {
      this.head = null;
      return succeed(null);
    }
    if (trained.backboneSha256 !== facts.sha256) {
      const reason = `it was made with the backbone ${trained.backboneId}, not with ${facts.id}`;
      return fail({ code: 'head-mismatch', reason });
    }
    const head = liveHead(trained, store);
    if (!head.ok) return head;
    this.head = head.value;
    return succeed(null);
  }

  /** All numbers of the head; null without one. Fails with `too-few-classes` when a KNN head's samples have gone. */
  whole(store: TrainingStore): Result<TrainedHead | null> {
    const trained = this.head?.trained ?? null;
    if (!trained || isComplete(trained)) return succeed(trained);
    const classes = trained.classIds.map((id, c) => ({ id, name: trained.labels[c] ?? id }));
    return fitKnn(store, trained.spec, classes);
  }

  /** Null without a head. `now` is a clock in ms. */
  predict(
    { embedding, preprocessMs, embedMs }: Embedded,
    store: TrainingStore,
    now: () => number,
  ): Prediction | null {
    if (!this.head) return null;
    const startedMs = now();
    const probabilities = this.head.predict(embedding);
    const { classIds } = this.head.trained;
    const largestCosine = store.largestCosine(embedding, classIds);
    const timing = { preprocessMs, embedMs, predictMs: now() - startedMs };
    return { classIds, probabilities, largestCosine, timing };
  }
}
