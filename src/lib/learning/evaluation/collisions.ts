// Classes that are taken for each other.

/** Samples of one class that were named another. */
export interface Collision {
  /** Indexes of the classes. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Share of the samples of `from`. */
  readonly share: number;
}

/** Pairs of classes that are mixed up in at least `least` of the samples of one, worst first. */
export function collisions(confusion: readonly (readonly number[])[], least: number): Collision[] {
  return confusion
    .flatMap((row, from) => {
      const all = row.reduce((sum, count) => sum + count, 0);
      return row.map((count, to) => ({ from, to, count, share: all === 0 ? 0 : count / all }));
    })
    .filter(({ from, to, share }) => from !== to && share >= least)
    .sort((a, b) => b.share - a.share);
}
