// The rows that a KNN head looks a query up in, wherever they are: in the head itself, or in the training store.

import type { ClassId } from '#lib/core/project.ts';

import { dotFour } from './dot.ts';
import { inverseNorm } from './features.ts';
import type { KnnHead, KnnRows, RowSource } from './head.ts';
import type { TrainingStore } from './training-store.ts';

export function rowsOfHead({ embeddings, classIndexes, classIds }: KnnHead): RowSource {
  const rows: KnnRows = {
    values: embeddings,
    count: classIndexes.length,
    scales: null,
    classIndexes: Int32Array.from(classIndexes),
    shots: counted(classIndexes, classIds.length),
    before: (a, b) => a < b,
  };
  return () => rows;
}

/** The stored samples of `classIds` in place. Samples that come or go later count from then on. */
export function rowsOfStore(store: TrainingStore, classIds: readonly ClassId[]): RowSource {
  const indexOf = new Map(classIds.map((id, index) => [id, index]));
  let version = -1;
  let rows: KnnRows | null = null;
  return () => {
    if (rows && version === store.version) return rows;
    version = store.version;
    const classIndexes = Int32Array.from(
      { length: store.size },
      (_, slot) => indexOf.get(store.classOf(slot)) ?? -1,
    );
    rows = {
      values: store.embeddings,
      count: store.size,
      scales: store.inverseNorms,
      classIndexes,
      shots: counted(classIndexes, classIds.length),
      // By class and then by id, as `TrainingStore.select` has them: slots tell only who came first.
      before: (a, b) => {
        const classes = (classIndexes[a] ?? 0) - (classIndexes[b] ?? 0);
        return classes === 0 ? store.id(a) < store.id(b) : classes < 0;
      },
    };
    return rows;
  };
}

/** The `k` rows with the largest cosines, largest first; `k` is at most the number of rows that are asked. */
export function nearestRows(rows: KnnRows, query: Float32Array, k: number): Int32Array {
  const { values, count, scales, classIndexes } = rows;
  const dimension = query.length;
  const unit = unitLength(query);
  const list: NearList = { rows: new Int32Array(k), cosines: new Float64Array(k).fill(-Infinity) };
  const sums = new Float64Array(4);
  const offset = (n: number): number => Math.min(n, count - 1) * dimension;
  for (let n = 0; n < count; n += 4) {
    const first = offset(n);
    dotFour(values, first, offset(n + 1), offset(n + 2), offset(n + 3), unit, 0, dimension, sums);
    for (let i = 0; i < Math.min(4, count - n); i += 1) {
      const row = n + i;
      if ((classIndexes[row] ?? -1) < 0) continue;
      const cosine = (sums[i] ?? 0) * (scales ? (scales[row] ?? 0) : 1);
      if (cosine >= (list.cosines[k - 1] ?? 0)) insert(list, row, cosine, rows.before);
    }
  }
  return list.rows;
}

/** A copy of unit length; zeros stay zeros. */
export function unitLength(vector: Float32Array): Float32Array {
  const scale = inverseNorm(vector);
  return vector.map((value) => value * scale);
}

interface NearList {
  readonly rows: Int32Array;
  /** Falling. */
  readonly cosines: Float64Array;
}

/** Puts a row in its place, if it has one; the last one drops out. */
function insert(
  { rows, cosines }: NearList,
  row: number,
  cosine: number,
  before: KnnRows['before'],
): void {
  const passes = (place: number): boolean => {
    const other = cosines[place] ?? 0;
    return cosine > other || (cosine === other && before(row, rows[place] ?? 0));
  };
  let place = rows.length - 1;
  if (!passes(place)) return;
  while (place > 0 && passes(place - 1)) {
    rows[place] = rows[place - 1] ?? 0;
    cosines[place] = cosines[place - 1] ?? 0;
    place -= 1;
  }
  rows[place] = row;
  cosines[place] = cosine;
}

function counted(classIndexes: Int32Array | Uint16Array, classCount: number): Int32Array {
  const shots = new Int32Array(classCount);
  for (const index of classIndexes) if (index >= 0) shots[index] = (shots[index] ?? 0) + 1;
  return shots;
}
