// The game of Use: stars fall in lanes, one lane for each gesture; the cup glides to the lane whose gesture is held. Pure.

import { shuffledIndexes } from './random.ts';

export const laneLimits = { min: 2, max: 4 } as const;
export const gameRules = {
  stars: 8,
  /** Caught, the game is won at once. */
  toWin: 5,
  /** A star is caught when the cup is less than this far away, in lanes. */
  reach: 0.5,
  /** Lanes a second. */
  glide: 4,
  /** Each star that was missed makes the following ones this much slower, so that nobody is left behind. */
  slower: 1.2,
} as const;

export interface LaneGame {
  readonly lanes: number;
  /** Of all stars, in order. */
  readonly order: readonly number[];
  /** Time in which a star falls now. */
  readonly fallMs: number;
  /** Where the cup is, in [0, lanes − 1]. */
  readonly cup: number;
  /** How far the present star has fallen, in [0, 1). */
  readonly fallen: number;
  readonly caught: number;
  readonly missed: number;
  readonly outcome: 'playing' | 'won' | 'lost';
}

/** A new game; every lane has its turn before any has another, so that no gesture is asked for more than the others. */
export function newGame(lanes: number, fallMs: number, random: () => number): LaneGame {
  const order: number[] = [];
  while (order.length < gameRules.stars) order.push(...shuffledIndexes(lanes, random));
  return {
    lanes,
    order: order.slice(0, gameRules.stars),
    fallMs,
    cup: (lanes - 1) / 2,
    fallen: 0,
    caught: 0,
    missed: 0,
    outcome: 'playing',
  };
}

/** Lane of the star that falls now. */
export const starLane = ({ order, caught, missed }: LaneGame): number =>
  order[Math.min(caught + missed, order.length - 1)] ?? 0;

/** The game `ms` later; `wanted` is the lane whose gesture is held, null when none is. A star comes down in its own step. */
export function stepGame(game: LaneGame, ms: number, wanted: number | null): LaneGame {
  if (game.outcome !== 'playing' || ms <= 0) return game;
  const fallen = game.fallen + ms / game.fallMs;
  const moved = { ...game, cup: glided(game, ms, wanted) };
  return fallen < 1 ? { ...moved, fallen } : landed(moved);
}

function glided({ cup, lanes }: LaneGame, ms: number, wanted: number | null): number {
  if (wanted === null) return cup;
  const goal = Math.min(lanes - 1, Math.max(0, wanted));
  const most = (gameRules.glide * ms) / 1000;
  return cup + Math.min(most, Math.max(-most, goal - cup));
}

function landed(game: LaneGame): LaneGame {
  const hit = Math.abs(game.cup - starLane(game)) < gameRules.reach;
  const caught = game.caught + (hit ? 1 : 0);
  const missed = game.missed + (hit ? 0 : 1);
  const fallMs = hit ? game.fallMs : game.fallMs * gameRules.slower;
  const { stars, toWin } = gameRules;
  const outcome = caught >= toWin ? 'won' : missed > stars - toWin ? 'lost' : 'playing';
  return { ...game, fallen: 0, caught, missed, fallMs, outcome };
}
