import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  balancedAccuracy,
  drawRace,
  firstShots,
  shotCounts,
  spreadOf,
  takeCounts,
  type RaceSample,
} from './race.ts';

/** Samples of `classCount` classes; takes may be shared between classes, as when samples were moved. */
const races = fc.integer({ min: 2, max: 5 }).chain((classCount) =>
  fc.record({
    classCount: fc.constant(classCount),
    seed: fc.nat(),
    samples: fc.array(
      fc.record({
        classIndex: fc.integer({ min: 0, max: classCount - 1 }),
        takeId: fc.integer({ min: 0, max: 12 }).map((n) => `take ${n}`),
      }),
      { minLength: 10, maxLength: 80 },
    ),
  }),
);

/** Every class has the same number of takes of its own, `size` samples each. */
function tidy(classCount: number, takes: number, size: number): RaceSample[] {
  return Array.from({ length: classCount * takes * size }, (_, n) => {
    const classIndex = Math.floor(n / (takes * size));
    return { classIndex, takeId: `${classIndex}-${Math.floor(n / size) % takes}` };
  });
}

describe('drawRace', () => {
  test('no take is on both sides, every class is on both, and no sample is lost', () => {
    let drawn = 0;
    fc.assert(
      fc.property(races, ({ samples, classCount, seed }) => {
        const draw = drawRace(samples, classCount, seed);
        if (!draw) return;
        drawn += 1;
        const takeOf = (n: number): string => samples[n]?.takeId ?? '';
        const tested = new Set(draw.test.map(takeOf));
        const pool = draw.pools.flat();
        expect(pool.some((n) => tested.has(takeOf(n)))).toBe(false);
        for (let c = 0; c < classCount; c += 1) {
          expect(draw.pools[c]?.length).toBeGreaterThan(0);
          expect(draw.pools[c]?.every((n) => samples[n]?.classIndex === c)).toBe(true);
          expect(draw.test.some((n) => samples[n]?.classIndex === c)).toBe(true);
        }
        const all = [...pool, ...draw.test].sort((a, b) => a - b);
        expect(all).toEqual(samples.map((_, n) => n));
      }),
      { numRuns: 300 },
    );
    expect(drawn).toBeGreaterThan(20);
  });

  test('the same seed draws the same, other seeds draw others', () => {
    fc.assert(
      fc.property(races, ({ samples, classCount, seed }) => {
        expect(drawRace(samples, classCount, seed)).toEqual(drawRace(samples, classCount, seed));
      }),
    );
    const draws = Array.from({ length: 20 }, (_, seed) => drawRace(tidy(2, 4, 5), 2, seed));
    const tests = new Set(draws.map((draw) => JSON.stringify([...(draw?.test ?? [])].sort())));
    expect(tests.size).toBeGreaterThan(5);
  });

  test('two takes of its own are enough, one is not', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 6 }), (seed, classCount) => {
        expect(drawRace(tidy(classCount, 2, 3), classCount, seed)).not.toBeNull();
        expect(drawRace(tidy(classCount, 1, 3), classCount, seed)).toBeNull();
      }),
    );
    const oneShort = tidy(2, 2, 3).filter(({ takeId }) => takeId !== '1-1');
    expect(drawRace(oneShort, 2, 1)).toBeNull();
    expect(takeCounts(oneShort, 2)).toEqual([2, 1]);
  });

  test('more shots are the fewer ones and others', () => {
    const draw = drawRace(tidy(3, 3, 10), 3, 7);
    if (!draw) throw new Error('no draw');
    const few = firstShots(draw, 2);
    expect(few).toHaveLength(6);
    const more = new Set(firstShots(draw, 5));
    expect(few.every((n) => more.has(n))).toBe(true);
    expect(shotCounts([draw])).toEqual([1, 2, 5, 10, 20]);
    expect(shotCounts([])).toEqual([]);
  });
});

describe('scores', () => {
  test('every class counts the same', () => {
    expect(balancedAccuracy([0, 0, 0, 1], [0, 0, 0, 0], 2)).toBe(0.5);
    expect(balancedAccuracy([0, 0, 2], [0, 1, 2], 3)).toBe(0.75);
    expect(balancedAccuracy([], [], 2)).toBe(0);
  });

  test('lies between 0 and 1, and is 1 for the truth itself', () => {
    const answers = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1 });
    fc.assert(
      fc.property(answers, (pairs) => {
        const truth = pairs.map(([c]) => c);
        const accuracy = balancedAccuracy(
          truth,
          pairs.map(([, named]) => named),
          4,
        );
        expect(accuracy).toBeGreaterThanOrEqual(0);
        expect(accuracy).toBeLessThanOrEqual(1);
        expect(balancedAccuracy(truth, truth, 4)).toBe(1);
      }),
    );
  });

  test('mean and spread', () => {
    expect(spreadOf([])).toBeNull();
    expect(spreadOf([0.5])).toEqual({ mean: 0.5, deviation: 0, count: 1 });
    expect(spreadOf([1, 3])).toEqual({ mean: 2, deviation: Math.SQRT2, count: 2 });
  });
});
