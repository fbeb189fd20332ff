// Heads or backbones against each other on the same folds: the difference of each pair of takes, and its spread.

import type { Estimate, Evaluation, PairedDifference } from '#lib/core/evaluation.ts';

import { pairedDifference } from './metrics.ts';

export interface FoldComparison {
  readonly accuracy: Estimate;
  readonly logLoss: number;
  /** Against the one in use, over takes; zero for that one itself. */
  readonly difference: PairedDifference;
}

/** `evaluations` of the same samples; those without an honest number are null. `base` is the one in use. */
export function compareOnFolds(
  evaluations: readonly Evaluation[],
  base: number,
): (FoldComparison | null)[] {
  const shares = evaluations.map(rightByTake);
  const own = shares[base] ?? new Map<string, number>();
  return evaluations.map(({ honest }, i) => {
    if (!honest) return null;
    const takes = Array.from(own.keys());
    const difference = pairedDifference(
      takes.map((take) => shares[i]?.get(take) ?? 0),
      takes.map((take) => own.get(take) ?? 0),
    );
    return { accuracy: honest.accuracy, logLoss: honest.logLoss, difference };
  });
}

/** Share of each take that was named right. A take of two classes, after a relabelling, counts as two. */
function rightByTake({ honest }: Evaluation): Map<string, number> {
  const counts = new Map<string, { right: number; all: number }>();
  for (const { takeId, classIndex, predictedIndex } of honest?.outcomes ?? []) {
    const key = `${classIndex} ${takeId}`;
    const count = counts.get(key) ?? { right: 0, all: 0 };
    count.all += 1;
    if (classIndex === predictedIndex) count.right += 1;
    counts.set(key, count);
  }
  return new Map(Array.from(counts, ([key, { right, all }]) => [key, right / all]));
}
