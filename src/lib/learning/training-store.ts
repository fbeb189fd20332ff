// The samples that heads are fitted on, flat and growable: raw embeddings, ridge features and their Gram matrix.
// One store belongs to one backbone and one whitening; another of either means a new store.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { BackboneId, ClassId, SampleId } from '#lib/core/project.ts';

import { dotFour } from './dot.ts';
import { allFinite, assertEmbedding, featuresOf, inverseNorm } from './features.ts';
import { GramMatrix, gramOf } from './gram.ts';
import type { TrainingSet, Whitening } from './head.ts';
import { Moments } from './moments.ts';
import { dualLimit } from './ridge-solve.ts';

/** What the stored embeddings come from. */
export interface StoreOrigin {
  readonly backboneId: BackboneId;
  readonly backboneSha256: string;
  /** Length D of an embedding. */
  readonly dimension: number;
  readonly whitening: Whitening | null;
}

/** A class to learn. */
export interface ClassChoice {
  readonly id: ClassId;
  readonly name: string;
}

/** Stored samples of some classes by slot, ordered by class and then by sample id: the same in whatever order they came. */
export interface Selection {
  /** [N] */
  readonly slots: Int32Array;
  /** [N] index into `classIds`. */
  readonly classIndexes: Uint16Array;
  /** Only classes that have samples. */
  readonly classIds: readonly ClassId[];
  readonly labels: readonly string[];
}

export class TrainingStore {
  readonly origin: StoreOrigin;
  readonly #slots = new Map<SampleId, number>();
  readonly #ids: SampleId[] = [];
  readonly #classIds: ClassId[] = [];
  // [capacity, D] each; a slot's row begins at slot · D.
  #embeddings = new Float32Array(0);
  #features = new Float32Array(0);
  /** [capacity] 1 / ‖embedding‖ by slot. */
  #inverseNorms = new Float64Array(0);
  #version = 0;
  /** Rows that there is room for. */
  #capacity = 0;
  readonly #gram = new GramMatrix();
  readonly #gramLimit: number;
  readonly #moments: Moments;

  constructor(origin: StoreOrigin) {
    this.origin = origin;
    this.#gramLimit = dualLimit(origin.dimension);
    this.#moments = new Moments(origin.dimension);
  }

  get size(): number {
    return this.#ids.length;
  }

  /** Another number after every change. */
  get version(): number {
    return this.#version;
  }

  /** Raw embeddings, [capacity, D], by slot; valid until the next `put` or `remove`. */
  get embeddings(): Float32Array {
    return this.#embeddings;
  }

  /** [capacity] 1 / ‖embedding‖ by slot, 0 for an embedding of zeros; valid as long. */
  get inverseNorms(): Float64Array {
    return this.#inverseNorms;
  }

  /** Ridge features, [capacity, D]; rows of `Selection.slots` are valid until the next `put` or `remove`. */
  get features(): Float32Array {
    return this.#features;
  }

  /**
   * Keeps a copy of the embedding [D] under `id`; an id that is there already is relabelled or replaced.
   * Fails (`head-mismatch`) when the length differs or a number is not finite.
   */
  put(id: SampleId, classId: ClassId, embedding: Float32Array): Result<null> {
    const { dimension } = this.origin;
    if (embedding.length !== dimension) {
      const reason = `a sample has ${embedding.length} features where the backbone makes ${dimension}`;
      return fail({ code: 'head-mismatch', reason });
    }
    if (!allFinite(embedding)) {
      return fail({ code: 'head-mismatch', reason: 'a sample’s features are not numbers' });
    }
    const known = this.#slots.get(id);
    this.#version += 1;
    if (known !== undefined && this.#holds(known, embedding)) this.#classIds[known] = classId;
    else {
      this.remove(id);
      this.#append(id, classId, embedding);
    }
    return succeed(null);
  }

  /** Takes a sample out; false when it was not there. */
  remove(id: SampleId): boolean {
    const slot = this.#slots.get(id);
    if (slot === undefined) return false;
    const last = this.size - 1;
    this.#version += 1;
    // The Gram matrix may stand still while there are too many samples for it; then it is empty.
    if (this.#gram.rows === this.size) this.#gram.remove(slot);
    else this.#gram.clear();
    this.#moments.remove(slot, last, this.#features);
    this.#moveLast(slot, last);
    this.#ids.pop();
    this.#classIds.pop();
    this.#slots.delete(id);
    return true;
  }

  clear(): void {
    this.#version += 1;
    this.#slots.clear();
    this.#ids.length = 0;
    this.#classIds.length = 0;
    this.#embeddings = new Float32Array(0);
    this.#features = new Float32Array(0);
    this.#inverseNorms = new Float64Array(0);
    this.#capacity = 0;
    this.#gram.clear();
    this.#moments.clear();
  }

  /** The stored samples of `classes`; classes without samples are left out. */
  select(classes: readonly ClassChoice[]): Selection {
    const present = new Set(this.#classIds);
    const chosen = classes.filter(({ id }) => present.has(id));
    const indexes = new Map(chosen.map(({ id }, index) => [id, index]));
    const byClass = chosen.map((): SampleId[] => []);
    this.#ids.forEach((id, slot) => {
      byClass[indexes.get(this.#classIds[slot] ?? '') ?? -1]?.push(id);
    });
    const ids = byClass.flatMap((list) => list.sort());
    return {
      slots: Int32Array.from(ids, (id) => this.#slots.get(id) ?? 0),
      classIndexes: Uint16Array.from(byClass.flatMap((list, index) => list.map(() => index))),
      classIds: chosen.map(({ id }) => id),
      labels: chosen.map(({ name }) => name),
    };
  }

  /** Copies of the raw embeddings of `classes`, in the order of `select`. */
  trainingSet(classes: readonly ClassChoice[]): TrainingSet {
    const { slots, ...rest } = this.select(classes);
    const { dimension } = this.origin;
    const embeddings = new Float32Array(slots.length * dimension);
    slots.forEach((slot, n) => {
      embeddings.set(this.embedding(slot), n * dimension);
    });
    return { dimension, embeddings, ...rest };
  }

  /** How many samples each class has that has any. */
  shots(): ReadonlyMap<ClassId, number> {
    const shots = new Map<ClassId, number>();
    for (const id of this.#classIds) shots.set(id, (shots.get(id) ?? 0) + 1);
    return shots;
  }

  id(slot: number): SampleId {
    return this.#ids[slot] ?? '';
  }

  classOf(slot: number): ClassId {
    return this.#classIds[slot] ?? '';
  }

  /** Ids of the samples in `slots`. */
  ids(slots: Int32Array): SampleId[] {
    return Array.from(slots, (slot) => this.#ids[slot] ?? '');
  }

  /** The raw embedding [D] in a slot: a view, valid until the next `put` or `remove`. */
  embedding(slot: number): Float32Array {
    const { dimension } = this.origin;
    return this.#embeddings.subarray(slot * dimension, (slot + 1) * dimension);
  }

  /** Dot products between the features of `slots`: packed lower triangle, as `cholesky.ts` has them. */
  gram(slots: Int32Array): Float64Array {
    const { dimension } = this.origin;
    if (this.size > this.#gramLimit) return gramOf(this.#features, dimension, slots);
    this.#moments.clear();
    this.#gram.growTo(this.size, this.#features, dimension);
    return this.#gram.gather(slots);
  }

  /** Σ w z zᵀ over the features of `slots` with `weights` [N]: a packed lower triangle [D, D], a copy. */
  moments(slots: Int32Array, weights: Float64Array): Float64Array {
    return this.#moments.of(this.#features, this.size, slots, weights);
  }

  /**
   * Largest cosine between the features of `embedding` [D] and of the samples of `classIds`, in [−1, 1]; null when they
   * have none. Features of zeros have cosine 0 with everything. On whitened features the cosine tells other scenes
   * apart where that of raw embeddings, all positive, hardly moves.
   */
  largestCosine(embedding: Float32Array, classIds: readonly ClassId[]): number | null {
    const { dimension, whitening } = this.origin;
    assertEmbedding(embedding, dimension);
    const features = featuresOf(embedding, whitening);
    const wanted = new Set(classIds);
    const four = new Int32Array(4);
    const sums = new Float64Array(4);
    let waiting = 0;
    let largest = -Infinity;
    const at = (place: number): number => (four[place] ?? 0) * dimension;
    const measure = (): void => {
      dotFour(this.#features, at(0), at(1), at(2), at(3), features, 0, dimension, sums);
      for (const sum of sums) largest = Math.max(largest, sum);
      waiting = 0;
    };
    for (let slot = 0; slot < this.size; slot += 1) {
      if (!wanted.has(this.#classIds[slot] ?? '')) continue;
      // Places that are not filled yet repeat this slot, so a last, partly filled four is right too.
      four.fill(slot, waiting);
      waiting += 1;
      if (waiting === 4) measure();
    }
    if (waiting > 0) measure();
    if (largest === -Infinity) return null;
    return Math.min(1, Math.max(-1, largest));
  }

  #holds(slot: number, embedding: Float32Array): boolean {
    const stored = this.embedding(slot);
    return embedding.every((value, d) => value === stored[d]);
  }

  #append(id: SampleId, classId: ClassId, embedding: Float32Array): void {
    const { dimension, whitening } = this.origin;
    const slot = this.size;
    this.#reserve(slot + 1);
    this.#embeddings.set(embedding, slot * dimension);
    featuresOf(embedding, whitening, this.#features, slot * dimension);
    this.#inverseNorms[slot] = inverseNorm(embedding);
    this.#slots.set(id, slot);
    this.#ids.push(id);
    this.#classIds.push(classId);
    if (this.size > this.#gramLimit) this.#gram.clear();
    // Not before it was asked for: many rows at once cost less than one by one, and there may be too many for it.
    else if (slot > 0 && this.#gram.rows === slot) this.#gram.grow(this.#features, dimension);
  }

  /** The last sample's numbers into `slot`. */
  #moveLast(slot: number, last: number): void {
    const { dimension } = this.origin;
    const id = this.#ids[last];
    const classId = this.#classIds[last];
    if (slot === last || id === undefined || classId === undefined) return;
    this.#embeddings.copyWithin(slot * dimension, last * dimension, (last + 1) * dimension);
    this.#features.copyWithin(slot * dimension, last * dimension, (last + 1) * dimension);
    this.#inverseNorms[slot] = this.#inverseNorms[last] ?? 0;
    this.#ids[slot] = id;
    this.#classIds[slot] = classId;
    this.#slots.set(id, slot);
  }

  #reserve(samples: number): void {
    const { dimension } = this.origin;
    if (samples <= this.#capacity) return;
    const capacity = Math.max(samples, 2 * this.#capacity, 16);
    this.#embeddings = grown(this.#embeddings, new Float32Array(capacity * dimension));
    this.#features = grown(this.#features, new Float32Array(capacity * dimension));
    const norms = new Float64Array(capacity);
    norms.set(this.#inverseNorms);
    this.#inverseNorms = norms;
    this.#capacity = capacity;
  }
}

function grown(from: Float32Array, to: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  to.set(from);
  return to;
}
