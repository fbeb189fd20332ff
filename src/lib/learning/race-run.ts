// Runs a race: every draw, every number of shots, every contestant in turn. Who the contestants are is the caller's.

import type { Result } from '#lib/core/failure.ts';
import { succeed } from '#lib/core/failure.ts';

import {
  balancedAccuracy,
  firstShots,
  shotCounts,
  type RaceDraw,
  type RaceSample,
} from './race.ts';

/** What a contestant answered: the class index of every sample of `test`, and how long it learned. */
export interface Attempt {
  readonly named: ArrayLike<number>;
  readonly learnMs: number;
}

/** Learns from some of the race's samples and names others. */
export type Contestant = (
  train: readonly number[],
  test: readonly number[],
  seed: number,
) => Promise<Result<Attempt>>;

export interface RacePoint<Name extends string> {
  readonly contestant: Name;
  readonly shots: number;
  readonly seed: number;
  /** Share of right answers on takes that it has not seen, every class counting the same; in [0, 1]. */
  readonly accuracy: number;
  readonly learnMs: number;
}

export interface Race<Name extends string> {
  readonly samples: readonly RaceSample[];
  readonly classCount: number;
  readonly draws: readonly RaceDraw[];
  readonly contestants: Readonly<Record<Name, Contestant>>;
  /** Asked between attempts. */
  readonly signal: { throwIfAborted(): void };
  readonly onPoint: (point: RacePoint<Name>) => void;
}

/** How many points a race has with `contestants` contestants. */
export function raceLength(draws: readonly RaceDraw[], contestants: number): number {
  return draws.length * shotCounts(draws).length * contestants;
}

/** Rejects with AbortError when aborted; the first failure of a contestant ends the race. */
export async function runRace<Name extends string>(race: Race<Name>): Promise<Result<null>> {
  const names = Object.keys(race.contestants) as Name[];
  for (const draw of race.draws) {
    const truth = draw.test.map((n) => race.samples[n]?.classIndex ?? 0);
    for (const shots of shotCounts(race.draws)) {
      for (const contestant of names) {
        race.signal.throwIfAborted();
        const train = firstShots(draw, shots);
        const answered = await race.contestants[contestant](train, draw.test, draw.seed);
        race.signal.throwIfAborted();
        if (!answered.ok) return answered;
        const { named, learnMs } = answered.value;
        const accuracy = balancedAccuracy(truth, named, race.classCount);
        race.onPoint({ contestant, shots, seed: draw.seed, accuracy, learnMs });
      }
    }
  }
  return succeed(null);
}
