// Principal component analysis, the first two directions: block Krylov iteration with Rayleigh–Ritz (Golub and Van Loan,
// Matrix Computations, 10.1–10.3). Neither the D × D covariance nor the N × N products are ever made: each step reads
// the rows once, so that thousands of rows of 1 280 numbers take a fraction of a second.

import { seededRandom } from '#lib/core/random.ts';

export interface PrincipalPlane {
  /** [D] */
  readonly mean: Float64Array;
  /** Two unit vectors [D] at right angles; the largest number of each is positive. */
  readonly directions: readonly [Float64Array, Float64Array];
  /** Variance of the rows along each direction, largest first. */
  readonly variances: readonly [number, number];
  /** Variance along all directions together. */
  readonly total: number;
}

/** Vectors that are multiplied at once: two, so that two equal variances are both found. */
const block = 2;
const mostBasis = 32;
/** What is left of a vector after taking out the basis must be more than rounding. */
const leastLeft = 1e-9;

/** The plane through `rows` [N, D] (N ≥ 1, D ≥ 2) that keeps most of their variance; the same for the same rows. */
export function principalPlane(rows: Float32Array, dimension: number): PrincipalPlane {
  const count = rows.length / dimension;
  if (count < 1 || dimension < 2) throw new RangeError('rows of two numbers or more are needed');
  const mean = meanOf(rows, dimension);
  const total = totalVariance(rows, mean);
  const basis: Float64Array[] = [];
  const images: Float64Array[] = [];
  let fresh = randomVectors(dimension);
  while (basis.length < Math.min(mostBasis, dimension) && fresh.length > 0) {
    const added = joinBasis(basis, fresh);
    fresh = added.map((vector) => covarianceTimes(rows, mean, vector));
    images.push(...fresh);
  }
  const products = basis.map((a) => images.map((b) => inner(a, b)));
  const { values, vectors } = symmetricEigen(products);
  const order = values.map((_, i) => i).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  const direction = (rank: number): Float64Array =>
    signed(combined(basis, vectors[order[rank] ?? 0] ?? []));
  const variance = (rank: number): number => Math.max(0, values[order[rank] ?? 0] ?? 0);
  return {
    mean,
    directions: [direction(0), direction(1)],
    variances: [variance(0), variance(1)],
    total,
  };
}

/** Where the row [D] at `at` in `rows` lies on the plane, written to `out` at `to`. */
export function projectRow(
  { mean, directions: [first, second] }: PrincipalPlane,
  rows: Float32Array,
  at: number,
  out: Float32Array,
  to: number,
): void {
  let x = 0;
  let y = 0;
  for (let d = 0; d < mean.length; d += 1) {
    const value = (rows[at + d] ?? 0) - (mean[d] ?? 0);
    x += value * (first[d] ?? 0);
    y += value * (second[d] ?? 0);
  }
  out[to] = x;
  out[to + 1] = y;
}

function meanOf(rows: Float32Array, dimension: number): Float64Array {
  const mean = new Float64Array(dimension);
  for (let at = 0; at < rows.length; at += dimension) {
    for (let d = 0; d < dimension; d += 1) mean[d] = (mean[d] ?? 0) + (rows[at + d] ?? 0);
  }
  const count = rows.length / dimension;
  return mean.map((sum) => sum / count);
}

function totalVariance(rows: Float32Array, mean: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < rows.length; at += mean.length) {
    for (let d = 0; d < mean.length; d += 1) sum += ((rows[at + d] ?? 0) - (mean[d] ?? 0)) ** 2;
  }
  return (sum * mean.length) / rows.length;
}

/** The same every time: a map that is mirrored at every visit would be a new map. */
function randomVectors(dimension: number): Float64Array[] {
  const random = seededRandom(1);
  return Array.from({ length: block }, () =>
    Float64Array.from({ length: dimension }, () => random() - 0.5),
  );
}

/** Appends what of `vectors` lies outside `basis`, at right angles to it and of unit length; returns what was appended. */
function joinBasis(basis: Float64Array[], vectors: readonly Float64Array[]): Float64Array[] {
  const added: Float64Array[] = [];
  for (const vector of vectors) {
    const before = Math.sqrt(inner(vector, vector));
    const left = vector.slice();
    // Twice is enough (Kahan, Parlett): the second pass takes out what rounding left in the first.
    for (const direction of [...basis, ...basis]) subtract(left, direction, inner(left, direction));
    const length = Math.sqrt(inner(left, left));
    if (length <= leastLeft * before || basis.length >= vector.length) continue;
    const unit = left.map((value) => value / length);
    basis.push(unit);
    added.push(unit);
  }
  return added;
}

/** Σ (row − mean) ((row − mean) · vector) / N; the mean's share outside the brackets sums to nought. */
function covarianceTimes(
  rows: Float32Array,
  mean: Float64Array,
  vector: Float64Array,
): Float64Array {
  const dimension = mean.length;
  const shift = inner(mean, vector);
  const out = new Float64Array(dimension);
  for (let at = 0; at < rows.length; at += dimension) {
    let product = -shift;
    for (let d = 0; d < dimension; d += 1) product += (rows[at + d] ?? 0) * (vector[d] ?? 0);
    for (let d = 0; d < dimension; d += 1) out[d] = (out[d] ?? 0) + product * (rows[at + d] ?? 0);
  }
  const scale = dimension / rows.length;
  for (let d = 0; d < dimension; d += 1) out[d] = (out[d] ?? 0) * scale;
  return out;
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d += 1) sum += (a[d] ?? 0) * (b[d] ?? 0);
  return sum;
}

function subtract(from: Float64Array, vector: Float64Array, times: number): void {
  for (let d = 0; d < from.length; d += 1) from[d] = (from[d] ?? 0) - times * (vector[d] ?? 0);
}

function combined(basis: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const sum = new Float64Array(basis[0]?.length ?? 0);
  basis.forEach((vector, i) => subtract(sum, vector, -(weights[i] ?? 0)));
  return sum;
}

function signed(vector: Float64Array): Float64Array {
  const largest = vector.reduce((most, v) => (Math.abs(v) > Math.abs(most) ? v : most), 0);
  return largest < 0 ? vector.map((value) => -value) : vector;
}

/** Eigenvalues and, in the same order, unit eigenvectors of a small symmetric matrix, by cyclic Jacobi rotations. */
export function symmetricEigen(matrix: readonly (readonly number[])[]): {
  values: number[];
  vectors: number[][];
} {
  const n = matrix.length;
  const a = matrix.map((row, i) => row.map((value, j) => (value + (matrix[j]?.[i] ?? 0)) / 2));
  const vectors = a.map((_, i) => a.map((__, j) => (i === j ? 1 : 0)));
  const at = (i: number, j: number): number => a[i]?.[j] ?? 0;
  const rotate = (rows: number[][], p: number, q: number, c: number, s: number): void => {
    const [one, other] = [rows[p] ?? [], rows[q] ?? []];
    for (let k = 0; k < n; k += 1) {
      const [x, y] = [one[k] ?? 0, other[k] ?? 0];
      one[k] = c * x - s * y;
      other[k] = s * x + c * y;
    }
  };
  for (let sweep = 0; sweep < 60; sweep += 1) {
    let off = 0;
    for (let p = 0; p < n; p += 1) for (let q = p + 1; q < n; q += 1) off += at(p, q) ** 2;
    const size = a.reduce((sum, _, i) => sum + at(i, i) ** 2, 0);
    if (off <= 1e-28 * size || off === 0) break;
    for (let p = 0; p < n; p += 1) {
      for (let q = p + 1; q < n; q += 1) {
        if (at(p, q) === 0) continue;
        const theta = (at(q, q) - at(p, p)) / (2 * at(p, q));
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        rotate(a, p, q, c, s);
        for (const row of a) {
          const [x, y] = [row[p] ?? 0, row[q] ?? 0];
          row[p] = c * x - s * y;
          row[q] = s * x + c * y;
        }
        rotate(vectors, p, q, c, s);
      }
    }
  }
  return { values: a.map((_, i) => at(i, i)), vectors };
}
