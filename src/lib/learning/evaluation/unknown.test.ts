import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { randomSamples, storeOf, type TestSample } from '../testing.ts';
import { evaluationSet, type EvaluationSet } from './evaluation-set.ts';
import { unknownLimit, unknownOf } from './unknown.ts';

const dimension = 30;

/** Three takes of `size` samples in each class, evaluated under these names. */
function setOf(samples: readonly TestSample[], names: readonly string[], size = 10): EvaluationSet {
  const classes = names.map((name, c) => ({ id: `c${c}`, name }));
  const seen = new Map<string, number>();
  const taken = samples.map(({ id, classId }) => {
    const place = seen.get(classId) ?? 0;
    seen.set(classId, place + 1);
    return { id, takeId: `${classId}-${Math.floor(place / size)}` };
  });
  return evaluationSet(storeOf(samples, dimension), classes, taken);
}

describe('the limit that takes tell', () => {
  test('is whole per cent, is what Evaluate shows, and needs three takes of every class', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const set = setOf(randomSamples(seed, dimension, [30, 30]), ['a', 'b']);
        const limit = unknownLimit(set)!;
        expect(limit).toBeGreaterThanOrEqual(0);
        expect(limit).toBeLessThan(1);
        expect(Math.abs(limit * 100 - Math.round(limit * 100))).toBeLessThan(1e-9);
        expect(unknownOf(set)!.threshold).toBe(limit);
      }),
      { numRuns: 20 },
    );
    expect(unknownLimit(setOf(randomSamples(1, dimension, [30, 20]), ['a', 'b']))).toBeNull();
  });

  test('does not wait for takes of the class of none of these', () => {
    const samples = randomSamples(3, dimension, [30, 30, 10]);
    expect(unknownLimit(setOf(samples, ['a', 'b', 'c']))).toBeNull();
    expect(unknownLimit(setOf(samples, ['a', 'b', 'None of these']))).not.toBeNull();
  });
});

describe('a class of none of these', () => {
  /** Class 2 is like class 3: asked about the one, the other is nearest. */
  function alike(): TestSample[] {
    const samples = randomSamples(5, dimension, [30, 30, 30, 30]);
    return samples.map((sample, n) =>
      n < 90 ? sample : { ...sample, embedding: near(samples[n - 30]!.embedding, n) },
    );
  }
  const near = (embedding: Float32Array, n: number): Float32Array =>
    embedding.map((value, d) => value + 0.05 * ((n * 7 + d) % 3));

  test('rejects what is like it, so that less of what is new is accepted', () => {
    const plain = unknownOf(setOf(alike(), ['a', 'b', 'c', 'd']))!;
    const with3 = unknownOf(setOf(alike(), ['a', 'b', 'c', 'None']))!;
    expect(plain.falseAccepts).toBeGreaterThan(0.3);
    expect(with3.falseAccepts).toBeLessThan(plain.falseAccepts! - 0.2);
    // What is as like it as one of the classes is turned away too: that costs true accepts.
    expect(with3.trueAccepts).toBeLessThan(plain.trueAccepts!);
  });

  test('beside a single class its own samples are what is unknown', () => {
    const set = setOf(randomSamples(8, dimension, [30, 30]), ['a', 'Nothing']);
    expect(unknownOf(set)).toMatchObject({ auroc: 1, falseAcceptsAt95: 0, falseAccepts: 0 });
    expect(unknownOf(setOf(randomSamples(8, dimension, [30]), ['a']))).toBeNull();
  });
});
