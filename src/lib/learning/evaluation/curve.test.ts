import { expect, test } from 'vitest';

import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { seededRandom } from '#lib/core/random.ts';

import { classesOf, storeOf } from '../testing.ts';
import { learningCurve } from './curve.ts';
import { evaluationSet } from './evaluation-set.ts';

/** Two classes, four takes each: a take moves all its samples by the same random step, larger than the class. */
function variedTakes(seed: number): { id: string; classId: string; embedding: Float32Array }[] {
  const random = seededRandom(seed);
  const centres = [0, 1].map(() => Float32Array.from({ length: 40 }, () => random()));
  return Array.from({ length: 8 }).flatMap((_, take) => {
    const step = Float32Array.from({ length: 40 }, () => 1.5 * random());
    return Array.from({ length: 6 }, (_, n) => ({
      id: `t${take}-${n}`,
      classId: `c${take % 2}`,
      embedding: step.map((s, d) => s + (centres[take % 2]?.[d] ?? 0) + 0.05 * random()),
    }));
  });
}

test('more takes help where more shots of one take do not, and it says by how much', async () => {
  const done: number[] = [];
  let one = 0;
  let many = 0;
  let spread = 0;
  for (let seed = 0; seed < 8; seed += 1) {
    const samples = variedTakes(seed);
    const taken = samples.map(({ id }) => ({ id, takeId: id.split('-')[0]! }));
    const set = evaluationSet(storeOf(samples, 40), classesOf(2), taken);
    const curve = await learningCurve(set, defaultHeadSettings.ridge, {
      pause: () => Promise.resolve(),
      onProgress: (count, total) => done.push(count / total),
    });
    expect(curve.oneTake.map(({ count }) => count)).toEqual([1, 2, 3, 5]);
    expect(curve.manyTakes.map(({ count }) => count)).toEqual([1, 2, 3, 5, 10]);
    expect(curve.byTakes.map(({ count }) => count)).toEqual([1, 2, 3]);
    expect(curve.lastTake?.error).toBeGreaterThanOrEqual(0);
    spread += curve.byTakes[0]!.error / 8;
    one += curve.oneTake[2]!.accuracy / 8;
    many += curve.manyTakes[2]!.accuracy / 8;
  }
  expect(many).toBeGreaterThan(one + 0.05);
  expect(spread).toBeGreaterThan(0.01);
  expect(spread).toBeLessThan(0.3);
  expect(Math.max(...done)).toBeLessThan(1);
});

test('gives up when it is told to', async () => {
  const samples = variedTakes(1);
  const taken = samples.map(({ id }) => ({ id, takeId: id.split('-')[0]! }));
  const set = evaluationSet(storeOf(samples, 40), classesOf(2), taken);
  const pause = (): Promise<void> => Promise.reject(new DOMException('Stopped.', 'AbortError'));
  const onProgress = (): void => undefined;
  const running = learningCurve(set, defaultHeadSettings.ridge, { pause, onProgress });
  await expect(running).rejects.toThrow('Stopped.');
});
