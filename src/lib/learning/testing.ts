// Random embeddings and stores for this room's tests.

import { seededRandom } from '#lib/core/random.ts';

import type { Whitening } from './head.ts';
import { TrainingStore, type ClassChoice } from './training-store.ts';

export interface TestSample {
  readonly id: string;
  readonly classId: string;
  readonly embedding: Float32Array;
}

/** Samples of `shots[c]` embeddings of class `c…` around a random centre each; some numbers are 0, as after a ReLU. */
export function randomSamples(
  seed: number,
  dimension: number,
  shots: readonly number[],
): TestSample[] {
  const random = seededRandom(seed);
  return shots.flatMap((count, c) => {
    const centre = Float32Array.from({ length: dimension }, () => 2 * random() - 0.5);
    return Array.from({ length: count }, (_, n) => ({
      id: `s${c}-${n}`,
      classId: `c${c}`,
      embedding: centre.map((value) => Math.max(0, value + 1.5 * (random() - 0.5))),
    }));
  });
}

export function classesOf(count: number): ClassChoice[] {
  return Array.from({ length: count }, (_, c) => ({ id: `c${c}`, name: `Class ${c}` }));
}

export function storeOf(
  samples: readonly TestSample[],
  dimension: number,
  whitening: Whitening | null = null,
): TrainingStore {
  const origin = { backboneId: 'test@1', backboneSha256: 'ab', dimension, whitening };
  const store = new TrainingStore(origin);
  for (const { id, classId, embedding } of samples) {
    const put = store.put(id, classId, embedding);
    if (!put.ok) throw new Error(`the sample ${id} was refused`);
  }
  return store;
}

/** A whitening with orthonormal directions along single axes. */
export function axisWhitening(dimension: number, axes: readonly number[], gain: number): Whitening {
  const vectors = new Float32Array(axes.length * dimension);
  axes.forEach((axis, i) => (vectors[i * dimension + axis] = 1));
  const gains = new Float32Array(axes.length).fill(gain);
  return { mean: new Float32Array(dimension).fill(0.25), vectors, gains };
}

/** The value of a result that must have succeeded. */
export function valueOf<T>(result: { ok: true; value: T } | { ok: false; failure: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), 0);
}
