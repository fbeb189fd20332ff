// The matrix of all dot products between the stored features, grown by one row a sample.
// Float64, packed lower triangle: a new row is appended at the end, and memory is half of the square.

import { packedLength } from './cholesky.ts';
import { dotFour } from './dot.ts';
import { fewestForVectors, vectorSums } from './vector-sums.ts';

export class GramMatrix {
  #packed = new Float64Array(0);
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  /** Appends the row of the sample in slot `rows` of `features` [slots, dimension]. */
  grow(features: Float32Array, dimension: number): void {
    const slot = this.#rows;
    const start = packedLength(slot);
    this.#reserve(start + slot + 1);
    fillRow(this.#packed, start, slot + 1, features, dimension, slot * dimension, null);
    this.#rows += 1;
  }

  /** Appends the rows of all samples up to slot `size` − 1. */
  growTo(size: number, features: Float32Array, dimension: number): void {
    const from = this.#rows;
    const vectors = vectorsFor(size - from, dimension);
    if (vectors) {
      const [start, end] = [packedLength(from), packedLength(size)];
      this.#reserve(end);
      this.#packed.fill(0, start, end);
      const slots = Int32Array.from({ length: size }, (_, slot) => slot);
      vectors.addGram(this.#packed, features, dimension, slots, from);
      this.#rows = size;
    }
    while (this.#rows < size) this.grow(features, dimension);
  }

  /** Takes `slot` out; the last sample moves into it. */
  remove(slot: number): void {
    const packed = this.#packed;
    const last = this.#rows - 1;
    const from = packedLength(last);
    if (slot < last) {
      const to = packedLength(slot);
      packed.copyWithin(to, from, from + slot);
      packed[to + slot] = packed[from + last] ?? 0;
      for (let i = slot + 1; i < last; i += 1)
        packed[packedLength(i) + slot] = packed[from + i] ?? 0;
    }
    this.#rows = last;
  }

  /** Forgets everything and frees the memory. */
  clear(): void {
    this.#packed = new Float64Array(0);
    this.#rows = 0;
  }

  /** The packed lower triangle of the samples in `slots`, in their order. */
  gather(slots: Int32Array): Float64Array {
    const packed = this.#packed;
    const gathered = new Float64Array(packedLength(slots.length));
    let at = 0;
    for (let i = 0; i < slots.length; i += 1) {
      const a = slots[i] ?? 0;
      const row = packedLength(a);
      for (let j = 0; j <= i; j += 1) {
        const b = slots[j] ?? 0;
        gathered[at] = (a >= b ? packed[row + b] : packed[packedLength(b) + a]) ?? 0;
        at += 1;
      }
    }
    return gathered;
  }

  #reserve(length: number): void {
    if (length <= this.#packed.length) return;
    const larger = new Float64Array(Math.max(length, 2 * this.#packed.length, 1024));
    larger.set(this.#packed);
    this.#packed = larger;
  }
}

/** The same triangle computed from the features, for when no matrix is kept. */
export function gramOf(features: Float32Array, dimension: number, slots: Int32Array): Float64Array {
  const packed = new Float64Array(packedLength(slots.length));
  const vectors = vectorsFor(slots.length, dimension);
  if (vectors) {
    vectors.addGram(packed, features, dimension, slots, 0);
    return packed;
  }
  for (let i = 0; i < slots.length; i += 1) {
    const own = (slots[i] ?? 0) * dimension;
    fillRow(packed, packedLength(i), i + 1, features, dimension, own, slots);
  }
  return packed;
}

function vectorsFor(rows: number, dimension: number): ReturnType<typeof vectorSums> {
  return Math.min(rows, dimension) < fewestForVectors ? null : vectorSums();
}

/** `count` products of the row at `own` with slots 0, 1, 2 … (or those that `slots` names) into `packed` from `start`. */
function fillRow(
  packed: Float64Array,
  start: number,
  count: number,
  features: Float32Array,
  dimension: number,
  own: number,
  slots: Int32Array | null,
): void {
  const sums = new Float64Array(4);
  const row = (j: number): number => {
    const inside = Math.min(j, count - 1);
    return (slots ? (slots[inside] ?? 0) : inside) * dimension;
  };
  for (let j = 0; j < count; j += 4) {
    dotFour(features, row(j), row(j + 1), row(j + 2), row(j + 3), features, own, dimension, sums);
    for (let k = 0; k < Math.min(4, count - j); k += 1) packed[start + j + k] = sums[k] ?? 0;
  }
}
