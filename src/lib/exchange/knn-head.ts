// The data of a KNN file as a head on a backbone, and embeddings as the head that is written to one.

import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import type { KnnHead } from '#lib/learning/head.ts';
import type { KnnDataset } from './knn-json.ts';

export interface KnnOrigin {
  readonly id: string;
  readonly sha256: string;
}

/** Class ids are the places of the classes. */
export function knnHeadOf({ classes, dimension }: KnnDataset, { id, sha256 }: KnnOrigin): KnnHead {
  const sampleCount = classes.reduce((sum, { rows }) => sum + rows, 0);
  const embeddings = new Float32Array(sampleCount * dimension);
  const classIndexes = new Uint16Array(sampleCount);
  let row = 0;
  for (const [i, { rows, values }] of classes.entries()) {
    embeddings.set(values, row * dimension);
    classIndexes.fill(i, row, row + rows);
    row += rows;
  }
  return {
    kind: 'knn',
    spec: defaultHeadSettings.knn,
    backboneId: id,
    backboneSha256: sha256,
    classIds: classes.map((_, i) => `${i}`),
    labels: classes.map(({ label }) => label),
    dimension,
    sampleCount,
    embeddings,
    classIndexes,
  };
}
