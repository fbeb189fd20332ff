// What is said of many times: the middle, how far they spread, and the ratio of two that took turns.

export interface Spread {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

/** Median and quartiles. Throws for nothing at all. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('nothing was measured');
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    lower: quantile(sorted, 0.25),
    upper: quantile(sorted, 0.75),
  };
}

/** Peer / ours, turn by turn: what both met in the same moment cancels out. */
export function ratios(ours: readonly number[], peer: readonly number[]): readonly number[] {
  return ours.map((own, i) => (peer[i] ?? NaN) / own).filter(Number.isFinite);
}

function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (at - Math.floor(at)) * (high - low);
}
