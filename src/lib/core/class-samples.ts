// The samples of a project by class and take, in one pass over all of them.

import { takesIn, type ClassId, type Sample, type Take } from './project.ts';

/** What one class holds. The same object as before while nothing in the class has changed. */
export interface ClassSamples {
  /** Oldest first. */
  readonly samples: readonly Sample[];
  /** In the order in which each began. */
  readonly takes: readonly Take[];
}

export const noSamples: ClassSamples = { samples: [], takes: [] };

/** Classes that have samples. `before` is the last answer: what stayed as it was is taken over from it. */
export function samplesByClass(
  samples: readonly Sample[],
  before: ReadonlyMap<ClassId, ClassSamples> = new Map(),
): Map<ClassId, ClassSamples> {
  const lists = new Map<ClassId, Sample[]>();
  for (const sample of samples) {
    const list = lists.get(sample.classId);
    if (list) list.push(sample);
    else lists.set(sample.classId, [sample]);
  }
  return new Map(
    Array.from(lists, ([classId, list]): [ClassId, ClassSamples] => {
      const known = before.get(classId);
      const same = known && isSame(known.samples, list);
      return [classId, same ? known : { samples: list, takes: takesIn(list) }];
    }),
  );
}

function isSame(before: readonly Sample[], now: readonly Sample[]): boolean {
  return before.length === now.length && now.every((sample, i) => before[i] === sample);
}
