import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gameRules, newGame, starLane, stepGame, type LaneGame } from './lane-game.ts';
import { seededRandom } from './random.ts';

const setting = fc.record({
  lanes: fc.integer({ min: 2, max: 4 }),
  fallMs: fc.integer({ min: 2000, max: 8000 }),
  seed: fc.integer({ min: 0, max: 1000 }),
  frameMs: fc.integer({ min: 5, max: 100 }),
});
type Setting = typeof setting extends fc.Arbitrary<infer T> ? T : never;

function play(
  { lanes, fallMs, seed, frameMs }: Setting,
  wanted: (game: LaneGame, atMs: number) => number | null,
): LaneGame {
  let game = newGame(lanes, fallMs, seededRandom(seed));
  for (let atMs = 0; game.outcome === 'playing'; atMs += frameMs)
    game = stepGame(game, frameMs, wanted(game, atMs));
  return game;
}

describe('the game', () => {
  test('whoever holds the right gesture wins, also a second late', () => {
    fc.assert(
      fc.property(setting, (chosen) => {
        const late = (game: LaneGame): number | null =>
          game.fallen * game.fallMs >= 1000 ? starLane(game) : null;
        expect(play(chosen, starLane)).toMatchObject({ outcome: 'won', missed: 0 });
        expect(play(chosen, late)).toMatchObject({ outcome: 'won', missed: 0 });
      }),
    );
  });

  test('whoever holds the wrong one loses, and it ends after the stars at the latest', () => {
    fc.assert(
      fc.property(setting, (chosen) => {
        const wrong = (game: LaneGame): number => (starLane(game) + 1) % game.lanes;
        const game = play(chosen, wrong);
        expect(game.outcome).toBe('lost');
        expect(game.caught + game.missed).toBeLessThanOrEqual(gameRules.stars);
      }),
    );
  });

  test('no lane is asked for more than once more than another, and missed stars make it slower', () => {
    fc.assert(
      fc.property(setting, (chosen) => {
        const game = newGame(chosen.lanes, chosen.fallMs, seededRandom(chosen.seed));
        const uses = new Array<number>(chosen.lanes).fill(0);
        for (const lane of game.order) uses[lane] = (uses[lane] ?? 0) + 1;
        expect(Math.max(...uses) - Math.min(...uses)).toBeLessThanOrEqual(1);
        const missed = stepGame({ ...game, cup: -9 }, chosen.fallMs, null);
        expect(missed.fallMs).toBeCloseTo(chosen.fallMs * gameRules.slower);
      }),
    );
  });

  test('the cup never leaves the lanes', () => {
    fc.assert(
      fc.property(setting, fc.array(fc.integer({ min: -3, max: 9 })), (chosen, wishes) => {
        let game = newGame(chosen.lanes, chosen.fallMs, seededRandom(chosen.seed));
        for (const wish of wishes) {
          game = stepGame(game, chosen.frameMs, wish);
          expect(game.cup).toBeGreaterThanOrEqual(0);
          expect(game.cup).toBeLessThanOrEqual(chosen.lanes - 1);
        }
      }),
    );
  });
});
