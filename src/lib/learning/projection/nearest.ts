// Which rows are most like which, by the products of unit-length features (their cosines), and the place between them.

import { dotFour } from '../dot.ts';

export interface Neighbour {
  readonly index: number;
  readonly cosine: number;
}

export interface NeighbourTable {
  /** [N, k]; each row begins with itself, then the most similar first. */
  readonly indexes: Int32Array;
  /** [N, k] */
  readonly cosines: Float32Array;
}

/**
 * The k most similar rows (k ≤ N) of every row of `rows` [N, D], itself among them. N² products in all; yields after
 * each row, so that whoever asks can let other work through.
 */
export function* neighbourTable(
  rows: Float32Array,
  dimension: number,
  k: number,
): Generator<number, NeighbourTable> {
  const count = rows.length / dimension;
  const indexes = new Int32Array(count * k).fill(-1);
  const cosines = new Float32Array(count * k).fill(-2);
  const sums = new Float64Array(4);
  const offer = (row: number, other: number, cosine: number): void => {
    let place = k - 1;
    const start = row * k;
    if (cosine <= (cosines[start + place] ?? 0)) return;
    // The first place is the row's own.
    for (; place > 1 && cosine > (cosines[start + place - 1] ?? 0); place -= 1) {
      cosines[start + place] = cosines[start + place - 1] ?? 0;
      indexes[start + place] = indexes[start + place - 1] ?? 0;
    }
    cosines[start + place] = cosine;
    indexes[start + place] = other;
  };
  for (let n = 0; n < count; n += 1) {
    indexes[n * k] = n;
    cosines[n * k] = 1;
    const at = (other: number): number => Math.min(other, n) * dimension;
    for (let first = 0; first < n && k > 1; first += 4) {
      const own = n * dimension;
      const [a, b, c, d] = [at(first), at(first + 1), at(first + 2), at(first + 3)];
      dotFour(rows, a, b, c, d, rows, own, dimension, sums);
      for (let i = 0; i < Math.min(4, n - first); i += 1) {
        offer(n, first + i, sums[i] ?? 0);
        offer(first + i, n, sums[i] ?? 0);
      }
    }
    yield n + 1;
  }
  return { indexes, cosines };
}

/** The `most` rows of `rows` [N, D] most similar to the features [D] at `at` in `other`, most similar first. */
export function nearestRows(
  rows: Float32Array,
  dimension: number,
  other: Float32Array,
  at: number,
  most: number,
): Neighbour[] {
  const count = rows.length / dimension;
  const nearest: Neighbour[] = [];
  const sums = new Float64Array(4);
  const rowAt = (index: number): number => Math.min(index, count - 1) * dimension;
  for (let first = 0; first < count; first += 4) {
    const [a, b, c, d] = [rowAt(first), rowAt(first + 1), rowAt(first + 2), rowAt(first + 3)];
    dotFour(rows, a, b, c, d, other, at, dimension, sums);
    for (let i = 0; i < Math.min(4, count - first); i += 1) {
      const cosine = sums[i] ?? 0;
      if (nearest.length === most && cosine <= (nearest[most - 1]?.cosine ?? 0)) continue;
      const behind = nearest.findIndex((each) => cosine > each.cosine);
      nearest.splice(behind < 0 ? nearest.length : behind, 0, { index: first + i, cosine });
      if (nearest.length > most) nearest.pop();
    }
  }
  return nearest;
}

/** Keeps an exact copy of a sample on its sample without dividing by nought. */
const leastSquare = 1e-6;

/** The mean of the neighbours' places in `places` [N, 2], the nearer the heavier: one over the squared distance. */
export function meanPlace(
  places: Float32Array,
  neighbours: readonly Neighbour[],
): [number, number] {
  let [x, y, all] = [0, 0, 0];
  for (const { index, cosine } of neighbours) {
    // Of unit vectors ‖a − b‖² = 2 − 2 a·b.
    const weight = 1 / (Math.max(0, 2 - 2 * cosine) + leastSquare);
    x += weight * (places[2 * index] ?? 0);
    y += weight * (places[2 * index + 1] ?? 0);
    all += weight;
  }
  return all === 0 ? [0, 0] : [x / all, y / all];
}
