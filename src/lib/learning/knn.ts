// Nearest neighbours by cosine, with the votes of `@tensorflow-models/knn-classifier`: confidence = votes / k.
// Learning is keeping: while samples lie in the training store, the head looks them up there and holds none itself.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { KnnSpec } from '#lib/core/head-spec.ts';

import { assertEmbedding } from './features.ts';
import type { Head, KnnHead, KnnInStore, RowSource } from './head.ts';
import { nearestRows, rowsOfHead, rowsOfStore, unitLength } from './knn-rows.ts';
import type { ClassChoice, TrainingStore } from './training-store.ts';

/**
 * A head of its own numbers, to keep or to give away: copies the stored samples of `classes` at unit length. Fails
 * (`too-few-classes`) when fewer than two classes have any.
 */
export function fitKnn(
  store: TrainingStore,
  spec: KnnSpec,
  classes: readonly ClassChoice[],
): Result<KnnHead> {
  const set = store.trainingSet(classes);
  const { dimension, embeddings, classIndexes, classIds, labels } = set;
  if (classIds.length < 2) return fail({ code: 'too-few-classes' });
  for (let start = 0; start < embeddings.length; start += dimension) {
    const row = embeddings.subarray(start, start + dimension);
    row.set(unitLength(row));
  }
  const { backboneId, backboneSha256 } = store.origin;
  return succeed({
    kind: 'knn',
    spec,
    embeddings,
    classIndexes,
    backboneId,
    backboneSha256,
    classIds,
    labels,
    dimension,
    sampleCount: classIndexes.length,
  });
}

/** The same without a copy: what `knnInStore` needs besides the store. Fails as `fitKnn` does. */
export function fitKnnInStore(
  store: TrainingStore,
  spec: KnnSpec,
  classes: readonly ClassChoice[],
): Result<KnnInStore> {
  const shots = store.shots();
  const present = classes.filter(({ id }) => shots.has(id));
  if (present.length < 2) return fail({ code: 'too-few-classes' });
  const { backboneId, backboneSha256, dimension } = store.origin;
  return succeed({
    kind: 'knn',
    spec,
    embeddings: null,
    backboneId,
    backboneSha256,
    classIds: present.map(({ id }) => id),
    labels: present.map(({ name }) => name),
    dimension,
    sampleCount: present.reduce((sum, { id }) => sum + (shots.get(id) ?? 0), 0),
  });
}

/**
 * A live KNN head. Among equal cosines the earlier row wins. With `spec.balanced` a vote weighs 1 / shots of its class and
 * the weights are brought back to sum 1; equal shots give plain votes.
 */
export function knnHead(trained: KnnHead): Head {
  return headOn(trained, rowsOfHead(trained));
}

/** A live KNN head on the samples of a store as they are at each question; it knows no class while there are none. */
export function knnInStore(trained: KnnInStore, store: TrainingStore): Head {
  return headOn(trained, rowsOfStore(store, trained.classIds));
}

function headOn(trained: KnnHead | KnnInStore, source: RowSource): Head {
  const { classIds, dimension, spec } = trained;
  return {
    trained,
    rows: source,
    predict(embedding) {
      assertEmbedding(embedding, dimension);
      const rows = source();
      const { shots, classIndexes } = rows;
      const fewest = shots.reduce((least, n) => (n > 0 ? Math.min(least, n) : least), Infinity);
      if (fewest === Infinity) return new Float32Array(classIds.length).fill(1 / classIds.length);
      // More neighbours than a class has samples would vote for absent ones.
      const k = Math.max(1, Math.min(Math.round(spec.k), fewest));
      const votes = new Float64Array(classIds.length);
      let sum = 0;
      for (const row of nearestRows(rows, embedding, k)) {
        const index = classIndexes[row] ?? 0;
        const weight = spec.balanced ? fewest / (shots[index] ?? 1) : 1;
        votes[index] = (votes[index] ?? 0) + weight;
        sum += weight;
      }
      return Float32Array.from(votes, (vote) => vote / sum);
    },
  };
}
