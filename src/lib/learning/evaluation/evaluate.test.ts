import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { TakenSample } from '#lib/core/evaluation.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';

import { createHead } from '../create-head.ts';
import { fitClosedForm } from '../fit.ts';
import { classesOf, randomSamples, storeOf, valueOf, type TestSample } from '../testing.ts';
import type { TrainingStore } from '../training-store.ts';
import { closedFormProbabilities, summarise } from './evaluate.ts';
import { evaluationSet, thinned } from './evaluation-set.ts';
import { planFolds, randomFolds } from './folds.ts';

const pause = (): Promise<void> => Promise.resolve();

/** Takes of `size` samples each, in order of the samples. */
function takesOf(samples: readonly TestSample[], size: number): TakenSample[] {
  return samples.map(({ id, classId }, n) => ({
    id,
    takeId: `${classId}-${Math.floor(n / size)}`,
  }));
}

async function evaluated(
  store: TrainingStore,
  classes: ReturnType<typeof classesOf>,
  taken: readonly TakenSample[],
): Promise<ReturnType<typeof summarise>> {
  const set = evaluationSet(store, classes, taken);
  const probabilities = await closedFormProbabilities(store, set, defaultHeadSettings.ridge, pause);
  return summarise(set, 'ridge', probabilities);
}

describe('folds by take', () => {
  test('a take is never on both sides, and every class is learned in every fold', () => {
    const takes = fc.array(
      fc.record({ class: fc.integer({ min: 0, max: 2 }), size: fc.integer({ min: 1, max: 4 }) }),
      { minLength: 6, maxLength: 30 },
    );
    fc.assert(
      fc.property(takes, fc.array(fc.nat(), { maxLength: 5 }), (list, moved) => {
        const classIndexes = Uint16Array.from(
          list.flatMap((t) => Array<number>(t.size).fill(t.class)),
        );
        const takeIndexes = Uint32Array.from(list.flatMap((t, i) => Array<number>(t.size).fill(i)));
        // Some samples were moved to another class: their take stays what it was.
        for (const n of moved) classIndexes[n % classIndexes.length] = n % 3;
        const plan = planFolds(classIndexes, takeIndexes, 3);
        const foldOf = new Map<number, number>();
        takeIndexes.forEach((take, n) => {
          const fold = plan.folds[n]!;
          expect(foldOf.get(take) ?? fold).toBe(fold);
          foldOf.set(take, fold);
        });
        plan.takes.forEach((count, c) => {
          if (count < 2) return;
          const folds = new Set(plan.folds.filter((_, n) => classIndexes[n] === c));
          expect(folds.size).toBeGreaterThan(1);
        });
      }),
    );
  });

  test('random folds share every class evenly', () => {
    const classIndexes = Uint16Array.from({ length: 50 }, (_, n) => (n < 36 ? 0 : 1));
    const folds = randomFolds(classIndexes, 7, Math.random);
    for (let fold = 0; fold < 7; fold += 1) {
      const inFold = classIndexes.filter((_, n) => folds[n] === fold);
      expect(inFold.filter((index) => index === 1)).toHaveLength(2);
    }
  });

  test('thinning takes the same share of every take and none away whole', () => {
    const kept = thinned([[1, 2, 3, 4], [5], [6, 7, 8, 9, 10, 11]], 6);
    expect(kept).toContain(5);
    expect(kept.length).toBeLessThanOrEqual(7);
    expect(thinned([[1], [2]], 5)).toEqual([1, 2]);
  });
});

describe('evaluation', () => {
  test('KNN folds equal KNN heads that were fitted without the fold', async () => {
    const samples = randomSamples(5, 9, [8, 8, 8]);
    const taken = takesOf(samples, 4);
    const classes = classesOf(3);
    const store = storeOf(samples, 9);
    const set = evaluationSet(store, classes, taken);
    const { byTake } = await closedFormProbabilities(store, set, defaultHeadSettings.knn, pause);
    for (let fold = 0; fold < set.plan.foldCount; fold += 1) {
      const rest = samples.filter(({ id }) => set.plan.folds[set.ids.indexOf(id)] !== fold);
      const trained = valueOf(fitClosedForm(storeOf(rest, 9), defaultHeadSettings.knn, classes));
      const head = valueOf(createHead(trained, null));
      set.ids.forEach((id, n) => {
        if (set.plan.folds[n] !== fold) return;
        const { embedding } = samples.find((sample) => sample.id === id)!;
        expect([...byTake.subarray(n * 3, n * 3 + 3)]).toEqual([...head.predict(embedding)]);
      });
    }
  });

  test('near-duplicates fool the random split and not the takes', async () => {
    // Each take has a scene of its own that is far stronger than the class.
    const scenes = randomSamples(9, 20, Array<number>(8).fill(1));
    const samples = scenes.flatMap((scene, take) =>
      Array.from({ length: 6 }, (_, n) => ({
        id: `t${take}-${n}`,
        classId: `c${take % 2}`,
        embedding: scene.embedding.map((value, d) => value + (d === n ? 0.01 : 0)),
      })),
    );
    const taken = samples.map(({ id }) => ({ id, takeId: id.split('-')[0]! }));
    const { honest } = await evaluated(storeOf(samples, 20), classesOf(2), taken);
    expect(honest!.random.value).toBe(1);
    expect(honest!.accuracy.value).toBeLessThan(0.9);
    expect(honest!.accuracy.high - honest!.accuracy.low).toBeGreaterThan(0.3);
    expect(honest!.outcomes).toHaveLength(48);
    const [first] = honest!.outcomes;
    for (const id of first!.nearest) expect(id.split('-')[0]).not.toBe(first!.takeId);
  });

  test('fewer than two takes in a class: no number', () => {
    const samples = randomSamples(2, 6, [4, 4]);
    const taken = samples.map(({ id, classId }) => ({ id, takeId: classId }));
    const set = evaluationSet(storeOf(samples, 6), classesOf(2), taken);
    const evaluation = summarise(set, 'ridge', null);
    expect(evaluation.takes).toEqual([1, 1]);
    expect(evaluation.honest).toBeNull();
    expect(evaluation.unknown).toBeNull();
  });

  test('a sample with the wrong label is the first suspect, in one take or in several', () => {
    for (const size of [4, 20]) {
      const samples = randomSamples(4, 30, [20, 20]);
      const wrong = { ...samples[25]!, classId: 'c0' };
      const mixed = samples.map((sample) => (sample.id === wrong.id ? wrong : sample));
      const taken = takesOf(samples, size);
      const set = evaluationSet(storeOf(mixed, 30), classesOf(2), taken);
      const [first] = summarise(set, 'ridge', null).suspects;
      expect(first).toMatchObject({ id: wrong.id, classIndex: 0, likelyIndex: 1 });
      expect(first!.margin).toBeGreaterThan(0);
    }
  });

  test('a threshold is fitted from three takes on, and accepts most of what is held out', async () => {
    const samples = randomSamples(6, 30, [30, 30, 30]);
    const classes = classesOf(3);
    const two = await evaluated(storeOf(samples, 30), classes, takesOf(samples, 15));
    expect(two.unknown).toMatchObject({ threshold: null });
    const three = await evaluated(storeOf(samples, 30), classes, takesOf(samples, 10));
    expect(three.unknown!.trueAccepts).toBeGreaterThan(0.85);
    expect(three.unknown!.auroc).toBeGreaterThan(0.9);
    expect(three.unknown!.falseAccepts).toBeLessThan(0.5);
  });

  test('what the threshold accepts is measured on takes that it was not fitted on', async () => {
    // The third take of each class lies apart: a threshold that had seen it would accept most of it.
    const takes = randomSamples(7, 30, Array<number>(6).fill(10));
    const samples = takes.map(({ id, embedding }, n) => {
      const take = Math.floor(n / 10);
      const [home, apart] = [takes[(take % 2) * 10]!.embedding, take >= 4 ? 3 : 0];
      const moved = home.map((value, d) => value + 0.05 * embedding[d]! + (d % 7 < apart ? 1 : 0));
      return { id, classId: `c${take % 2}`, embedding: moved };
    });
    const taken = takes.map(({ id }) => ({ id, takeId: id.split('-')[0]! }));
    const { unknown } = await evaluated(storeOf(samples, 30), classesOf(2), taken);
    expect(unknown!.threshold).not.toBeNull();
    expect(unknown!.trueAccepts).toBeLessThan(0.75);
  });
});
