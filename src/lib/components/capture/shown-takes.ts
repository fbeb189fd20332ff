// Which takes and samples a strip shows: the newest take first, no more samples than the limit.

import { takesOf, type ClassId, type Sample } from '#lib/core/project.ts';

export interface ShownTake {
  readonly id: string;
  /** 1 is the oldest take of the class. */
  readonly number: number;
  /** All samples of the take, shown or not. */
  readonly size: number;
  /** The shown ones, oldest first; `first` is the 1-based place of the first of them in the take. */
  readonly samples: readonly Sample[];
  readonly first: number;
}

/** The newest `limit` samples of a class by take, newest take first. */
export function shownTakes(
  samples: readonly Sample[],
  classId: ClassId,
  limit: number,
): ShownTake[] {
  const shown: ShownTake[] = [];
  let left = limit;
  for (const [index, take] of [...takesOf(samples, classId).entries()].reverse()) {
    if (left <= 0) break;
    const size = take.samples.length;
    const newest = take.samples.slice(Math.max(0, size - left));
    left -= newest.length;
    shown.push({
      id: take.id,
      number: index + 1,
      size,
      samples: newest,
      first: size - newest.length + 1,
    });
  }
  return shown;
}
