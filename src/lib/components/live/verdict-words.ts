// The verdict as the words, colour and percentage people see.

import { limitInUse, type UnknownLimits } from '#lib/core/unknown-limit.ts';
import type { Prediction, Verdict } from '#lib/core/prediction.ts';
import type { ProjectClass } from '#lib/core/project.ts';

export interface VerdictWords {
  readonly name: string;
  /** Palette index; null: none of these. */
  readonly colour: number | null;
  readonly detail: string;
}

export const percent = (value: number): string => `${Math.round(value * 100)} %`;

/** Words for a verdict; null while there is nothing to say. */
export function verdictWords(
  verdict: Verdict | null,
  classes: readonly ProjectClass[],
): VerdictWords | null {
  if (!verdict) return null;
  if (verdict.kind === 'unknown') {
    return {
      name: 'None of these',
      colour: null,
      detail: `like your samples: ${percent(Math.max(0, verdict.largestCosine))}`,
    };
  }
  const entry = classes.find(({ id }) => id === verdict.classId);
  return entry
    ? { name: entry.name, colour: entry.colour, detail: percent(verdict.probability) }
    : null;
}

/** One bar for each class of the prediction that the project still has. */
export function predictionBars(
  prediction: Prediction,
  classes: readonly ProjectClass[],
): { id: string; name: string; colour: number; probability: number }[] {
  return prediction.classIds.flatMap((id, i) => {
    const entry = classes.find((each) => each.id === id);
    const probability = prediction.probabilities[i] ?? 0;
    return entry ? [{ id, name: entry.name, colour: entry.colour, probability }] : [];
  });
}

/** Where the limit of *none of these* comes from. */
export function limitWords(limits: UnknownLimits): string {
  switch (limitInUse(limits)?.source) {
    case 'byHand':
      return 'Set for this project.';
    case 'takes':
      return 'Automatic: fitted to your takes.';
    case 'backbone':
      return 'Automatic: the network’s own, until every class has three takes.';
    case undefined:
      return '';
  }
}
