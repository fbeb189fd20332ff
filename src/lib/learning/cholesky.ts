// Cholesky factorisation and solve of symmetric positive definite matrices, float64, lower triangles packed by rows:
// the entry (i, j ≤ i) lies at i(i + 1)/2 + j.

import { dotFourDouble } from './dot.ts';
import { vectorSums, type VectorSums } from './vector-sums.ts';

/** Rows below which the way into WebAssembly's memory and back costs more than it gains. */
const fewestHeld = 128;

/** Numbers in a packed lower triangle of `n` rows; also where row `n` begins. */
export function packedLength(n: number): number {
  return (n * (n + 1)) / 2;
}

/** Replaces the packed lower triangle [n, n] by its Cholesky factor. Throws when the matrix is not positive definite. */
export function factorise(packed: Float64Array, n: number): void {
  const vectors = n < fewestHeld ? null : vectorSums();
  if (vectors) factoriseHeld(vectors, packed, n);
  else factoriseRows(packed, n, 0, n);
}

/** `factorise` in plain TypeScript's order of rows, with the products in WebAssembly. */
function factoriseHeld(vectors: VectorSums, packed: Float64Array, n: number): void {
  const { values, pairs, dots } = vectors.hold(packed);
  for (let i = 0; i < n; i += 4) {
    const rows = [0, 1, 2, 3].map((k) => packedLength(Math.min(i + k, n - 1)));
    const [r0 = 0, r1 = 0, r2 = 0, r3 = 0] = rows;
    for (let j = 0; j < i; j += 1) {
      const at = packedLength(j);
      const even = j - (j % 2);
      if (even > 0) dots(r0, r1, r2, r3, at, even);
      else pairs.fill(0);
      const odd = even < j ? (values[at + even] ?? 0) : 0;
      const pivot = values[at + j] ?? 0;
      for (let k = 0; k < 4; k += 1) {
        const row = rows[k] ?? 0;
        const sum = (pairs[2 * k] ?? 0) + (pairs[2 * k + 1] ?? 0) + odd * (values[row + even] ?? 0);
        pairs[2 * k] = ((values[row + j] ?? 0) - sum) / pivot;
      }
      // Afterwards, as the last block names its last row more than once.
      for (let k = 0; k < 4; k += 1) values[(rows[k] ?? 0) + j] = pairs[2 * k] ?? 0;
    }
    for (let row = i; row < Math.min(i + 4, n); row += 1) finishRow(values, row, i);
  }
  packed.set(values);
}

/** The same in steps: rows `from` … `to` − 1, after those before them; `from` is a multiple of 4. */
export function factoriseRows(packed: Float64Array, n: number, from: number, to: number): void {
  const sums = new Float64Array(4);
  for (let i = from; i < Math.min(to, n); i += 4) {
    // The last block repeats its last row instead of having a loop of its own.
    const rows = [0, 1, 2, 3].map((k) => packedLength(Math.min(i + k, n - 1)));
    const [r0 = 0, r1 = 0, r2 = 0, r3 = 0] = rows;
    for (let j = 0; j < i; j += 1) {
      const at = packedLength(j);
      const pivot = packed[at + j] ?? 0;
      dotFourDouble(packed, r0, r1, r2, r3, packed, at, j, sums);
      const v0 = ((packed[r0 + j] ?? 0) - (sums[0] ?? 0)) / pivot;
      const v1 = ((packed[r1 + j] ?? 0) - (sums[1] ?? 0)) / pivot;
      const v2 = ((packed[r2 + j] ?? 0) - (sums[2] ?? 0)) / pivot;
      const v3 = ((packed[r3 + j] ?? 0) - (sums[3] ?? 0)) / pivot;
      packed[r0 + j] = v0;
      packed[r1 + j] = v1;
      packed[r2 + j] = v2;
      packed[r3 + j] = v3;
    }
    for (let row = i; row < Math.min(i + 4, n); row += 1) finishRow(packed, row, i);
  }
}

/** Solves L Lᵀ X = B in place: `values` holds B [n, columns] row-major and then X. `factor` is what `factorise` left. */
export function solveFactored(
  factor: Float64Array,
  n: number,
  values: Float64Array,
  columns: number,
): void {
  for (let i = 0; i < n; i += 1) {
    const at = packedLength(i);
    for (let k = 0; k < i; k += 1) subtractRow(values, i, k, factor[at + k] ?? 0, columns);
    divideRow(values, i, factor[at + i] ?? 0, columns);
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    const at = packedLength(i);
    divideRow(values, i, factor[at + i] ?? 0, columns);
    for (let k = 0; k < i; k += 1) subtractRow(values, k, i, factor[at + k] ?? 0, columns);
  }
}

/** Columns `from` … `row` of one row, whose earlier columns are done. */
function finishRow(packed: Float64Array, row: number, from: number): void {
  const at = packedLength(row);
  for (let j = from; j <= row; j += 1) {
    const other = packedLength(j);
    let value = packed[at + j] ?? 0;
    for (let k = 0; k < j; k += 1) value -= (packed[at + k] ?? 0) * (packed[other + k] ?? 0);
    if (j < row) packed[at + j] = value / (packed[other + j] ?? 0);
    else if (value > 0) packed[at + j] = Math.sqrt(value);
    else throw new RangeError(`the matrix is not positive definite (row ${row}, pivot ${value})`);
  }
}

function subtractRow(
  values: Float64Array,
  target: number,
  source: number,
  factor: number,
  columns: number,
): void {
  const to = target * columns;
  const from = source * columns;
  for (let c = 0; c < columns; c += 1) {
    values[to + c] = (values[to + c] ?? 0) - factor * (values[from + c] ?? 0);
  }
}

function divideRow(values: Float64Array, row: number, divisor: number, columns: number): void {
  const at = row * columns;
  for (let c = 0; c < columns; c += 1) values[at + c] = (values[at + c] ?? 0) / divisor;
}
