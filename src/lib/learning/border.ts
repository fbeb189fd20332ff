// Does the background give a class away? Compares the borders of pictures: in one scene they are alike whatever the class.
//
// How well a head tells classes by their borders alone is no measure of it: arms reach in from the border, so that it names
// good gestures in front of one wall often as well as the whole picture does (measured: recalls of 0.25 to 1). The likeness
// of borders tells scenes apart as *none of these* does.

import type { ClassId, TakeId } from '#lib/core/project.ts';

/** A sample whose picture was looked at without its middle. */
export interface BorderSample {
  readonly classId: ClassId;
  readonly takeId: TakeId;
  /** Features of unit length (`features.ts`). */
  readonly features: Float32Array;
}

export interface BorderLikeness {
  /** Medians of the samples' largest cosines: to their own class (other takes, where there are some), and to other classes. */
  readonly within: number;
  readonly between: number;
}

/** How like its own and how like the other classes' the borders of each class are. */
export function borderLikeness(samples: readonly BorderSample[]): Map<ClassId, BorderLikeness> {
  const byClass = new Map<ClassId, { within: number[]; between: number[] }>();
  for (const sample of samples) {
    const { classId, takeId } = sample;
    const own = samples.filter((other) => other.classId === classId && other !== sample);
    const otherTakes = own.filter((other) => other.takeId !== takeId);
    const others = samples.filter((other) => other.classId !== classId);
    const ofClass = byClass.get(classId) ?? { within: [], between: [] };
    ofClass.within.push(largestCosine(sample, otherTakes.length > 0 ? otherTakes : own));
    ofClass.between.push(largestCosine(sample, others));
    byClass.set(classId, ofClass);
  }
  return new Map(
    Array.from(byClass, ([classId, { within, between }]) => [
      classId,
      { within: median(within), between: median(between) },
    ]),
  );
}

function largestCosine({ features }: BorderSample, others: readonly BorderSample[]): number {
  let largest = -1;
  for (const other of others) {
    let sum = 0;
    for (let d = 0; d < features.length; d += 1) {
      sum += (features[d] ?? 0) * (other.features[d] ?? 0);
    }
    largest = Math.max(largest, sum);
  }
  return largest;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? -1;
}
