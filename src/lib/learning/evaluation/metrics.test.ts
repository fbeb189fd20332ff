import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { seededRandom } from '#lib/core/random.ts';

import {
  areaUnderRoc,
  balancedAccuracy,
  confusionOf,
  logLossOf,
  looksOf,
  nextShare,
  pairedDifference,
  precisionsOf,
  recallsOf,
  reliabilityOf,
  thresholdAccepting,
} from './metrics.ts';

describe('metrics', () => {
  test('confusion, recall and precision of a small case', () => {
    const confusion = confusionOf(
      Uint16Array.of(0, 0, 0, 1, 1, 2),
      Uint16Array.of(0, 0, 1, 1, 0, 1),
      3,
    );
    expect(confusion).toEqual([
      [2, 1, 0],
      [1, 1, 0],
      [0, 1, 0],
    ]);
    expect(recallsOf(confusion)).toEqual([2 / 3, 1 / 2, 0]);
    expect(precisionsOf(confusion)).toEqual([2 / 3, 1 / 3, null]);
    expect(balancedAccuracy(confusion)).toBeCloseTo((2 / 3 + 1 / 2) / 3, 12);
  });

  test('balanced accuracy does not follow the larger class', () => {
    const truth = Uint16Array.from({ length: 100 }, (_, n) => (n < 90 ? 0 : 1));
    const always = new Uint16Array(100);
    expect(balancedAccuracy(confusionOf(truth, always, 2))).toBe(0.5);
  });

  test('the next share: known values, always inside [0, 1], around the value, narrower with more looks', () => {
    // One look after one that was right: Beta(1.5, 0.5) predicts 3/4, so that wrong is no rarity.
    expect(nextShare(1, 1)).toEqual({ value: 1, low: 0, high: 1, looks: 1 });
    // No error in ten, beta-binomial of Beta(10.5, 0.5): P(6 or fewer) = 0.014, P(7 or fewer) = 0.039, by log-gamma.
    expect(nextShare(1, 10)).toMatchObject({ low: 0.7, high: 1 });
    // Nine of twelve, Beta(9.5, 3.5): P(3 or fewer) = 0.011, P(4 or fewer) = 0.031, P(11 or fewer) = 0.928.
    expect(nextShare(0.75, 12)).toMatchObject({ low: 4 / 12, high: 1 });
    // Very many looks: as the normal distribution has it, ± 1.96 · √(2 p (1 − p) / n).
    const many = nextShare(0.3, 10_000);
    expect(many.high - many.low).toBeCloseTo(2 * 1.96 * Math.sqrt((2 * 0.3 * 0.7) / 10_000), 3);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 500 }),
        (p, n) => {
          const some = nextShare(p, n);
          const more = nextShare(p, 16 * n);
          expect(some.low).toBeGreaterThanOrEqual(0);
          expect(some.high).toBeLessThanOrEqual(1);
          expect(some.low).toBeLessThanOrEqual(p);
          expect(some.high).toBeGreaterThanOrEqual(p);
          expect(more.high - more.low).toBeLessThan(some.high - some.low + 1e-9);
        },
      ),
    );
  });

  test('the next share: as many new looks lie inside it nineteen times out of twenty or more', () => {
    const random = seededRandom(1);
    for (const [p, looks] of [
      [0.5, 12],
      [0.8, 18],
      [0.95, 12],
      [0.99, 6],
    ] as const) {
      const right = (): number => {
        let count = 0;
        for (let i = 0; i < looks; i += 1) if (random() < p) count += 1;
        return count / looks;
      };
      let inside = 0;
      for (let trial = 0; trial < 2000; trial += 1) {
        const { low, high } = nextShare(right(), looks);
        const next = right();
        if (next >= low - 1e-9 && next <= high + 1e-9) inside += 1;
      }
      expect(inside / 2000).toBeGreaterThan(0.93);
    }
  });

  test('looks: equal takes add up, a class with few drags them down', () => {
    expect(looksOf([3, 3, 3])).toBeCloseTo(9, 12);
    expect(looksOf([2, 20])).toBeLessThan(8);
  });

  test('log loss and reliability', () => {
    const probabilities = Float32Array.of(0.5, 0.5, 0.25, 0.75);
    expect(logLossOf(probabilities, Uint16Array.of(0, 1), 2)).toBeCloseTo(
      -(Math.log(0.5) + Math.log(0.75)) / 2,
      6,
    );
    const bins = reliabilityOf([0.55, 0.52, 1], [true, false, true]);
    expect(bins.map(({ count, right }) => [count, right])).toEqual([
      [2, 0.5],
      [1, 1],
    ]);
  });

  test('the area under the ROC curve is the chance of the right order', () => {
    const values = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(values, values, (high, low) => {
        let won = 0;
        for (const h of high) for (const l of low) won += h > l ? 1 : h === l ? 0.5 : 0;
        expect(areaUnderRoc(high, low)).toBeCloseTo(won / (high.length * low.length), 9);
      }),
    );
  });

  test('a threshold accepts at least the share asked for, and no larger value does', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(values, fc.double({ min: 0.05, max: 1, noNaN: true }), (list, wanted) => {
        const threshold = thresholdAccepting(
          list,
          list.map(() => 1),
          wanted,
        );
        const accepted = list.filter((value) => value >= threshold).length / list.length;
        const above = list.filter((value) => value > threshold).length / list.length;
        expect(accepted).toBeGreaterThanOrEqual(wanted - 1e-6);
        expect(above).toBeLessThan(wanted + 1e-6);
      }),
    );
  });

  test('paired differences have the spread of the pairs, not of the sides', () => {
    expect(pairedDifference([0.9, 0.5, 0.2], [0.8, 0.4, 0.1])).toEqual({
      mean: expect.closeTo(0.1, 12) as number,
      error: expect.closeTo(0, 12) as number,
    });
    expect(pairedDifference([1], [0.5]).error).toBeNull();
  });
});
