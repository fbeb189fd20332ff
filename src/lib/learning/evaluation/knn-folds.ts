// KNN probabilities of samples by their neighbours in other folds. Nothing is fitted, so leaving out is looking away.

import type { KnnSpec } from '#lib/core/head-spec.ts';

import { inverseNorm } from '../features.ts';
import type { Head, KnnHead } from '../head.ts';
import { knnHead } from '../knn.ts';
import type { TrainingStore } from '../training-store.ts';
import type { EvaluationSet } from './evaluation-set.ts';
import { indexesWhere } from './ridge-refit.ts';

/** Probabilities [N, C] by the KNN head that has all samples of the other folds, where every class has some. `pause` may throw. */
export async function knnFolds(
  store: TrainingStore,
  set: EvaluationSet,
  spec: KnnSpec,
  folds: Uint16Array,
  foldCount: number,
  pause: () => Promise<void>,
): Promise<Float32Array> {
  const classCount = set.classIds.length;
  const probabilities = new Float32Array(folds.length * classCount);
  for (let fold = 0; fold < foldCount; fold += 1) {
    const train = indexesWhere(folds, (each) => each !== fold);
    const head = headOf(store, set, spec, train);
    for (const n of indexesWhere(folds, (each) => each === fold)) {
      await pause();
      probabilities.set(head.predict(store.embedding(set.slots[n] ?? 0)), n * classCount);
    }
  }
  return probabilities;
}

function headOf(
  store: TrainingStore,
  { slots, classIndexes, classIds, labels }: EvaluationSet,
  spec: KnnSpec,
  train: Int32Array,
): Head {
  const { dimension, backboneId, backboneSha256 } = store.origin;
  const embeddings = new Float32Array(train.length * dimension);
  train.forEach((n, i) => {
    const embedding = store.embedding(slots[n] ?? 0);
    const scale = inverseNorm(embedding);
    embedding.forEach((value, d) => (embeddings[i * dimension + d] = value * scale));
  });
  const indexes = Uint16Array.from(train, (n) => classIndexes[n] ?? 0);
  const trained: KnnHead = {
    kind: 'knn',
    spec,
    embeddings,
    classIndexes: indexes,
    backboneId,
    backboneSha256,
    classIds,
    labels,
    dimension,
    sampleCount: train.length,
  };
  return knnHead(trained);
}
