// Σ wₙ zₙ zₙᵀ over stored features, kept from fit to fit: only samples whose weight changed are added or taken out.
// One take more in a class of ten thousand samples costs what that class holds, not what all of them do.

import { packedLength } from './cholesky.ts';
import { dotFourDouble } from './dot.ts';
import { fewestForVectors, vectorSums } from './vector-sums.ts';

const blockSize = 256;
/** Each sample that is taken out costs a pass over the matrix; beyond so many it is cheaper to begin anew. */
const mostTakenOut = 200;

export class Moments {
  readonly #dimension: number;
  /** Packed lower triangle [D, D]; null until it is asked for. */
  #packed: Float64Array | null = null;
  /** By slot, the weight with which a sample is in. */
  #weights = new Float64Array(0);
  #takenOut = 0;

  constructor(dimension: number) {
    this.#dimension = dimension;
  }

  /** A sample is about to leave its slot of `features`, and the last one to move there. */
  remove(slot: number, last: number, features: Float32Array): void {
    const weight = this.#weights[slot] ?? 0;
    if (this.#packed && weight !== 0) {
      this.#takenOut += 1;
      if (this.#takenOut > mostTakenOut) this.clear();
      else addRow(this.#packed, features, slot * this.#dimension, this.#dimension, -weight);
    }
    if (slot < this.#weights.length) this.#weights[slot] = this.#weights[last] ?? 0;
    if (last < this.#weights.length) this.#weights[last] = 0;
  }

  /** Forgets everything and frees the memory. */
  clear(): void {
    this.#packed = null;
    this.#weights = new Float64Array(0);
    this.#takenOut = 0;
  }

  /**
   * The packed lower triangle [D, D] for the samples in `slots` with `weights` [N] > 0, of `size` rows of `features`. A
   * copy. Up to rounding it does not matter what was asked before.
   */
  of(features: Float32Array, size: number, slots: Int32Array, weights: Float64Array): Float64Array {
    const wanted = new Float64Array(size);
    slots.forEach((slot, n) => (wanted[slot] = weights[n] ?? 0));
    if (!this.#packed || this.#changes(wanted).length > slots.length / 2) {
      this.#packed = new Float64Array(packedLength(this.#dimension));
      this.#weights = new Float64Array(size);
    }
    const changes = this.#changes(wanted);
    const difference = (slot: number): number => (wanted[slot] ?? 0) - (this.#weights[slot] ?? 0);
    const grown = changes.filter((slot) => difference(slot) > 0);
    const shrunk = changes.filter((slot) => difference(slot) < 0);
    addRows(this.#packed, features, this.#dimension, grown, difference, 1);
    addRows(this.#packed, features, this.#dimension, shrunk, (slot) => -difference(slot), -1);
    this.#weights = wanted;
    this.#takenOut = 0;
    return this.#packed.slice();
  }

  #changes(wanted: Float64Array): number[] {
    const slots: number[] = [];
    wanted.forEach((weight, slot) => {
      if (weight !== (this.#weights[slot] ?? 0)) slots.push(slot);
    });
    return slots;
  }
}

/** packed += weight · z zᵀ for the row z that begins at `at`. */
function addRow(
  packed: Float64Array,
  features: Float32Array,
  at: number,
  dimension: number,
  weight: number,
): void {
  for (let i = 0; i < dimension; i += 1) {
    const row = packedLength(i);
    const value = weight * (features[at + i] ?? 0);
    for (let j = 0; j <= i; j += 1) {
      packed[row + j] = (packed[row + j] ?? 0) + value * (features[at + j] ?? 0);
    }
  }
}

/** packed += sign · Σ weight(slot) z zᵀ over rows, in blocks, to bound the memory. */
function addRows(
  packed: Float64Array,
  features: Float32Array,
  dimension: number,
  slots: readonly number[],
  weight: (slot: number) => number,
  sign: 1 | -1,
): void {
  const scaleOf = (slot: number): number => Math.sqrt(weight(slot));
  const vectors = Math.min(slots.length, dimension) < fewestForVectors ? null : vectorSums();
  if (vectors) {
    vectors.addProducts(packed, features, dimension, slots, scaleOf, sign);
    return;
  }
  // [D, blockSize]: a feature of all the block's samples lies in one row.
  const block = new Float64Array(dimension * blockSize);
  for (let first = 0; first < slots.length; first += blockSize) {
    const some = slots.slice(first, first + blockSize);
    for (const [n, slot] of some.entries()) {
      const scale = scaleOf(slot);
      const row = slot * dimension;
      for (let d = 0; d < dimension; d += 1) {
        block[d * blockSize + n] = scale * (features[row + d] ?? 0);
      }
    }
    addProducts(packed, block, dimension, some.length, sign);
  }
}

/** packed += sign · block · blockᵀ over the block's first `count` samples. */
function addProducts(
  packed: Float64Array,
  block: Float64Array,
  dimension: number,
  count: number,
  sign: 1 | -1,
): void {
  const sums = new Float64Array(4);
  for (let i = 0; i < dimension; i += 1) {
    const at = packedLength(i);
    const own = i * blockSize;
    for (let j = 0; j <= i; j += 4) {
      const row = (k: number): number => Math.min(j + k, i) * blockSize;
      dotFourDouble(block, row(0), row(1), row(2), row(3), block, own, count, sums);
      for (let k = 0; k < Math.min(4, i + 1 - j); k += 1) {
        packed[at + j + k] = (packed[at + j + k] ?? 0) + sign * (sums[k] ?? 0);
      }
    }
  }
}
