// The class whose evidence is shown: the one with the largest probability, also when the frame is none of these.

import type { Prediction } from '#lib/core/prediction.ts';
import type { ProjectClass } from '#lib/core/project.ts';

export function decidingClass(
  { classIds, probabilities }: Prediction,
  classes: readonly ProjectClass[],
): ProjectClass | null {
  let best = 0;
  for (let i = 1; i < probabilities.length; i += 1) {
    if ((probabilities[i] ?? 0) > (probabilities[best] ?? 0)) best = i;
  }
  return classes.find(({ id }) => id === classIds[best]) ?? null;
}
