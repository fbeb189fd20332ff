// The race between two ways to learn from the same few samples: who trains on what, who is asked what, and the score.
// Takes are the unit: samples of one take are near-duplicates, so a take is learned from or asked about, never both.

import { seededRandom, shuffledIndexes } from '#lib/core/random.ts';

/** A sample as the race sees it. */
export interface RaceSample {
  readonly classIndex: number;
  readonly takeId: string;
}

/** Indexes into the race's samples. */
export interface RaceDraw {
  readonly seed: number;
  /** By class: what may be trained on, in random order; the first `shots` of each are a draw's training samples. */
  readonly pools: readonly (readonly number[])[];
  /** Samples of the takes that nobody trains on. */
  readonly test: readonly number[];
}

export interface Spread {
  readonly mean: number;
  /** Standard deviation over the draws (n − 1); 0 for a single one. */
  readonly deviation: number;
  readonly count: number;
}

/** The shots a class that a race tries: 1, 2, 5, 10, 20, 50 … as far as every draw has them in every class. */
export function shotCounts(draws: readonly RaceDraw[]): number[] {
  const fewest = Math.min(...draws.flatMap(({ pools }) => pools.map(({ length }) => length)));
  const counts: number[] = [];
  for (let ten = 1; Number.isFinite(fewest) && ten <= fewest; ten *= 10) {
    counts.push(...[ten, 2 * ten, 5 * ten].filter((shots) => shots <= fewest));
  }
  return counts;
}

/**
 * Splits by take, at random from `seed`: takes are held back until every class has one to be asked about, and every class
 * keeps one to learn from. Null when that is impossible: a class has fewer than two takes, or shares all of them.
 */
export function drawRace(
  samples: readonly RaceSample[],
  classCount: number,
  seed: number,
): RaceDraw | null {
  const random = seededRandom(seed);
  const takes = takesByClass(samples, classCount);
  const held = new Set<string>();
  for (const c of shuffledIndexes(classCount, random)) {
    const own = [...(takes[c] ?? [])];
    if (own.some((take) => held.has(take))) continue;
    const free = own.filter((take) => everyClassKeepsOne(takes, new Set([...held, take])));
    const take = free[Math.floor(random() * free.length)];
    if (take === undefined) return null;
    held.add(take);
  }
  const pools = Array.from({ length: classCount }, (): number[] => []);
  const test: number[] = [];
  for (const index of shuffledIndexes(samples.length, random)) {
    const sample = samples[index];
    if (!sample) continue;
    if (held.has(sample.takeId)) test.push(index);
    else pools[sample.classIndex]?.push(index);
  }
  return { seed, pools, test };
}

/** The training samples of a draw at `shots` a class, class by class. */
export function firstShots({ pools }: RaceDraw, shots: number): number[] {
  return pools.flatMap((pool) => pool.slice(0, shots));
}

/** How many takes each class has, [C]. */
export function takeCounts(samples: readonly RaceSample[], classCount: number): number[] {
  return takesByClass(samples, classCount).map(({ size }) => size);
}

/** Share of right answers, in [0, 1], where every class that is asked about counts the same. */
export function balancedAccuracy(
  truth: readonly number[],
  named: ArrayLike<number>,
  classCount: number,
): number {
  const asked = new Float64Array(classCount);
  const right = new Float64Array(classCount);
  truth.forEach((c, n) => {
    asked[c] = (asked[c] ?? 0) + 1;
    if (named[n] === c) right[c] = (right[c] ?? 0) + 1;
  });
  const shares = Array.from(asked, (n, c) => (n > 0 ? (right[c] ?? 0) / n : null)).filter(
    (share) => share !== null,
  );
  return shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
  return { mean, deviation, count: values.length };
}

function takesByClass(samples: readonly RaceSample[], classCount: number): Set<string>[] {
  const takes = Array.from({ length: classCount }, () => new Set<string>());
  for (const { classIndex, takeId } of samples) takes[classIndex]?.add(takeId);
  return takes;
}

function everyClassKeepsOne(
  takes: readonly ReadonlySet<string>[],
  held: ReadonlySet<string>,
): boolean {
  return takes.every((own) => [...own].some((take) => !held.has(take)));
}
