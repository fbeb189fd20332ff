import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { RidgeSpec } from '#lib/core/head-spec.ts';
import { seededRandom } from '#lib/core/random.ts';

import { fitRidge, ridgeScores } from '../ridge.ts';
import { axisWhitening, classesOf, randomSamples, storeOf, valueOf } from '../testing.ts';
import { planFolds, randomFolds } from './folds.ts';
import { RidgeFolds } from './ridge-folds.ts';

const calm = { pause: () => Promise.resolve() };

const problems = fc.record({
  seed: fc.integer(),
  dimension: fc.integer({ min: 3, max: 40 }),
  // Samples of each take of each class: unequal numbers of takes and of samples.
  takes: fc.array(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 4 }), {
    minLength: 2,
    maxLength: 4,
  }),
  equal: fc.boolean(),
  balanced: fc.boolean(),
  whitened: fc.boolean(),
  lambda: fc.constantFrom(0.001, 0.03, 1),
});

describe('folds in closed form', () => {
  test('each fold equals a head fitted without its takes', async () => {
    await fc.assert(
      fc.asyncProperty(problems, async ({ seed, dimension, takes, equal, ...rest }) => {
        const shape = equal ? takes.map(() => takes[0]!) : takes;
        const samples = randomSamples(
          seed,
          dimension,
          shape.map((sizes) => sizes.reduce((sum, size) => sum + size, 0)),
        );
        const whitening = rest.whitened ? axisWhitening(dimension, [0, 2], 0.5) : null;
        const classes = classesOf(shape.length);
        const store = storeOf(samples, dimension, whitening);
        const { slots, classIndexes } = store.select(classes);
        const takeIndexes = Uint32Array.from(
          shape.flatMap((sizes, c) =>
            sizes.flatMap((size, t) => Array<number>(size).fill(10 * c + t)),
          ),
        );
        const { folds, foldCount } = planFolds(classIndexes, takeIndexes, shape.length);
        const { lambda, balanced } = rest;
        const problem = {
          gram: store.gram(slots),
          classIndexes,
          classCount: shape.length,
          lambda,
          balanced,
        };
        const scores = await new RidgeFolds(problem).scores(folds, foldCount, calm);

        const spec: RidgeSpec = { kind: 'ridge', lambda, temperature: 4, balanced };
        for (let fold = 0; fold < foldCount; fold += 1) {
          const ids = store.ids(slots);
          const kept = samples.filter(({ id }) => folds[ids.indexOf(id)] !== fold);
          const head = valueOf(fitRidge(storeOf(kept, dimension, whitening), spec, classes));
          slots.forEach((slot, n) => {
            if (folds[n] !== fold) return;
            const direct = ridgeScores(head, store.features, slot * dimension);
            direct.forEach((score, c) => {
              const found = scores[n * shape.length + c]!;
              expect(Math.abs(found - score)).toBeLessThan(1e-6 * Math.max(1, Math.abs(score)));
            });
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  test('random folds with kept weights are those of an unbalanced problem when shots are equal', async () => {
    const samples = randomSamples(3, 12, [14, 14]);
    const store = storeOf(samples, 12);
    const { slots, classIndexes } = store.select(classesOf(2));
    const folds = randomFolds(classIndexes, 7, seededRandom(1));
    const base = { gram: store.gram(slots), classIndexes, classCount: 2, lambda: 0.03 };
    const kept = await new RidgeFolds({ ...base, balanced: true }).scores(folds, 7, {
      ...calm,
      keepWeights: true,
    });
    const plain = await new RidgeFolds({ ...base, balanced: false }).scores(folds, 7, calm);
    kept.forEach((score, at) => expect(score).toBeCloseTo(plain[at]!, 9));
  });

  test('gives up when it is told to', async () => {
    const store = storeOf(randomSamples(1, 8, [6, 6]), 8);
    const { slots, classIndexes } = store.select(classesOf(2));
    const folds = Uint16Array.from({ length: 12 }, (_, n) => n % 2);
    const problem = {
      gram: store.gram(slots),
      classIndexes,
      classCount: 2,
      lambda: 0.03,
      balanced: true,
    };
    const pause = (): Promise<void> => Promise.reject(new DOMException('Stopped.', 'AbortError'));
    await expect(new RidgeFolds(problem).scores(folds, 2, { pause })).rejects.toThrow('Stopped.');
  });
});
