import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { classWeights, shotsOf } from './class-weights.ts';

describe('class weights', () => {
  it('have mean 1 over the samples and give every class the same sum', () => {
    const shots = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(shots, (counts) => {
        fc.pre(counts.some((n) => n > 0));
        const indexes = Uint16Array.from(counts.flatMap((n, c) => new Array<number>(n).fill(c)));
        const weights = classWeights(indexes, counts.length);
        expect(Array.from(shotsOf(indexes, counts.length))).toEqual(counts);
        const present = counts.filter((n) => n > 0).length;
        counts.forEach((n, c) => {
          expect(weights[c]! * n).toBeCloseTo(n > 0 ? indexes.length / present : 0, 9);
        });
        const mean = indexes.reduce((sum, index) => sum + weights[index]!, 0) / indexes.length;
        expect(mean).toBeCloseTo(1, 9);
      }),
    );
  });

  it('are exactly 1 for equal shots', () => {
    expect(Array.from(classWeights(Uint16Array.of(0, 1, 2, 2, 1, 0), 3))).toEqual([1, 1, 1]);
  });
});
