// The features of the samples on the map, flat and growable: what the heads compare, not the raw embeddings.

import type { SampleId, TakeId } from '#lib/core/project.ts';
import { assertEmbedding, featuresOf } from '#lib/learning/features.ts';
import type { Whitening } from '#lib/learning/head.ts';

export class HeldFeatures {
  readonly dimension: number;
  readonly ids: SampleId[] = [];
  readonly takeIds: TakeId[] = [];
  readonly #whitening: Whitening | null;
  readonly #slots = new Map<SampleId, number>();
  #rows = new Float32Array(0);

  constructor(dimension: number, whitening: Whitening | null) {
    this.dimension = dimension;
    this.#whitening = whitening;
  }

  get size(): number {
    return this.ids.length;
  }

  /** [N, D] in the order of `ids`: a view, valid until the next `put` or `remove`. */
  get rows(): Float32Array {
    return this.#rows.subarray(0, this.size * this.dimension);
  }

  /** Keeps the features of an embedding [D]; an id that is there already stays as it is. */
  put(id: SampleId, takeId: TakeId, embedding: Float32Array): void {
    assertEmbedding(embedding, this.dimension);
    if (this.#slots.has(id)) return;
    const slot = this.size;
    this.#reserve(slot + 1);
    featuresOf(embedding, this.#whitening, this.#rows, slot * this.dimension);
    this.#slots.set(id, slot);
    this.ids.push(id);
    this.takeIds.push(takeId);
  }

  /** Takes a sample out; the last one moves into its place. */
  remove(id: SampleId): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    const { dimension } = this;
    const last = this.size - 1;
    const lastId = this.ids[last] ?? id;
    this.#rows.copyWithin(slot * dimension, last * dimension, (last + 1) * dimension);
    this.ids[slot] = lastId;
    this.takeIds[slot] = this.takeIds[last] ?? '';
    this.#slots.set(lastId, slot);
    this.ids.pop();
    this.takeIds.pop();
    this.#slots.delete(id);
  }

  /** The features [D] of an embedding [D]. */
  features(embedding: Float32Array): Float32Array {
    assertEmbedding(embedding, this.dimension);
    return featuresOf(embedding, this.#whitening);
  }

  /** Copies of the rows at `indexes`. */
  gather(indexes: readonly number[]): Float32Array {
    const { dimension } = this;
    const gathered = new Float32Array(indexes.length * dimension);
    indexes.forEach((index, n) => {
      gathered.set(this.#rows.subarray(index * dimension, (index + 1) * dimension), n * dimension);
    });
    return gathered;
  }

  #reserve(samples: number): void {
    const wanted = samples * this.dimension;
    if (wanted <= this.#rows.length) return;
    const grown = new Float32Array(Math.max(wanted, 2 * this.#rows.length, 16 * this.dimension));
    grown.set(this.#rows);
    this.#rows = grown;
  }
}
