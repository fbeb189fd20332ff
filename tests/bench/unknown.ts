// Which score tells a new class in the same scene from the known ones? Each class is left out in turn, each take too.
// npx tsx tests/bench/unknown.ts
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { createHead } from '#lib/learning/create-head.ts';
import { acceptedAt, areaUnderRoc, thresholdAccepting } from '#lib/learning/evaluation/metrics.ts';
import { featuresOf } from '#lib/learning/features.ts';
import { fitClosedForm } from '#lib/learning/fit.ts';
import type { Head } from '#lib/learning/head.ts';
import { evidenceOf, viewOfHead } from '#lib/learning/evidence.ts';
import type { ViewOf } from '#lib/learning/linear-view.ts';
import { valueOf } from '#tests/engine/node-engine.ts';
import { benchSet, hasData, storeOf, type BenchSet } from './bench-set.ts';
import { patchesOf, patchLikeness, type Patches } from './patches.ts';
import { meanAndError } from '../../src/cli/protocols.ts';

interface Example {
  readonly id: string;
  readonly classIndex: number;
  readonly take: number;
  readonly embedding: Float32Array;
  readonly features: Float32Array;
  readonly file: string;
  patches: Patches | null;
}

/** What a score may look at: cosines to the training samples, and a head fitted on them. */
interface Known {
  readonly train: readonly Example[];
  readonly cosines: Float64Array;
  /** Of each training sample, its largest cosine to its class's other takes. */
  readonly usual: Float64Array;
  readonly head: Head;
  readonly knn: Head;
  /** How the head reads the last feature map. */
  readonly view: ViewOf;
  /** The class of an empty or idle scene; null where the set has none. */
  readonly nothing: number | null;
}

type Score = (known: Known, example: Example) => number;

const blockSize = 30;
const perTake = 10;

const scores: Record<string, Score> = {
  'largest cosine': ({ cosines }) => Math.max(...cosines),
  'mean of 3 nearest': ({ cosines }) => meanOfNearest(cosines, 3),
  'mean of 10 nearest': ({ cosines }) => meanOfNearest(cosines, 10),
  'largest, less what its class is used to': ({ cosines, usual }) =>
    Math.max(...cosines.map((cosine, i) => cosine - (usual[i] ?? 0))),
  'margin of the two nearest classes': ({ train, cosines }) => {
    const [first = 0, second = 0] = byClass(train, cosines).sort((a, b) => b - a);
    return first - second;
  },
  'largest softmax': ({ head }, { embedding }) => Math.max(...head.predict(embedding)),
  'largest cosine × largest softmax': ({ cosines, head }, { embedding }) =>
    Math.max(...cosines) * Math.max(...head.predict(embedding)),
  'largest cosine + ½ margin': ({ train, cosines }) => {
    const [first = 0, second = 0] = byClass(train, cosines).sort((a, b) => b - a);
    return first + 0.5 * (first - second);
  },
  'cosine to the class that the head names': ({ train, cosines, head }, { embedding }) => {
    const probabilities = head.predict(embedding);
    const named = probabilities.indexOf(Math.max(...probabilities));
    const index = Number(head.trained.classIds[named]);
    return Math.max(...cosines.filter((_, i) => train[i]?.classIndex === index));
  },
  'a few seconds of nothing: less the cosine to it': ({ train, cosines, nothing }) => {
    if (nothing === null) return NaN;
    const known = cosines.filter((_, i) => train[i]?.classIndex !== nothing);
    const empty = cosines.filter((_, i) => train[i]?.classIndex === nothing);
    return Math.max(...known) - 0.5 * Math.max(...empty);
  },
  'patches of the last map: likeness to those of the 5 nearest': (known, example) =>
    patchScore(known, example),
  'largest cosine + patches': (known, example) =>
    Math.max(...known.cosines) + patchScore(known, example),
  'heat-map of the named class: how gathered it is': ({ head, view }, { embedding, patches }) => {
    if (!patches) return NaN;
    const classes = head.trained.classIds.length;
    const { cells } = evidenceOf(view, patches.activations, embedding, classes);
    const probabilities = head.predict(embedding);
    const named = probabilities.indexOf(Math.max(...probabilities));
    const positions = cells.length / classes;
    const own = cells.slice(named * positions, (named + 1) * positions).map((v) => Math.max(0, v));
    const sum = own.reduce((total, value) => total + value, 0);
    return own.reduce((less, value) => {
      const share = sum > 0 ? value / sum : 1 / positions;
      return share > 0 ? less + share * Math.log(share) : less;
    }, 0);
  },
  'heads agree: ridge and neighbours': ({ head, knn }, { embedding }) =>
    agreement(head, knn, embedding),
  'largest cosine × agreement': ({ cosines, head, knn }, { embedding }) =>
    Math.max(...cosines) * agreement(head, knn, embedding),
};

const nearest = 5;
/** Two scores ask the same of the patches. */
const asked = new WeakMap<Float64Array, number>();

function patchScore({ train, cosines }: Known, { patches }: Example): number {
  const before = asked.get(cosines);
  if (before !== undefined) return before;
  const order = Array.from(cosines.keys()).sort((a, b) => (cosines[b] ?? 0) - (cosines[a] ?? 0));
  const others = order.slice(0, nearest).flatMap((i) => train[i]?.patches ?? []);
  const score = patches ? patchLikeness(patches, others) : NaN;
  asked.set(cosines, score);
  return score;
}

/** Chance that both heads, each drawing by its probabilities, name the same class. */
function agreement(a: Head, b: Head, embedding: Float32Array): number {
  const other = b.predict(embedding);
  return a.predict(embedding).reduce((sum, p, c) => sum + p * (other[c] ?? 0), 0);
}

async function main(): Promise<void> {
  if (!hasData) {
    process.stdout.write('skipped: no ../shared/data\n');
    return;
  }
  const sets = [
    await examplesOf('gestures_regalleoc', Infinity, 3, 'none'),
    await examplesOf('drone_gestures_emrecandir', 60, 2, 'no_class'),
    await examplesOf('sign_digits', 60, 2, null),
    await examplesOf('expressions_muxspace', 60, 2, 'neutral'),
  ];
  const names = Object.keys(scores);
  process.stdout.write(`| score | ${sets.map(({ set }) => set.name).join(' | ')} |\n`);
  process.stdout.write(`|---|${sets.map(() => '---').join('|')}|\n`);
  const columns = sets.map(measured);
  for (const [i, name] of names.entries()) {
    process.stdout.write(`| ${name} | ${columns.map((column) => column[i]).join(' | ')} |\n`);
  }
}

interface Examples {
  readonly set: BenchSet;
  readonly examples: readonly Example[];
  readonly takes: number;
  readonly nothing: number | null;
}

async function examplesOf(
  name: string,
  most: number,
  takes: number,
  nothing: string | null,
): Promise<Examples> {
  const set = await benchSet(name, most);
  const examples = set.classes.flatMap(({ pictures }, classIndex) =>
    Array.from({ length: takes * perTake }, (_, n): Example => {
      const take = Math.floor(n / perTake);
      const place = take * blockSize + Math.floor(((n % perTake) * blockSize) / perTake);
      const { embedding = new Float32Array(0), file = '' } = pictures[place] ?? {};
      const features = featuresOf(embedding, set.origin.whitening);
      const id = `${classIndex}/${place}`;
      return { id, classIndex, take, embedding, features, file, patches: null };
    }),
  );
  const patches = await patchesOf(
    examples.map(({ file }) => file),
    set.origin,
  );
  examples.forEach((example, i) => (example.patches = patches[i] ?? null));
  const index = set.classes.findIndex((entry) => entry.name === nothing);
  return { set, examples, takes, nothing: index < 0 ? null : index };
}

/**
 * AUROC and false accepts at 95 % true accepts of every score; and the difference of both to the first score, with its
 * standard error over the classes left out.
 */
function measured({ set, examples, takes, nothing }: Examples): string[] {
  const byLeft: Asked[][] = [];
  const wanted = set.classes.map((_, c) => c).filter((c) => c !== nothing);
  for (const left of wanted) {
    const asked = Object.keys(scores).map((): Asked => ({ high: [], low: [] }));
    byLeft.push(asked);
    for (let take = 0; take < takes; take += 1) {
      const train = examples.filter((e) => e.classIndex !== left && e.take !== take);
      const test = examples.filter((e) => e.take === take && e.classIndex !== nothing);
      const knownOf = prepared(set, train, nothing);
      for (const example of test) {
        const context = { ...knownOf, cosines: cosinesTo(train, example) };
        Object.values(scores).forEach((score, i) => {
          asked[i]?.[example.classIndex === left ? 'low' : 'high'].push(score(context, example));
        });
      }
    }
  }
  return Object.keys(scores).map((_, i) => {
    const all = {
      high: byLeft.flatMap((asked) => asked[i]?.high ?? []),
      low: byLeft.flatMap((asked) => asked[i]?.low ?? []),
    };
    if (all.high.some(Number.isNaN)) return '–';
    const { auroc, accepts } = judged(all);
    const difference = (of: 'auroc' | 'accepts'): string => {
      const pairs = byLeft.map(([first, ...rest]) => {
        const own = [first, ...rest][i];
        return own && first ? judged(own)[of] - judged(first)[of] : 0;
      });
      const { mean, se } = meanAndError(pairs);
      return `${mean < 0 ? '−' : '+'}${Math.abs(mean).toFixed(2)} ± ${se.toFixed(2)}`;
    };
    const words = `${auroc.toFixed(3)}, ${accepts.toFixed(2)}`;
    return i === 0 ? words : `${words} (${difference('auroc')}, ${difference('accepts')})`;
  });
}

/** Scores of what is known and of what is new. */
interface Asked {
  readonly high: number[];
  readonly low: number[];
}

function judged({ high, low }: Asked): { auroc: number; accepts: number } {
  const weights = high.map(() => 1);
  const at = thresholdAccepting(high, weights, 0.95);
  return { auroc: areaUnderRoc(high, low), accepts: acceptedAt(low, at) };
}

function prepared(
  set: BenchSet,
  train: readonly Example[],
  nothing: number | null,
): Omit<Known, 'cosines'> {
  const present = [...new Set(train.map(({ classIndex }) => classIndex))];
  const classes = present.map((c) => ({ id: `${c}`, name: `${c}` }));
  const store = storeOf(
    set.origin,
    train.map((e) => ({ id: e.id, classId: `${e.classIndex}`, embedding: e.embedding })),
  );
  const { whitening } = set.origin;
  const trained = valueOf(fitClosedForm(store, defaultHeadSettings.ridge, classes));
  const head = valueOf(createHead(trained, whitening));
  const neighbours = valueOf(fitClosedForm(store, defaultHeadSettings.knn, classes));
  const knn = valueOf(createHead(neighbours, whitening));
  const view = viewOfHead(head, whitening);
  const usual = Float64Array.from(train, (example) => {
    const own = train.filter((e) => e.classIndex === example.classIndex && e !== example);
    const others = own.filter((e) => e.take !== example.take);
    return Math.max(...cosinesTo(others.length > 0 ? others : own, example));
  });
  return { train, usual, head, knn, view, nothing };
}

function cosinesTo(others: readonly Example[], { features }: Example): Float64Array {
  return Float64Array.from(others, (other) => {
    let sum = 0;
    for (let d = 0; d < features.length; d += 1) {
      sum += (features[d] ?? 0) * (other.features[d] ?? 0);
    }
    return sum;
  });
}

function byClass(train: readonly Example[], cosines: Float64Array): number[] {
  const largest = new Map<number, number>();
  train.forEach(({ classIndex }, i) => {
    largest.set(classIndex, Math.max(largest.get(classIndex) ?? -1, cosines[i] ?? -1));
  });
  return [...largest.values()];
}

function meanOfNearest(cosines: Float64Array, count: number): number {
  const nearest = cosines.slice().sort().slice(-count);
  return nearest.reduce((sum, cosine) => sum + cosine, 0) / Math.max(1, nearest.length);
}

await main();
