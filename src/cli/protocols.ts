// Which pictures of a class train and which test, by protocol. Pictures are consecutive frames of a film.

import { seededRandom, shuffledIndexes } from '#lib/core/random.ts';

export type Protocol = 'random' | 'take';
export const protocols: readonly Protocol[] = ['random', 'take'];

export interface Split {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/**
 * `random`: `shots` frames drawn anywhere, tested on all others, near-duplicates among them.
 * `take`: `shots` consecutive frames from one end of the film, tested on the far third; even seeds begin at the start, odd
 * ones at the end. Null when a class of `count` frames is too small for it.
 */
export function splitOf(
  protocol: Protocol,
  count: number,
  shots: number,
  seed: number,
  classIndex: number,
): Split | null {
  if (protocol === 'random') {
    if (shots >= count) return null;
    const order = Array.from(shuffledIndexes(count, seededRandom(7919 * seed + classIndex)));
    return { train: order.slice(0, shots), test: order.slice(shots) };
  }
  const third = Math.floor(count / 3);
  if (third === 0 || shots > count - third) return null;
  const forwards = Array.from({ length: count }, (_, n) => (seed % 2 === 0 ? n : count - 1 - n));
  return { train: forwards.slice(0, shots), test: forwards.slice(count - third) };
}

/** How many seeds differ: a film has two ends, and only a dense head draws anything else. */
export function distinctSeeds(protocol: Protocol, seeds: number, drawsItself: boolean): number {
  return protocol === 'take' && !drawsItself ? Math.min(2, seeds) : seeds;
}

export interface MeanAndError {
  readonly mean: number;
  /** Standard error of the mean; 0 for a single value. */
  readonly se: number;
}

export function meanAndError(values: readonly number[]): MeanAndError {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  if (values.length < 2) return { mean, se: 0 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, se: Math.sqrt(squares / (values.length - 1) / values.length) };
}
