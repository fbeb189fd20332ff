// Embedding → the unit-length features that the ridge head is fitted on.

import type { Whitening } from './head.ts';

/**
 * z = s / ‖s‖ with s = √max(0, embedding), minus the pool's mean and the whitened share of its directions when there is
 * a whitening. [D] → [D]; an embedding of zeros without whitening stays zeros. Written to `out` at `at` when given.
 */
export function featuresOf(
  embedding: Float32Array,
  whitening: Whitening | null,
  out = new Float32Array(embedding.length),
  at = 0,
): Float32Array {
  const roots = rootsOf(embedding, whitening);
  let squares = 0;
  for (const root of roots) squares += root * root;
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  for (let d = 0; d < roots.length; d += 1) out[at + d] = (roots[d] ?? 0) * scale;
  return out;
}

/** The features before they are brought to unit length: [D] → [D]. */
export function rootsOf(embedding: Float32Array, whitening: Whitening | null): Float64Array {
  const roots = new Float64Array(embedding.length);
  for (let d = 0; d < roots.length; d += 1) roots[d] = Math.sqrt(Math.max(0, embedding[d] ?? 0));
  if (whitening) {
    for (let d = 0; d < roots.length; d += 1) roots[d] = (roots[d] ?? 0) - (whitening.mean[d] ?? 0);
    shrinkDirections(roots, whitening);
  }
  return roots;
}

/** Throws (a bug of the caller) unless `embedding` has `dimension` finite numbers. */
export function assertEmbedding(embedding: Float32Array, dimension: number): void {
  if (embedding.length !== dimension) {
    throw new RangeError(`an embedding of ${dimension} numbers is needed, not ${embedding.length}`);
  }
  if (!allFinite(embedding)) throw new RangeError('an embedding holds a number that is not finite');
}

export function allFinite(values: Float32Array): boolean {
  for (const value of values) if (!Number.isFinite(value)) return false;
  return true;
}

/** 1 / ‖vector‖, 0 for a vector of zeros. */
export function inverseNorm(vector: Float32Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return squares > 0 ? 1 / Math.sqrt(squares) : 0;
}

/**
 * s −= Σᵢ gᵢ vᵢ (vᵢ·s), in place: a symmetric linear map. All shares are taken from the same s, as the asset's maker does.
 */
export function shrinkDirections(vector: Float64Array, { vectors, gains }: Whitening): void {
  const dimension = vector.length;
  const shares = new Float64Array(gains.length);
  for (let i = 0; i < gains.length; i += 1) {
    const row = i * dimension;
    let sum = 0;
    for (let d = 0; d < dimension; d += 1) sum += (vectors[row + d] ?? 0) * (vector[d] ?? 0);
    shares[i] = sum * (gains[i] ?? 0);
  }
  for (let i = 0; i < gains.length; i += 1) {
    const row = i * dimension;
    const share = shares[i] ?? 0;
    for (let d = 0; d < dimension; d += 1) {
      vector[d] = (vector[d] ?? 0) - share * (vectors[row + d] ?? 0);
    }
  }
}
