import { describe, expect, test } from 'vitest';

import { actionOf, adviceKey, describeAdvice, type AdviceCode } from '#lib/core/coaching.ts';
import type { Evaluation } from '#lib/core/evaluation.ts';
import type { PictureFacts } from '#lib/core/picture-facts.ts';
import { emptyProject, type ProjectDocument, type Sample } from '#lib/core/project.ts';

import { borderLikeness, type BorderSample } from './border.ts';
import { adviceOn, type CoachInput } from './coach.ts';
import { collisions } from './evaluation/collisions.ts';

/** A project whose classes a, b … have takes of these sizes. */
function documentOf(...sizes: number[][]): ProjectDocument {
  const classes = sizes.map((_, c) => {
    const id = 'abcdef'[c] ?? '';
    return { id, name: id.toUpperCase(), colour: c, enabled: true };
  });
  const samples = sizes.flatMap((takes, c) =>
    takes.flatMap((size, take) =>
      Array.from({ length: size }, (_, n): Sample => {
        const classId = classes[c]?.id ?? '';
        const takeId = `${classId}${take}`;
        const id = `${takeId}-${n}`;
        return { id, classId, takeId, capturedAtMs: take, source: 'camera', sizePx: 256 };
      }),
    ),
  );
  return { project: { ...emptyProject('p', 'P', 'b', 0), classes }, samples };
}

const evaluation: Evaluation = {
  head: 'ridge',
  classIds: ['a', 'b'],
  labels: ['A', 'B'],
  shots: [10, 10],
  takes: [3, 3],
  sampleCount: 20,
  sampleTotal: 20,
  honest: null,
  suspects: [],
  oddTakes: [],
  likeness: [0.9, 0.9],
  unknown: null,
};

function inputOf(document: ProjectDocument, rest: Partial<CoachInput> = {}): CoachInput {
  const none = { pictures: new Map(), borders: new Map(), isRight: () => false };
  return { document, evaluation: null, ...none, ...rest };
}

const codes = (input: CoachInput): AdviceCode[] => adviceOn(input).map(({ code }) => code);
const good = documentOf([5, 5, 5], [5, 5, 5]);

describe('the coach', () => {
  test('says nothing before there are two classes, and nothing when all is well', () => {
    expect(adviceOn(inputOf(documentOf([5])))).toEqual([]);
    expect(adviceOn(inputOf(good, { evaluation }))).toEqual([]);
  });

  test('one take in one class: record a second one of that class', () => {
    const [advice] = adviceOn(inputOf(documentOf([9, 9], [20])));
    expect(advice).toMatchObject({ code: 'few-takes', classIds: ['b'], takes: 1 });
    expect(actionOf(advice!)).toEqual({ kind: 'record', classId: 'b', like: null });
    expect(describeAdvice(advice!, (id) => id).what).toBe('“b” has only one take.');
  });

  test('a class with a third of the samples of another is balanced enough, one with less is not', () => {
    expect(codes(inputOf(documentOf([5, 5, 5], [15, 15, 15])))).toEqual([]);
    const [advice] = adviceOn(inputOf(documentOf([5, 5, 5], [16, 15, 15])));
    expect(advice).toMatchObject({ code: 'unbalanced', classIds: ['a', 'b'], shots: 15, most: 46 });
  });

  test('classes that collide are named once, worst first, and open their pictures', () => {
    const confusion = [
      [6, 4],
      [3, 7],
    ];
    const honest = { confusion } as unknown as NonNullable<Evaluation['honest']>;
    const [advice, ...others] = adviceOn(inputOf(good, { evaluation: { ...evaluation, honest } }));
    expect(advice).toMatchObject({ code: 'collision', classIds: ['a', 'b'], share: 0.4 });
    expect(actionOf(advice!)).toEqual({ kind: 'open-cell', from: 'a', to: 'b' });
    expect(others).toEqual([]);
  });

  test('suspected labels count until they are moved or said to be right', () => {
    const suspects = [{ id: 'a0-1', classIndex: 0, likelyIndex: 1, margin: 0.2, nearest: [] }];
    const told = inputOf(good, { evaluation: { ...evaluation, suspects } });
    expect(codes(told)).toEqual(['wrong-labels']);
    expect(codes({ ...told, isRight: (id) => id === 'a0-1' })).toEqual([]);
    const samples = good.samples.map((s) => (s.id === 'a0-1' ? { ...s, classId: 'b' } : s));
    expect(codes({ ...told, document: { ...good, samples } })).toEqual([]);
  });

  test('an odd take counts while it is the last one', () => {
    const odd = (takeId: string): CoachInput =>
      inputOf(good, {
        evaluation: {
          ...evaluation,
          oddTakes: [{ takeId, classIndex: 0, likelyIndex: 1, share: 1 }],
        },
      });
    expect(codes(odd('a2'))).toEqual(['odd-take']);
    expect(actionOf(adviceOn(odd('a2'))[0]!)).toMatchObject({ kind: 'record', like: 'a2-2' });
    expect(codes(odd('a0'))).toEqual([]);
  });

  test('takes that are all alike ask for movement', () => {
    expect(codes(inputOf(good, { evaluation: { ...evaluation, likeness: [0.995, 0.9] } }))).toEqual(
      ['same-again'],
    );
  });

  test('a class that is mostly dark, bright or blurred is named; one such take is variety', () => {
    const plain: PictureFacts = { brightness: 0.5, black: 0, white: 0, sharpness: 0.2 };
    const pictured = (takes: readonly string[], facts: Partial<PictureFacts>): CoachInput =>
      inputOf(good, {
        pictures: new Map(
          good.samples.map(({ id, takeId }) => [
            id,
            takes.includes(takeId) ? { ...plain, ...facts } : plain,
          ]),
        ),
      });
    expect(codes(pictured(['a0', 'a1'], { brightness: 0.08 }))).toEqual(['too-dark']);
    expect(codes(pictured(['a0', 'a1'], { white: 0.6 }))).toEqual(['too-bright']);
    expect(codes(pictured(['a0', 'a1'], { sharpness: 0.02 }))).toEqual(['blurred']);
    expect(codes(pictured(['a0'], { brightness: 0.08 }))).toEqual([]);
  });

  test('every kind of advice has words, one action and a key of its own', () => {
    const common = { classIds: ['a', 'b'], severity: 1 };
    const all = [
      { ...common, code: 'few-takes', takes: 2, wanted: 3 },
      { ...common, code: 'wrong-labels', count: 2 },
      { ...common, code: 'collision', share: 0.5 },
      { ...common, code: 'unbalanced', shots: 1, most: 9 },
      { ...common, code: 'too-dark', takeId: 't' },
      { ...common, code: 'too-bright', takeId: 't' },
      { ...common, code: 'blurred', takeId: 't' },
      { ...common, code: 'background', likeness: 0.5 },
      { ...common, code: 'odd-take', takeId: 't', like: null },
      { ...common, code: 'same-again', likeness: 1 },
    ] as const;
    for (const advice of all) {
      const { what, next } = describeAdvice(advice, (id) => id.toUpperCase());
      expect(what).toMatch(/^[A-Z0-9“].*\.$/);
      expect(next).toMatch(/^[A-Z0-9].*\.$/);
      expect(actionOf(advice).kind).not.toBe('');
    }
    expect(new Set(all.map(adviceKey)).size).toBe(all.length);
  });
});

test('collisions are named worst first', () => {
  const confusion = [
    [5, 5, 0],
    [3, 7, 0],
    [0, 1, 9],
  ];
  expect(collisions(confusion, 0.2)).toEqual([
    { from: 0, to: 1, count: 5, share: 0.5 },
    { from: 1, to: 0, count: 3, share: 0.3 },
  ]);
});

describe('borders', () => {
  const unit = (angle: number): Float32Array =>
    Float32Array.from([Math.cos(angle), Math.sin(angle)]);
  const borderOf = (classId: string, take: number, angle: number): BorderSample => {
    return { classId, takeId: `${classId}${take}`, features: unit(angle) };
  };

  test('a class with another background is unlike the others and like itself', () => {
    const borders = borderLikeness([
      borderOf('a', 0, 0),
      borderOf('a', 1, 0.05),
      borderOf('b', 0, 1),
      borderOf('b', 1, 1.05),
    ]);
    expect(borders.get('a')!.within).toBeGreaterThan(0.99);
    expect(borders.get('a')!.between).toBeLessThan(0.65);
    expect(codes(inputOf(good, { borders }))).toEqual(['background', 'background']);
  });

  test('one scene for all classes is no hint', () => {
    const borders = borderLikeness([borderOf('a', 0, 0), borderOf('b', 0, 0.2)]);
    expect(codes(inputOf(good, { borders }))).toEqual([]);
  });
});
