// Labels that are probably wrong: samples that resemble another class more than the rest of their own, and takes that do.
//
// What speaks for a label: the samples that have it, its own take among them where that take is at home in the class. So a take
// that is merely hard vouches for its samples (as a whole it is reported as odd), while a frame from before the hand was up,
// a stray take, or a sample moved to the wrong class stands out. The third most similar sample counts, not the first: one
// or two wrong labels elsewhere must not make a right one suspect.

import type { OddTake, Suspect } from '#lib/core/evaluation.ts';

import type { EvaluationSet } from './evaluation-set.ts';
import { idsOf, nearestTo } from './neighbours.ts';
import { entry } from './ridge-refit.ts';

/** How much more like another class than its own (a difference of cosines) a sample must be. */
const leastMargin = 0.02;
/** Its distance (1 − cosine) from the other class is at most this share of that from its own. */
const largestRatio = 0.5;
/** The same for a take: a whole take of samples leaves less to chance. */
const largestTakeRatio = 0.75;
/** A take of fewer samples says little as a whole. */
const leastInTake = 4;
const robustPlace = 3;
const shownNeighbours = 3;
const mostSuspects = 24;

/** Suspected labels, most suspect first. */
export function suspectsOf(set: EvaluationSet): Suspect[] {
  const homes = homesOf(set);
  return Array.from(set.classIndexes.keys(), (n) => marginOf(set, n, witnessesOf(set, n, homes)))
    .filter((margin) => isStriking(margin))
    .sort((a, b) => b.margin - a.margin)
    .slice(0, mostSuspects)
    .map(({ n, likelyIndex, margin }) => {
      const nearest = nearestTo(set, n, shownNeighbours, witnessesOf(set, n, homes));
      return {
        id: set.ids[n] ?? '',
        classIndex: set.classIndexes[n] ?? 0,
        likelyIndex,
        margin,
        nearest: idsOf(set, nearest),
      };
    });
}

interface Margin {
  readonly n: number;
  /** The class among the others that most speaks for. */
  readonly likelyIndex: number;
  /** Cosines that speak for its own class and for `likelyIndex`, −1 where nothing can; and by how much the latter is more. */
  readonly forOwn: number;
  readonly forLikely: number;
  readonly margin: number;
}

/**
 * Much closer to the other class, not just closer (the ratio test of Lowe, 2004): where classes are hard to tell apart, half
 * of all samples are a little closer to another one.
 */
function isStriking({ forOwn, forLikely }: Margin, ratio = largestRatio): boolean {
  const margin = forLikely - forOwn;
  return forOwn !== -1 && margin >= leastMargin && 1 - forLikely <= ratio * (1 - forOwn);
}

function marginOf(set: EvaluationSet, n: number, isWitness: (other: number) => boolean): Margin {
  const own = set.classIndexes[n] ?? 0;
  const support = supports(set, n, isWitness);
  const forOwn = support[own] ?? -1;
  const likelyIndex = largestOther(support, own);
  const forLikely = support[likelyIndex] ?? -1;
  return { n, likelyIndex, forOwn, forLikely, margin: forLikely - forOwn };
}

/** Samples of its take that have its label are witnesses where the take is at home in that class; else they share a mistake. */
function witnessesOf(
  { takeIndexes, classIndexes }: EvaluationSet,
  n: number,
  homes: ReadonlyMap<number, Home>,
): (other: number) => boolean {
  const own = classIndexes[n];
  const atHome = homes.get(takeIndexes[n] ?? 0)?.classIndex === own;
  return (other) => atHome || takeIndexes[other] !== takeIndexes[n] || classIndexes[other] !== own;
}

/** Takes most of whose samples resemble another class more than the other takes of their own. */
export function oddTakesOf(set: EvaluationSet): OddTake[] {
  const homes = homesOf(set);
  const odd: OddTake[] = [];
  for (const [take, { classIndex, members }] of homes) {
    const others = Array.from(homes).some(
      ([other, home]) => other !== take && home.classIndex === classIndex,
    );
    if (!others || members.length < leastInTake) continue;
    const elsewhere = (other: number): boolean => set.takeIndexes[other] !== take;
    const odds = members
      .map((n) => marginOf(set, n, elsewhere))
      .filter((margin) => isStriking(margin, largestTakeRatio));
    if (2 * odds.length <= members.length) continue;
    const likelyIndex = mostFrequent(odds.map((margin) => margin.likelyIndex));
    odd.push({
      takeId: set.takeIds[take] ?? '',
      classIndex,
      likelyIndex,
      share: odds.length / members.length,
    });
  }
  return odd.sort((a, b) => b.share - a.share);
}

/** How like each other the takes of each class are: the median of the samples' largest cosines to another take; null with one take. */
export function likenessOf(set: EvaluationSet): (number | null)[] {
  const largest = set.classIds.map((): number[] => []);
  for (let n = 0; n < set.classIndexes.length; n += 1) {
    const own = set.classIndexes[n] ?? 0;
    const [nearest] = nearestTo(
      set,
      n,
      1,
      (other) => set.classIndexes[other] === own && set.takeIndexes[other] !== set.takeIndexes[n],
    );
    if (nearest !== undefined) largest[own]?.push(entry(set.gram, n, nearest));
  }
  return largest.map((values) => (values.length === 0 ? null : median(values)));
}

interface Home {
  readonly classIndex: number;
  /** Samples of the take that have its class. */
  readonly members: readonly number[];
}

/** By take, the class that most of its samples have. */
function homesOf({ classIndexes, takeIndexes, classIds }: EvaluationSet): Map<number, Home> {
  const takes = new Map<number, number[][]>();
  classIndexes.forEach((index, n) => {
    const take = takeIndexes[n] ?? 0;
    const byClass = takes.get(take) ?? classIds.map(() => []);
    byClass[index]?.push(n);
    takes.set(take, byClass);
  });
  return new Map(
    Array.from(takes, ([take, byClass]): [number, Home] => {
      const sizes = byClass.map((members) => members.length);
      const classIndex = sizes.indexOf(Math.max(...sizes));
      return [take, { classIndex, members: byClass[classIndex] ?? [] }];
    }),
  );
}

/** By class, the cosine of its third most similar witness (of the last, where there are fewer); −1 without any. */
function supports(
  set: EvaluationSet,
  n: number,
  isWitness: (other: number) => boolean,
): Float64Array {
  const { classIndexes, classIds, gram } = set;
  const best = new Float64Array(classIds.length * robustPlace).fill(-Infinity);
  for (let other = 0; other < classIndexes.length; other += 1) {
    if (other === n || !isWitness(other)) continue;
    let cosine = entry(gram, n, other);
    const from = (classIndexes[other] ?? 0) * robustPlace;
    for (let at = from; at < from + robustPlace; at += 1) {
      const held = best[at] ?? -Infinity;
      if (cosine <= held) continue;
      best[at] = cosine;
      cosine = held;
    }
  }
  return Float64Array.from(classIds, (_, c) => {
    const found = best.subarray(c * robustPlace, (c + 1) * robustPlace).filter(Number.isFinite);
    return found.at(-1) ?? -1;
  });
}

function largestOther(support: Float64Array, own: number): number {
  let largest = own === 0 ? 1 : 0;
  support.forEach((value, c) => {
    if (c !== own && value > (support[largest] ?? -1)) largest = c;
  });
  return largest;
}

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Array.from(counts).sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
