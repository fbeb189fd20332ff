// Numbers that judge predictions: confusion, recall, precision, log loss, reliability, intervals, ROC.

import type { Estimate, PairedDifference, ReliabilityBin } from '#lib/core/evaluation.ts';

/** What a two-sided 95 % interval leaves out on each side. */
const tail = 0.025;
const leastProbability = 1e-12;

/** [C][C]: samples of class `row` that were named `column`. */
export function confusionOf(
  truth: Uint16Array,
  predicted: Uint16Array,
  classCount: number,
): number[][] {
  const counts = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  truth.forEach((row, n) => {
    const column = predicted[n] ?? 0;
    const ofRow = counts[row];
    if (ofRow) ofRow[column] = (ofRow[column] ?? 0) + 1;
  });
  return counts;
}

/** Share of each class that was named right; 0 for a class without samples. */
export function recallsOf(confusion: readonly (readonly number[])[]): number[] {
  return confusion.map((row, c) => share(row[c] ?? 0, sum(row)) ?? 0);
}

/** Share of what was named a class that belongs to it; null when it was never named. */
export function precisionsOf(confusion: readonly (readonly number[])[]): (number | null)[] {
  return confusion.map((row, c) => share(row[c] ?? 0, sum(confusion.map((each) => each[c] ?? 0))));
}

/** Mean of the recalls of the classes that have samples: every class counts alike. */
export function balancedAccuracy(confusion: readonly (readonly number[])[]): number {
  const present = confusion.map((row, c) => share(row[c] ?? 0, sum(row))).filter((r) => r !== null);
  return present.length === 0 ? 0 : sum(present) / present.length;
}

/**
 * Independent looks behind a mean of recalls whose class c has `looks[c]` of them: C² / Σ 1/looks_c, from
 * Var(mean of recalls) = Σ p(1 − p)/looks_c / C². Frames of one take are near-duplicates: a take is one look.
 */
export function looksOf(looks: readonly number[]): number {
  const inverse = looks.reduce((total, count) => total + 1 / Math.max(1, count), 0);
  return inverse === 0 ? 0 : looks.length ** 2 / inverse;
}

/**
 * A share seen in `looks` independent looks, with the interval in which the share of as many new looks lies 19 times out of 20:
 * quantiles of the beta-binomial distribution that follows from Jeffreys' prior. An interval for the share itself (Wilson's) ends
 * below 1 after the slightest error, where as many new looks may well be without any. Wide with few looks, never empty.
 */
export function nextShare(value: number, looks: number): Estimate {
  const count = Math.round(looks);
  if (count <= 0) return { value, low: 0, high: 1, looks: 0 };
  const right = value * looks + 0.5;
  const wrong = (1 - value) * looks + 0.5;
  // P(none right) first; each further chance follows from the one before. Logarithms: of many looks it is smaller than any number.
  let logChance = 0;
  for (let i = 0; i < count; i += 1) logChance += Math.log((wrong + i) / (right + wrong + i));
  let below = 0;
  let low = 0;
  let high = 1;
  for (let k = 0; k <= count; k += 1) {
    if (below <= tail) low = k / count;
    below += Math.exp(logChance);
    if (below >= 1 - tail) {
      high = k / count;
      break;
    }
    logChance += Math.log(((count - k) / (k + 1)) * ((right + k) / (wrong + count - k - 1)));
  }
  return { value, low: Math.min(value, low), high: Math.max(value, high), looks };
}

/** Mean of −ln(probability of the true class) of `probabilities` [N, C]. */
export function logLossOf(
  probabilities: Float32Array,
  truth: Uint16Array,
  classCount: number,
): number {
  let total = 0;
  truth.forEach((index, n) => {
    total -= Math.log(Math.max(leastProbability, probabilities[n * classCount + index] ?? 0));
  });
  return truth.length === 0 ? 0 : total / truth.length;
}

/** What was claimed against what was right, in bins of the winner's probability; empty bins are left out. */
export function reliabilityOf(
  claimed: readonly number[],
  right: readonly boolean[],
  binCount = 10,
): ReliabilityBin[] {
  const bins = Array.from({ length: binCount }, () => ({ count: 0, claimed: 0, right: 0 }));
  claimed.forEach((probability, n) => {
    const bin = bins[Math.min(binCount - 1, Math.floor(probability * binCount))];
    if (!bin) return;
    bin.count += 1;
    bin.claimed += probability;
    bin.right += right[n] ? 1 : 0;
  });
  return bins.flatMap(({ count, ...sums }, i) =>
    count === 0
      ? []
      : [
          {
            from: i / binCount,
            to: (i + 1) / binCount,
            count,
            claimed: sums.claimed / count,
            right: sums.right / count,
          },
        ],
  );
}

/** Chance that a value of `high` exceeds one of `low`, ties half: the area under the ROC curve. 0.5 when either is empty. */
export function areaUnderRoc(high: readonly number[], low: readonly number[]): number {
  if (high.length === 0 || low.length === 0) return 0.5;
  const all = [
    ...high.map((value) => ({ value, isHigh: true })),
    ...low.map((value) => ({ value, isHigh: false })),
  ].sort((a, b) => a.value - b.value);
  let rankSum = 0;
  for (let from = 0; from < all.length;) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1;
    const rank = (from + 1 + to) / 2;
    for (let i = from; i < to; i += 1) if (all[i]?.isHigh) rankSum += rank;
    from = to;
  }
  const u = rankSum - (high.length * (high.length + 1)) / 2;
  return u / (high.length * low.length);
}

/** The value that a share `accepted` of the weighted `values` reaches or exceeds; 0 without values. */
export function thresholdAccepting(
  values: readonly number[],
  weights: readonly number[],
  accepted: number,
): number {
  const order = Array.from(values.keys()).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  const total = sum(weights);
  let seen = 0;
  for (const n of order) {
    seen += weights[n] ?? 0;
    if (seen >= accepted * total - 1e-9) return values[n] ?? 0;
  }
  return values[order.at(-1) ?? 0] ?? 0;
}

/** Share of `values` at or above `threshold`; 0 without values. */
export function acceptedAt(values: readonly number[], threshold: number): number {
  return share(values.filter((value) => value >= threshold).length, values.length) ?? 0;
}

/** Mean of a − b over pairs, such as the recalls of the same takes under two heads. */
export function pairedDifference(a: readonly number[], b: readonly number[]): PairedDifference {
  const differences = a.map((value, i) => value - (b[i] ?? 0));
  const mean = differences.length === 0 ? 0 : sum(differences) / differences.length;
  if (differences.length < 2) return { mean, error: null };
  const squares = sum(differences.map((each) => (each - mean) ** 2));
  const variance = squares / (differences.length - 1);
  return { mean, error: Math.sqrt(variance / differences.length) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
