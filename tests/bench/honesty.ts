// Is the honest number honest? Some blocks of a film are taught as takes; what is promised of them, against what the
// blocks that were kept back show. npx tsx tests/bench/honesty.ts
import type { Estimate } from '#lib/core/evaluation.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { seededRandom, shuffledIndexes } from '#lib/core/random.ts';
import { createHead } from '#lib/learning/create-head.ts';
import { closedFormProbabilities, summarise } from '#lib/learning/evaluation/evaluate.ts';
import { evaluationSet } from '#lib/learning/evaluation/evaluation-set.ts';
import { balancedAccuracy, confusionOf } from '#lib/learning/evaluation/metrics.ts';
import { fitClosedForm } from '#lib/learning/fit.ts';
import { largestIndex } from '#lib/learning/softmax.ts';
import { valueOf } from '#tests/engine/node-engine.ts';
import { benchSet, hasData, storeOf, type BenchSet } from './bench-set.ts';

const blockSize = 30;
const blocks = [0, 1, 2, 3, 4];
/** One frame of so many is a sample: a take of ten, as a person records it. */
const everyFrame = 3;
const draws = 40;

interface Sample {
  readonly id: string;
  readonly classId: string;
  readonly takeId: string;
  readonly taught: boolean;
  readonly embedding: Float32Array;
}

interface Row {
  /** Blocks of the first class. */
  readonly taught: readonly number[];
  readonly honest: Estimate;
  readonly random: Estimate;
  /** Balanced accuracy on the blocks that were kept back. */
  readonly truth: number;
}

async function main(): Promise<void> {
  if (!hasData) {
    process.stdout.write('skipped: no ../shared/data\n');
    return;
  }
  const set = await benchSet('gestures_regalleoc');
  const rows: Row[] = [];
  for (const count of [2, 3]) {
    for (const taught of choices(blocks, count)) {
      rows.push(await judged(set, () => ({ taught }), set.classes.length));
    }
  }
  process.stdout.write('| taught | by take | random split | kept back |\n|---|---|---|---|\n');
  for (const { taught, honest, random, truth } of rows) {
    const cells = [taught.join(' '), words(honest, truth), words(random, truth), share(truth)];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
  process.stdout.write(
    '\n| takes, classes | by take: Wilson’s interval | by take | width | error | random split | error |\n|---|---|---|---|---|---|---|\n',
  );
  for (const takes of [2, 3]) {
    summary(
      `${takes} of 6, all blocks above`,
      rows.filter(({ taught }) => taught.length === takes),
    );
  }
  for (const classCount of [2, 3, 6]) {
    for (const takes of [2, 3]) {
      const drawn: Row[] = [];
      for (let seed = 0; seed < draws; seed += 1) {
        drawn.push(await judged(set, drawnBlocks(seed, takes), classCount, seed));
      }
      summary(`${takes} of ${classCount}, drawn for each class`, drawn);
    }
  }
}

/** Other blocks of every class, so that a block that is hard for all is not on one side for all. */
function drawnBlocks(seed: number, takes: number): (c: number) => { taught: readonly number[] } {
  return (c) => ({
    taught: Array.from(shuffledIndexes(blocks.length, seededRandom(97 * seed + c))).slice(0, takes),
  });
}

function summary(name: string, rows: readonly Row[]): void {
  const inside = (estimateOf: (row: Row) => Pick<Estimate, 'low' | 'high'>): string =>
    `${rows.filter((row) => holds(estimateOf(row), row.truth)).length} of ${rows.length}`;
  const error = (of: 'honest' | 'random'): string =>
    share(mean(rows.map((row) => row[of].value - row.truth)));
  const cells = [
    name,
    inside(({ honest }) => wilson(honest.value, honest.looks)),
    inside(({ honest }) => honest),
    share(mean(rows.map(({ honest }) => honest.high - honest.low))),
    error('honest'),
    inside(({ random }) => random),
    error('random'),
  ];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

/** Teaches blocks of some classes as takes. `seed` chooses the classes. */
async function judged(
  set: BenchSet,
  blocksOf: (c: number) => { taught: readonly number[] },
  classCount: number,
  seed = 0,
): Promise<Row> {
  const order = shuffledIndexes(set.classes.length, seededRandom(seed + 1));
  const chosen = Array.from(order.slice(0, classCount)).sort((a, b) => a - b);
  const names = chosen.map((c) => set.classes[c]?.name ?? '');
  const samples = chosen.flatMap((c) =>
    (set.classes[c]?.pictures ?? []).flatMap(({ embedding }, n): Sample[] => {
      const block = Math.floor(n / blockSize);
      const taught = blocksOf(c).taught.includes(block);
      const sample = {
        id: `${c}/${n}`,
        classId: set.classes[c]?.name ?? '',
        takeId: `${c}/${block}`,
      };
      return n % everyFrame === 0 ? [{ ...sample, taught, embedding }] : [];
    }),
  );
  const taken = samples.filter(({ taught }) => taught);
  const kept = samples.filter(({ taught }) => !taught);
  const classes = names.map((name) => ({ id: name, name }));
  const store = storeOf(set.origin, taken);
  const spec = defaultHeadSettings.ridge;
  const evaluated = evaluationSet(store, classes, taken);
  const pause = (): Promise<void> => Promise.resolve();
  const probabilities = await closedFormProbabilities(store, evaluated, spec, pause);
  const { honest } = summarise(evaluated, 'ridge', probabilities);
  if (!honest) throw new Error('every class has two takes here');
  const trained = valueOf(fitClosedForm(store, spec, classes));
  const head = valueOf(createHead(trained, set.origin.whitening));
  const confusion = confusionOf(
    Uint16Array.from(kept, ({ classId }) => names.indexOf(classId)),
    Uint16Array.from(kept, ({ embedding }) => largestIndex(head.predict(embedding))),
    names.length,
  );
  const truth = balancedAccuracy(confusion);
  return { taught: blocksOf(0).taught, honest: honest.accuracy, random: honest.random, truth };
}

/** The 95 % interval for a share itself (E. B. Wilson, 1927), which was shown before. */
function wilson(value: number, looks: number): { low: number; high: number } {
  const squared = 1.959964 ** 2 / looks;
  const centre = (value + squared / 2) / (1 + squared);
  const half =
    (1.959964 / (1 + squared)) * Math.sqrt((value * (1 - value)) / looks + squared / (4 * looks));
  return { low: Math.min(value, centre - half), high: Math.max(value, centre + half) };
}

function choices(from: readonly number[], count: number): number[][] {
  if (count === 0) return [[]];
  return from.flatMap((first, i) =>
    choices(from.slice(i + 1), count - 1).map((rest) => [first, ...rest]),
  );
}

const holds = ({ low, high }: Pick<Estimate, 'low' | 'high'>, truth: number): boolean =>
  truth >= low - 1e-9 && truth <= high + 1e-9;
const share = (value: number): string => (100 * value).toFixed(1);
const words = (estimate: Estimate, truth: number): string =>
  `${share(estimate.value)} [${share(estimate.low)}, ${share(estimate.high)}]${holds(estimate, truth) ? '' : ' ✗'}`;
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

await main();
