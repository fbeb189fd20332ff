// How a KNN head is explained. Its votes are no sum over positions, but the cosine to one stored sample is: r·e/‖e‖.
// So each class is shown by its nearest sample, against the mean of all classes' nearest ones.

import { dot } from './dot.ts';
import { inverseNorm } from './features.ts';
import type { KnnHead } from './head.ts';
import { centreRows, type LinearView, type ViewOf } from './linear-view.ts';

export function knnEvidence(head: KnnHead): ViewOf {
  const { dimension, classIds } = head;
  const classes = classIds.length;
  return (embedding, positions): LinearView => {
    const scale = inverseNorm(embedding);
    const { rows, products } = nearestByClass(head, embedding);
    const weights = new Float64Array(dimension * classes);
    rows.forEach((row, c) => {
      if (row < 0) return;
      for (let d = 0; d < dimension; d += 1) {
        weights[d * classes + c] =
          ((head.embeddings[row * dimension + d] ?? 0) * scale) / positions;
      }
    });
    return {
      weights: centreRows(weights, classes),
      spread: new Float64Array(classes),
      elsewhere: new Float64Array(classes),
      totals: centreRows(
        products.map((product) => product * scale),
        classes,
      ),
    };
  };
}

/** For each class its row with the largest dot product, −1 and 0 where it has none. */
function nearestByClass(
  { embeddings, classIndexes, classIds, dimension }: KnnHead,
  embedding: Float32Array,
): { rows: Int32Array; products: Float64Array } {
  const rows = new Int32Array(classIds.length).fill(-1);
  const products = new Float64Array(classIds.length);
  classIndexes.forEach((c, row) => {
    const start = row * dimension;
    const product = dot(embeddings.subarray(start, start + dimension), embedding, dimension);
    if ((rows[c] ?? -1) >= 0 && product <= (products[c] ?? 0)) return;
    rows[c] = row;
    products[c] = product;
  });
  return { rows, products };
}
