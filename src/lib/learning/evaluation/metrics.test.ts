import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  areaUnderRoc,
  balancedAccuracy,
  confusionOf,
  logLossOf,
  looksOf,
  pairedDifference,
  precisionsOf,
  recallsOf,
  reliabilityOf,
  thresholdAccepting,
  wilson,
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

  test('Wilson: known values, always inside [0, 1], around the value, narrower with more looks', () => {
    // 8 of 10: 0.490 to 0.943 (Newcombe 1998, method 3).
    expect(wilson(0.8, 10).low).toBeCloseTo(0.49, 2);
    expect(wilson(0.8, 10).high).toBeCloseTo(0.943, 3);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 500 }),
        (p, n) => {
          const some = wilson(p, n);
          const more = wilson(p, 4 * n);
          expect(some.low).toBeGreaterThanOrEqual(0);
          expect(some.high).toBeLessThanOrEqual(1);
          expect(some.low).toBeLessThanOrEqual(p);
          expect(some.high).toBeGreaterThanOrEqual(p);
          expect(more.high - more.low).toBeLessThan(some.high - some.low);
        },
      ),
    );
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
