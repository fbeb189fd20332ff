// How a KNN head is explained. Its votes are no sum over positions, but the cosine to one stored sample is: r·e/‖e‖.
// So each class is shown by its nearest sample, against the mean of all classes' nearest ones.

import { dot } from './dot.ts';
import { inverseNorm } from './features.ts';
import type { KnnRows, RowSource } from './head.ts';
import { centreRows, type LinearView, type ViewOf } from './linear-view.ts';

export function knnEvidence(source: RowSource): ViewOf {
  return (embedding, positions): LinearView => {
    const all = source();
    const dimension = embedding.length;
    const classes = all.shots.length;
    const scale = inverseNorm(embedding);
    const { rows, products } = nearestByClass(all, embedding);
    const weights = new Float64Array(dimension * classes);
    rows.forEach((row, c) => {
      if (row < 0) return;
      const share = (scale * scaleOf(all, row)) / positions;
      for (let d = 0; d < dimension; d += 1) {
        weights[d * classes + c] = (all.values[row * dimension + d] ?? 0) * share;
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

function scaleOf({ scales }: KnnRows, row: number): number {
  return scales ? (scales[row] ?? 0) : 1;
}

/** For each class its row with the largest dot product at unit length, −1 and 0 where it has none. */
function nearestByClass(
  all: KnnRows,
  embedding: Float32Array,
): { rows: Int32Array; products: Float64Array } {
  const dimension = embedding.length;
  const rows = new Int32Array(all.shots.length).fill(-1);
  const products = new Float64Array(all.shots.length);
  all.classIndexes.forEach((c, row) => {
    if (c < 0) return;
    const start = row * dimension;
    const values = all.values.subarray(start, start + dimension);
    const product = dot(values, embedding, dimension) * scaleOf(all, row);
    const best = rows[c] ?? -1;
    const nearer = best < 0 || product > (products[c] ?? 0);
    if (!nearer && (product < (products[c] ?? 0) || !all.before(row, best))) return;
    rows[c] = row;
    products[c] = product;
  });
  return { rows, products };
}
