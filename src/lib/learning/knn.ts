// Nearest neighbours by cosine, with the votes of `@tensorflow-models/knn-classifier`: confidence = votes / k.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { KnnSpec } from '#lib/core/head-spec.ts';

import { shotsOf } from './class-weights.ts';
import { dotFour } from './dot.ts';
import { assertEmbedding, inverseNorm } from './features.ts';
import type { Head, KnnHead } from './head.ts';
import type { ClassChoice, TrainingStore } from './training-store.ts';

/** Keeps the stored samples of `classes` at unit length. Fails (`too-few-classes`) when fewer than two classes have any. */
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

/**
 * A live KNN head. Among equal cosines the earlier row wins. With `spec.balanced` a vote weighs 1 / shots of its class and
 * the weights are brought back to sum 1; equal shots give plain votes.
 */
export function knnHead(trained: KnnHead): Head {
  const { embeddings, classIndexes, classIds, dimension, spec } = trained;
  const shots = shotsOf(classIndexes, classIds.length);
  const fewest = shots.reduce((least, n) => Math.min(least, n), Infinity);
  // More neighbours than a class has samples would vote for absent ones.
  const k = Math.max(1, Math.min(Math.round(spec.k), fewest));
  const voteWeights = Float64Array.from(shots, (n) => (spec.balanced ? fewest / n : 1));
  return {
    trained,
    predict(embedding) {
      assertEmbedding(embedding, dimension);
      const rows = nearestRows(embeddings, unitLength(embedding), k);
      const votes = new Float64Array(classIds.length);
      let sum = 0;
      for (const row of rows) {
        const index = classIndexes[row] ?? 0;
        const weight = voteWeights[index] ?? 0;
        votes[index] = (votes[index] ?? 0) + weight;
        sum += weight;
      }
      return Float32Array.from(votes, (vote) => vote / sum);
    },
  };
}

/** The `k` rows of `embeddings` [N, D] with the largest dot products, largest first; k ≤ N. */
function nearestRows(embeddings: Float32Array, query: Float32Array, k: number): Int32Array {
  const dimension = query.length;
  const count = embeddings.length / dimension;
  const rows = new Int32Array(k);
  const cosines = new Float64Array(k).fill(-Infinity);
  const sums = new Float64Array(4);
  const offset = (n: number): number => Math.min(n, count - 1) * dimension;
  for (let n = 0; n < count; n += 4) {
    dotFour(
      embeddings,
      offset(n),
      offset(n + 1),
      offset(n + 2),
      offset(n + 3),
      query,
      0,
      dimension,
      sums,
    );
    for (let i = 0; i < Math.min(4, count - n); i += 1) {
      const cosine = sums[i] ?? 0;
      if (cosine > (cosines[k - 1] ?? 0)) insert(rows, cosines, n + i, cosine);
    }
  }
  return rows;
}

/** Puts a row into the falling list, after those with an equal cosine; the last one drops out. */
function insert(rows: Int32Array, cosines: Float64Array, row: number, cosine: number): void {
  let place = rows.length - 1;
  while (place > 0 && cosine > (cosines[place - 1] ?? 0)) {
    rows[place] = rows[place - 1] ?? 0;
    cosines[place] = cosines[place - 1] ?? 0;
    place -= 1;
  }
  rows[place] = row;
  cosines[place] = cosine;
}

/** A copy of unit length; zeros stay zeros. */
function unitLength(vector: Float32Array): Float32Array {
  const scale = inverseNorm(vector);
  return vector.map((value) => value * scale);
}
