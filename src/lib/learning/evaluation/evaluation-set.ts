// The samples that an evaluation looks at: chosen from a training store, with their takes, folds and products.

import type { TakenSample } from '#lib/core/evaluation.ts';
import type { ClassId, SampleId } from '#lib/core/project.ts';

import type { ClassChoice, TrainingStore } from '../training-store.ts';
import { planFolds, type FoldPlan } from './folds.ts';

export interface EvaluationSet {
  readonly ids: readonly SampleId[];
  /** [N] rows of the store. Valid until the store changes. */
  readonly slots: Int32Array;
  /** [N] */
  readonly classIndexes: Uint16Array;
  /** [N] takes numbered in order of capture. */
  readonly takeIndexes: Uint32Array;
  readonly takeIds: readonly string[];
  readonly classIds: readonly ClassId[];
  readonly labels: readonly string[];
  readonly plan: FoldPlan;
  /** Packed lower triangle [N, N] of products of unit-length features, which are their cosines. */
  readonly gram: Float64Array;
  /** Samples of these classes before thinning. */
  readonly total: number;
}

/** More samples than this are thinned out: N² memory, N³ time, and near-duplicates add little. */
export const mostEvaluated = 1500;

/** The stored samples of `classes` that `taken` (oldest first) names a take for; about `most` at most. */
export function evaluationSet(
  store: TrainingStore,
  classes: readonly ClassChoice[],
  taken: readonly TakenSample[],
  most = mostEvaluated,
): EvaluationSet {
  const takeNumbers = new Map<string, number>();
  const takeOf = new Map<SampleId, number>();
  for (const { id, takeId } of taken) {
    const number = takeNumbers.get(takeId) ?? takeNumbers.size;
    takeNumbers.set(takeId, number);
    takeOf.set(id, number);
  }
  const selection = store.select(classes);
  const all = store.ids(selection.slots);
  const known = Array.from(all.keys()).filter((n) => takeOf.has(all[n] ?? ''));
  const groups = groupBy(
    known,
    (n) => `${selection.classIndexes[n] ?? 0} ${takeOf.get(all[n] ?? '') ?? 0}`,
  );
  const kept = thinned(groups, most).sort((a, b) => a - b);
  const classIndexes = Uint16Array.from(kept, (n) => selection.classIndexes[n] ?? 0);
  const takeIndexes = Uint32Array.from(kept, (n) => takeOf.get(all[n] ?? '') ?? 0);
  const slots = Int32Array.from(kept, (n) => selection.slots[n] ?? 0);
  return {
    ids: kept.map((n) => all[n] ?? ''),
    slots,
    classIndexes,
    takeIndexes,
    takeIds: Array.from(takeNumbers.keys()),
    classIds: selection.classIds,
    labels: selection.labels,
    plan: planFolds(classIndexes, takeIndexes, selection.classIds.length),
    gram: store.gram(slots),
    total: known.length,
  };
}

/** At most `most` members of `groups`: each group loses the same share, evenly, and keeps one at least. */
export function thinned(groups: readonly (readonly number[])[], most: number): number[] {
  const total = groups.reduce((sum, group) => sum + group.length, 0);
  if (total <= most) return groups.flat();
  return groups.flatMap((group) => {
    const keep = Math.max(1, Math.floor((group.length * most) / total));
    return Array.from(
      { length: keep },
      (_, i) => group[Math.floor((i * group.length) / keep)] ?? 0,
    );
  });
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return Array.from(groups.values());
}
