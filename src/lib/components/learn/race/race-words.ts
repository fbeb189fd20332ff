// What came of a race, in words. Pure.

import type { RaceResult } from '#lib/state/race.svelte.ts';

export interface RacerResults {
  readonly label: string;
  readonly results: readonly RaceResult[];
}

/** Nine times out of ten: what the learner is asked to guess. */
export const goal = 0.9;

/** At how few samples of each class a racer was right nine times out of ten, on average over the draws. */
export function goalWords({ label, results }: RacerResults): string {
  const reached = results.find(({ accuracy }) => accuracy.mean >= goal);
  if (reached) {
    const { shots } = reached;
    return `${label} was right nine times out of ten with ${shots} ${shots === 1 ? 'sample' : 'samples'} of each class.`;
  }
  const best = results.toSorted((a, b) => b.accuracy.mean - a.accuracy.mean)[0];
  return best
    ? `${label} did not get there: ${Math.round(best.accuracy.mean * 100)} % at best, with ${best.shots} of each class.`
    : '';
}

/** What the bands and the numbers after ± are. */
export function spreadWords(draws: number): string {
  return draws > 1
    ? `how far the ${draws} draws usually lie from their average (standard deviation)`
    : 'nothing yet: a single draw has no spread';
}

/** A time as people say it: `12 ms`, `3.4 s`. */
export function timeWords(ms: number): string {
  return ms < 100 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
}
