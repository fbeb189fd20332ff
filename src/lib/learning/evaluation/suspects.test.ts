import { describe, expect, test } from 'vitest';

import type { TakenSample } from '#lib/core/evaluation.ts';
import { seededRandom } from '#lib/core/random.ts';

import { classesOf, storeOf, type TestSample } from '../testing.ts';
import { evaluationSet, type EvaluationSet } from './evaluation-set.ts';
import { likenessOf, oddTakesOf, suspectsOf } from './suspects.ts';

const dimension = 60;

interface DrawnTake {
  readonly classIndex: number;
  readonly size: number;
  /** How far the take lies from its class's centre, and its samples from the take's. */
  readonly away?: number;
  readonly wobble?: number;
  /** The class whose centre it was really drawn around. */
  readonly truth?: number;
}

interface Drawn {
  readonly samples: readonly TestSample[];
  readonly taken: readonly TakenSample[];
}

/** Bursts: a centre for each class, a centre for each take near it, and near-duplicates around that. */
function draw(seed: number, takes: readonly DrawnTake[]): Drawn {
  const random = seededRandom(seed);
  const centres = Array.from({ length: 6 }, () =>
    Array.from({ length: dimension }, () => 2 * random()),
  );
  const samples: TestSample[] = [];
  const taken: TakenSample[] = [];
  takes.forEach(({ classIndex, size, away = 0.8, wobble = 0.15, truth = classIndex }, take) => {
    const centre = (centres[truth] ?? []).map((value) => value + away * (random() - 0.5));
    for (let n = 0; n < size; n += 1) {
      const id = `${take}-${String(n).padStart(2, '0')}`;
      const near = centre.map((value) => Math.max(0, value + wobble * (random() - 0.5)));
      samples.push({ id, classId: `c${classIndex}`, embedding: Float32Array.from(near) });
      taken.push({ id, takeId: `take ${take}` });
    }
  });
  return { samples, taken };
}

function setOf({ samples, taken }: Drawn, classCount: number): EvaluationSet {
  return evaluationSet(storeOf(samples, dimension), classesOf(classCount), taken);
}

/** `count` labels changed at random, and which. */
function flipped(drawn: Drawn, count: number, classCount: number, seed: number): [Drawn, string[]] {
  const random = seededRandom(seed);
  const wrong = new Set<number>();
  while (wrong.size < count) wrong.add(Math.floor(random() * drawn.samples.length));
  const samples = drawn.samples.map((sample, n) => {
    if (!wrong.has(n)) return sample;
    const step = 1 + Math.floor(random() * (classCount - 1));
    const index = (Number(sample.classId.slice(1)) + step) % classCount;
    return { ...sample, classId: `c${index}` };
  });
  const ids = Array.from(wrong, (n) => drawn.samples[n]!.id);
  return [{ ...drawn, samples }, ids.sort()];
}

const fourTakes = (size: number): DrawnTake[] =>
  [0, 1, 2].flatMap((classIndex) =>
    Array.from({ length: 4 }, (): DrawnTake => ({ classIndex, size })),
  );

describe('suspected labels', () => {
  test('right labels are not suspect, in easy takes and in hard ones', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const takes = fourTakes(10).map((take, n) => (n % 4 === 0 ? { ...take, away: 2.5 } : take));
      expect(suspectsOf(setOf(draw(seed, takes), 3))).toEqual([]);
    }
  });

  test('labels changed at random are all found, and hardly any other', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const [drawn, wrong] = flipped(draw(seed, fourTakes(10)), 5, 3, seed);
      const suspects = suspectsOf(setOf(drawn, 3));
      expect(suspects.map(({ id }) => id).sort()).toEqual(wrong);
    }
  });

  test('classes that cannot be told apart make no suspects of each other', () => {
    const takes = fourTakes(10).map((take): DrawnTake => ({ ...take, truth: 0, wobble: 0.8 }));
    for (let seed = 1; seed <= 20; seed += 1) {
      expect(suspectsOf(setOf(draw(seed, takes), 3)).length).toBeLessThanOrEqual(1);
    }
  });

  test('a stray sample of its own take is suspect', () => {
    const takes = [...fourTakes(10), { classIndex: 0, size: 1, truth: 1 }];
    const [first, ...others] = suspectsOf(setOf(draw(3, takes), 3));
    expect(first).toMatchObject({ id: '12-00', classIndex: 0, likelyIndex: 1 });
    expect(others).toEqual([]);
  });

  test('the only sample of a class has nothing to be compared with', () => {
    const takes = [
      { classIndex: 0, size: 8 },
      { classIndex: 1, size: 1, truth: 0 },
    ];
    expect(suspectsOf(setOf(draw(4, takes), 2))).toEqual([]);
  });
});

describe('odd takes', () => {
  test('a whole take with the wrong label is one odd take, and no suspects', () => {
    const takes = [...fourTakes(8), { classIndex: 0, size: 8, truth: 2 }];
    const set = setOf(draw(5, takes), 3);
    expect(oddTakesOf(set)).toEqual([
      { takeId: 'take 12', classIndex: 0, likelyIndex: 2, share: 1 },
    ]);
    expect(suspectsOf(set)).toEqual([]);
  });

  test('ordinary takes are not odd, and the only take of a class cannot be', () => {
    expect(oddTakesOf(setOf(draw(6, fourTakes(8)), 3))).toEqual([]);
    const single = [0, 1].map((classIndex): DrawnTake => ({ classIndex, size: 8, truth: 0 }));
    expect(oddTakesOf(setOf(draw(7, single), 2))).toEqual([]);
  });
});

test('takes that were recorded without moving are more alike than others', () => {
  const still = [0, 0, 1, 1].map((classIndex): DrawnTake => ({ classIndex, size: 5, away: 0.02 }));
  const moved = [0, 0, 1, 1].map((classIndex): DrawnTake => ({ classIndex, size: 5, away: 1.5 }));
  const [a, b] = [likenessOf(setOf(draw(8, still), 2)), likenessOf(setOf(draw(8, moved), 2))];
  expect(a[0]).toBeGreaterThan(0.99);
  expect(b[0]).toBeLessThan(0.97);
  const single = [0, 1].map((classIndex): DrawnTake => ({ classIndex, size: 5 }));
  expect(likenessOf(setOf(draw(8, single), 2))).toEqual([null, null]);
});
