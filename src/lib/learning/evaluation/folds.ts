// Which samples are put aside together. A fold holds one take of every class: what shares a take is never on both sides.

import { shuffledIndexes } from '#lib/core/random.ts';

export interface FoldPlan {
  /** [N] fold of each sample. */
  readonly folds: Uint16Array;
  readonly foldCount: number;
  /** [C] takes that belong to each class; at least two in every class make an honest number possible. */
  readonly takes: readonly number[];
}

/** More takes than this share folds: the work grows with folds, what is learned from them does not. */
export const mostFolds = 10;

/**
 * Folds by take. `takeIndexes` [N] number the takes in order of capture. A take belongs to the class that most of its
 * samples have, so that a sample moved to another class stays with the near-duplicates it was recorded with; the n-th
 * take of a class lies in fold n.
 */
export function planFolds(
  classIndexes: Uint16Array,
  takeIndexes: Uint32Array,
  classCount: number,
): FoldPlan {
  const homes = homesOf(classIndexes, takeIndexes, classCount);
  const takes = new Array<number>(classCount).fill(0);
  const places = new Map<number, number>();
  for (const take of Array.from(homes.keys()).sort((a, b) => a - b)) {
    const home = homes.get(take) ?? 0;
    const place = takes[home] ?? 0;
    places.set(take, place);
    takes[home] = place + 1;
  }
  const foldCount = Math.min(mostFolds, Math.max(1, ...takes));
  const folds = Uint16Array.from(takeIndexes, (take) => (places.get(take) ?? 0) % foldCount);
  return { folds, foldCount, takes };
}

/** Whether every class has two takes, so that each is learned in every fold and tested in one. */
export function enoughTakes({ takes }: FoldPlan): boolean {
  return takes.length >= 2 && takes.every((count) => count >= 2);
}

/** Frames held out at random, as others do it: `foldCount` parts with equal shares of every class. */
export function randomFolds(
  classIndexes: Uint16Array,
  foldCount: number,
  random: () => number,
): Uint16Array {
  const folds = new Uint16Array(classIndexes.length);
  const seen = new Map<number, number>();
  for (const n of shuffledIndexes(classIndexes.length, random)) {
    const index = classIndexes[n] ?? 0;
    const count = seen.get(index) ?? 0;
    // Classes begin at different folds, so that small ones do not all fall into the first.
    folds[n] = (count + index) % foldCount;
    seen.set(index, count + 1);
  }
  return folds;
}

/** Take → the class that most of its samples have, the first among equals. */
function homesOf(
  classIndexes: Uint16Array,
  takeIndexes: Uint32Array,
  classCount: number,
): Map<number, number> {
  const counts = new Map<number, Uint32Array>();
  takeIndexes.forEach((take, n) => {
    const ofTake = counts.get(take) ?? new Uint32Array(classCount);
    const index = classIndexes[n] ?? 0;
    ofTake[index] = (ofTake[index] ?? 0) + 1;
    counts.set(take, ofTake);
  });
  return new Map(
    Array.from(counts, ([take, ofTake]) => [take, ofTake.indexOf(Math.max(...ofTake))]),
  );
}
