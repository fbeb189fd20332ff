// What would help most, from what is known of the samples: counts, an evaluation, and what their pictures look like.
// The limits are measured (docs/recipes.md, tests/bench/coach.ts).

import type { Advice } from '#lib/core/coaching.ts';
import type { Evaluation } from '#lib/core/evaluation.ts';
import type { PictureFacts } from '#lib/core/picture-facts.ts';
import {
  learnableClasses,
  takesOf,
  type ClassId,
  type ProjectDocument,
  type SampleId,
  type Take,
} from '#lib/core/project.ts';

import type { BorderLikeness } from './border.ts';
import { collisions } from './evaluation/collisions.ts';

export interface CoachInput {
  readonly document: ProjectDocument;
  /** Of these samples or of a thinned part of them; null until there is one. */
  readonly evaluation: Evaluation | null;
  /** Of some samples of each take. */
  readonly pictures: ReadonlyMap<SampleId, PictureFacts>;
  readonly borders: ReadonlyMap<ClassId, BorderLikeness>;
  /** Whether the person said that this sample's class is right. */
  readonly isRight: (sampleId: SampleId, classId: ClassId) => boolean;
}

export const coachLimits = {
  /** Takes of each class; 3 shots from 3 takes beat 20 shots from one. */
  takes: 3,
  /** Times as many samples as the smallest class. */
  imbalance: 3,
  /** Share of a class that is named another, and samples at least. */
  collisionShare: 0.2,
  collisionCount: 3,
  /** Mean brightness. */
  dark: 0.15,
  bright: 0.9,
  /** Share of pixels that are plain white. */
  white: 0.4,
  /** Sharpness against the median of the project's takes. */
  blur: 0.3,
  /** Largest cosine between the borders of a class and of the others, and how much more alike its own are. */
  border: 0.8,
  borderGap: 0.1,
  /** Median cosine of its samples to its other takes. */
  same: 0.99,
} as const;

/** How much following each piece of advice is likely to help. */
const severities: Readonly<Record<Advice['code'], number>> = {
  'wrong-labels': 0.9,
  'few-takes': 0.8,
  collision: 0.7,
  'too-dark': 0.65,
  'too-bright': 0.65,
  blurred: 0.6,
  background: 0.55,
  unbalanced: 0.5,
  'odd-take': 0.4,
  'same-again': 0.3,
};
/** The third take of a class adds less than the second. */
const thirdTakeSeverity = 0.45;

/** All advice there is, the most useful first. Without two classes to tell apart there is none. */
export function adviceOn(input: CoachInput): Advice[] {
  const classes = learnableClasses(input.document);
  if (classes.length < 2) return [];
  const takes = new Map(classes.map(({ id }) => [id, takesOf(input.document.samples, id)]));
  return [
    ...wrongLabels(input),
    ...fewTakes(takes),
    ...mixedUp(input),
    ...badPictures(takes, input.pictures),
    ...backgrounds(takes, input.borders),
    ...unbalanced(takes),
    ...oddTakes(takes, input),
    ...sameAgain(takes, input),
  ].sort((a, b) => b.severity - a.severity);
}

type Takes = ReadonlyMap<ClassId, readonly Take[]>;

function wrongLabels({ document, evaluation, isRight }: CoachInput): Advice[] {
  const classOf = new Map(document.samples.map(({ id, classId }) => [id, classId]));
  const suspects = (evaluation?.suspects ?? []).filter(({ id, classIndex }) => {
    const classId = evaluation?.classIds[classIndex] ?? '';
    return classOf.get(id) === classId && !isRight(id, classId);
  });
  if (suspects.length === 0) return [];
  const classIds = [...new Set(suspects.map(({ id }) => classOf.get(id) ?? ''))];
  const severity = severities['wrong-labels'];
  return [{ code: 'wrong-labels', classIds, count: suspects.length, severity }];
}

function fewTakes(takes: Takes): Advice[] {
  const counts = Array.from(takes, ([id, list]) => ({ id, count: list.length }));
  const fewest = Math.min(...counts.map(({ count }) => count));
  if (fewest >= coachLimits.takes) return [];
  const classIds = counts.filter(({ count }) => count === fewest).map(({ id }) => id);
  const severity = fewest < 2 ? severities['few-takes'] : thirdTakeSeverity;
  const { takes: wanted } = coachLimits;
  return [{ code: 'few-takes', classIds, takes: fewest, wanted, severity }];
}

function mixedUp({ document, evaluation }: CoachInput): Advice[] {
  const enabled = new Set(learnableClasses(document).map(({ id }) => id));
  const confusion = evaluation?.honest?.confusion ?? [];
  const pairs = new Set<string>();
  return collisions(confusion, coachLimits.collisionShare).flatMap(({ from, to, count, share }) => {
    const classIds = [from, to].map((index) => evaluation?.classIds[index] ?? '');
    const pair = [from, to].sort((a, b) => a - b).join(' ');
    const known = pairs.has(pair) || count < coachLimits.collisionCount;
    pairs.add(pair);
    if (known || !classIds.every((id) => enabled.has(id))) return [];
    return [{ code: 'collision', classIds, share, severity: severities.collision } as const];
  });
}

/** One take in bad light is variety; a class that has hardly anything else is not learned well. */
function badPictures(takes: Takes, pictures: ReadonlyMap<SampleId, PictureFacts>): Advice[] {
  const factsOf = ({ samples }: Take): PictureFacts[] =>
    samples.flatMap(({ id }) => pictures.get(id) ?? []);
  const all = Array.from(takes.values()).flat();
  const usual = median(all.flatMap((take) => medianOf(factsOf(take), 'sharpness') ?? []));
  const problemOf = (take: Take): 'too-dark' | 'too-bright' | 'blurred' | null => {
    const facts = factsOf(take);
    const brightness = medianOf(facts, 'brightness');
    const white = medianOf(facts, 'white');
    const sharpness = medianOf(facts, 'sharpness');
    if (brightness === null || white === null || sharpness === null) return null;
    if (brightness < coachLimits.dark) return 'too-dark';
    if (brightness > coachLimits.bright || white > coachLimits.white) return 'too-bright';
    return usual !== null && sharpness < coachLimits.blur * usual ? 'blurred' : null;
  };
  return Array.from(takes).flatMap(([classId, list]): Advice[] => {
    const bad = list.flatMap((take) => {
      const code = problemOf(take);
      return code === null ? [] : [{ code, takeId: take.id }];
    });
    const last = bad.at(-1);
    if (!last || 2 * bad.length <= list.length) return [];
    return [{ ...last, classIds: [classId], severity: severities[last.code] }];
  });
}

function backgrounds(takes: Takes, borders: ReadonlyMap<ClassId, BorderLikeness>): Advice[] {
  return Array.from(borders).flatMap(([classId, { within, between }]): Advice[] => {
    const tells = between < coachLimits.border && within - between >= coachLimits.borderGap;
    if (!tells || !takes.has(classId)) return [];
    const severity = severities.background;
    return [{ code: 'background', classIds: [classId], likeness: between, severity }];
  });
}

function unbalanced(takes: Takes): Advice[] {
  const shots = Array.from(takes, ([id, list]) => ({
    id,
    count: list.reduce((sum, { samples }) => sum + samples.length, 0),
  })).sort((a, b) => a.count - b.count);
  const fewest = shots[0];
  const most = shots.at(-1);
  if (!fewest || !most || most.count <= coachLimits.imbalance * fewest.count) return [];
  return [
    {
      code: 'unbalanced',
      classIds: [fewest.id, most.id],
      shots: fewest.count,
      most: most.count,
      severity: severities.unbalanced,
    },
  ];
}

function oddTakes(takes: Takes, { evaluation }: CoachInput): Advice[] {
  return (evaluation?.oddTakes ?? []).flatMap(({ takeId, classIndex, likelyIndex }): Advice[] => {
    const classIds = [classIndex, likelyIndex].map((index) => evaluation?.classIds[index] ?? '');
    const list = takes.get(classIds[0] ?? '') ?? [];
    const take = list.find(({ id }) => id === takeId);
    // It is no longer alone once another take came after it.
    if (!take || list.at(-1) !== take) return [];
    const like = take.samples[Math.floor(take.samples.length / 2)]?.id ?? null;
    return [{ code: 'odd-take', classIds, takeId, like, severity: severities['odd-take'] }];
  });
}

function sameAgain(takes: Takes, { evaluation }: CoachInput): Advice[] {
  return (evaluation?.likeness ?? []).flatMap((likeness, c): Advice[] => {
    const classId = evaluation?.classIds[c] ?? '';
    if (likeness === null || likeness < coachLimits.same || !takes.has(classId)) return [];
    const severity = severities['same-again'];
    return [{ code: 'same-again', classIds: [classId], likeness, severity }];
  });
}

function medianOf(facts: readonly PictureFacts[], key: keyof PictureFacts): number | null {
  return median(facts.map((each) => each[key]));
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
