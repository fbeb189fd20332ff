// Numbers of an evaluation in words for people.

import {
  worthOf,
  type Estimate,
  type LearningCurve,
  type PairedDifference,
} from '#lib/core/evaluation.ts';
import type { HeadKind } from '#lib/core/head-spec.ts';

export const headNames: Record<HeadKind, string> = {
  ridge: 'Ridge',
  knn: 'Neighbours',
  dense: 'Dense',
};

/** A share as whole per cent, never rounded up to 100 or down to 0. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (rounded === 100 && share < 1) return '99 %';
  if (rounded === 0 && share > 0) return '1 %';
  return `${rounded} %`;
}

export function intervalWords({ low, high }: Estimate): string {
  return `On as many new takes, most likely between ${percent(low)} and ${percent(high)} (19 times out of 20).`;
}

/** Signed points, such as “+3 points”. */
export function points(difference: number): string {
  const rounded = Math.round(difference * 1000) / 10;
  if (rounded === 0) return 'no difference';
  const amount = Math.abs(rounded);
  return `${rounded > 0 ? '+' : '−'}${amount} ${amount === 1 ? 'point' : 'points'}`;
}

/** Why the honest number and the one of a random split differ, in one sentence. */
export function whyTheyDiffer(honest: Estimate, random: Estimate): string {
  if (random.value - honest.value < 0.02) {
    return 'Here both agree: your takes are so alike, or your classes so different, that a new take is no harder than a new frame.';
  }
  return 'They test on single frames, and every frame has near-twins in the same take that were learned: that tests memory. Here a whole take of every class is put aside, as new to the network as your next try.';
}

/** What a class still needs before there is an honest number. */
export function takesNeeded(takes: number): string {
  return takes === 0
    ? 'No take of its own yet. Record two.'
    : '1 take. Record a second one: step away, come back, turn a little, change the light.';
}

/** Points ± their spread. */
export function pointsWithSpread({ mean, error }: PairedDifference): string {
  return error === null ? points(mean) : `${points(mean)} (± ${(100 * error).toFixed(1)})`;
}

/** From here on a person hardly meets a mistake. */
const coveredFrom = 0.9;

/** Whether more data is worth it: what the last take and the last shots brought, against their spread (`worthOf`). */
export function worthIt({ lastTake, lastShots, byTakes, manyTakes }: LearningCurve): string[] {
  const words: string[] = [];
  const takes = byTakes.at(-1)?.count ?? 0;
  if (lastTake === null) {
    words.push(
      'Another take of every class will show how much takes bring: there are too few yet.',
    );
  } else {
    const change = pointsWithSpread(lastTake);
    const brought = `take number ${takes} brought ${change}`;
    const worse = lastTake.mean + (lastTake.error ?? Infinity) < 0;
    const covered = (byTakes.at(-1)?.accuracy ?? 0) >= coveredFrom;
    words.push(
      {
        yes: `Yes: ${brought}. Record another take of every class.`,
        no: worse
          ? `Not like this: take number ${takes} made it worse: ${change}. Look at the labels of its pictures, and at what they show.`
          : `Hardly: ${brought}. ${covered ? 'What you have covers it.' : 'More of the same will not help: show the classes more clearly, or make them less alike.'}`,
        unclear: `Not clear yet: ${brought}, and that may be chance. Another take of every class will tell.`,
      }[worthOf(lastTake)],
    );
  }
  if (lastShots === null) return words;
  const shots = manyTakes.at(-1)?.count ?? 0;
  const brought = `going to ${shots} a class brought ${pointsWithSpread(lastShots)}`;
  words.push(
    {
      yes: `More samples help: ${brought}.`,
      no: `More samples of the same takes will not help: ${brought}.`,
      unclear: `Whether more samples of the same takes help is not clear: ${brought}.`,
    }[worthOf(lastShots)],
  );
  return words;
}
