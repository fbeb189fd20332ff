// A project's samples as the engine's evaluations ask for them: classes to learn, and the take of every sample.

import type { TakenSample } from '#lib/core/evaluation.ts';
import { learnableClasses, type ProjectDocument } from '#lib/core/project.ts';

export function samplesOf(document: ProjectDocument): {
  classes: { id: string; name: string }[];
  taken: TakenSample[];
} {
  return {
    classes: learnableClasses(document).map(({ id, name }) => ({ id, name })),
    taken: document.samples.map(({ id, takeId }) => ({ id, takeId })),
  };
}
