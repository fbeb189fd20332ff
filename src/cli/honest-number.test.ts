// The honest number on real bursts: what takes and what random frames promise, against blocks that were kept back.
// Runs deeper where the team's material lies beside the project; it holds other people's pictures.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { Estimate } from '#lib/core/evaluation.ts';
import type { Result } from '#lib/core/failure.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { createHead } from '#lib/learning/create-head.ts';
import { balancedAccuracy, confusionOf } from '#lib/learning/evaluation/metrics.ts';
import type { Whitening } from '#lib/learning/head.ts';
import { largestIndex } from '#lib/learning/softmax.ts';
import { embedClassFolders, listClassFolders, type EmbeddedSet } from './class-folders.ts';
import { whiteningOf } from './measure.ts';
import { startEngine, type NodeEngine } from './node-engine.ts';

const folder = resolve(import.meta.dirname, '../../../shared/data/images/gestures_regalleoc');
const blockSize = 30;
const blocks = [0, 1, 2, 3, 4];
/** One frame of so many is a sample: a take of ten, as a person records it. */
const everyFrame = 3;
const { signal } = new AbortController();
const context = { signal, onProgress: () => undefined };

interface Picked {
  readonly id: string;
  readonly classId: string;
  readonly takeId: string;
  readonly embedding: Float32Array;
}

function samplesOf({ classes }: EmbeddedSet): Picked[] {
  return classes.flatMap(({ name, pictures }) =>
    pictures.map(({ embedding }, n) => {
      const block = Math.floor((n * everyFrame) / blockSize);
      return { id: `${name}/${n}`, classId: name, takeId: `${name}/${block}`, embedding };
    }),
  );
}

const blockOf = ({ takeId }: Picked): number => Number(takeId.split('/').at(-1));

interface Row {
  readonly blocks: string;
  readonly honest: Estimate;
  readonly random: Estimate;
  /** Balanced accuracy on the blocks that were kept back. */
  readonly truth: number;
}

/** Teaches some blocks as takes: what is promised, and what the other blocks show. */
async function judged(
  { engine }: NodeEngine,
  whitening: Whitening | null,
  samples: readonly Picked[],
  chosen: readonly number[],
): Promise<Row> {
  const taken = samples.filter((sample) => chosen.includes(blockOf(sample)));
  const kept = samples.filter((sample) => !chosen.includes(blockOf(sample)));
  const names = Array.from(new Set(samples.map(({ classId }) => classId)));
  const classes = names.map((name) => ({ id: name, name }));
  const spec = defaultHeadSettings.ridge;
  valueOf(await engine.clearSamples(null, context));
  valueOf(await engine.putSamples({ samples: taken }, context));
  const request = { spec, classes, taken, withCost: false };
  const { honest } = valueOf(await engine.evaluate(request, context)).evaluation;
  valueOf(await engine.fit({ spec, classes }, context));
  const whole = valueOf(await engine.wholeHead(null, context));
  const head = valueOf(createHead(whole!, whitening));
  const confusion = confusionOf(
    Uint16Array.from(kept, ({ classId }) => names.indexOf(classId)),
    Uint16Array.from(kept, ({ embedding }) => largestIndex(head.predict(embedding))),
    names.length,
  );
  const { accuracy, random } = honest!;
  return { blocks: chosen.join(' '), honest: accuracy, random, truth: balancedAccuracy(confusion) };
}

/** Every way to choose three of the blocks. */
const triples = blocks.flatMap((a) =>
  blocks.flatMap((b) => blocks.flatMap((c) => (a < b && b < c ? [[a, b, c]] : []))),
);

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const meanOf = (estimates: readonly Estimate[]): Omit<Estimate, 'looks'> => ({
  value: mean(estimates.map(({ value }) => value)),
  low: mean(estimates.map(({ low }) => low)),
  high: mean(estimates.map(({ high }) => high)),
});

const within = (truth: number, { low, high }: Omit<Estimate, 'looks'>): boolean =>
  truth >= low && truth <= high;

function line(
  name: string,
  honest: Omit<Estimate, 'looks'>,
  random: typeof honest,
  truth: number,
): string {
  const share = (value: number): string => (100 * value).toFixed(1).padStart(5);
  const words = ({ value, low, high }: typeof honest): string =>
    `${share(value)} [${share(low)}, ${share(high)}]`;
  return `${name.padEnd(8)} ${words(honest)}   ${words(random)}   ${share(truth)}\n`;
}

test.skipIf(!existsSync(folder))(
  'takes promise within their interval what other blocks show, random frames do not (skipped: no ../shared/data)',
  { timeout: 300_000 },
  async () => {
    const started = valueOf(await startEngine(null, signal));
    const { classes } = valueOf(await listClassFolders(folder));
    const thin = classes.map(({ name, files }) => ({
      name,
      files: files.filter((_, n) => n % everyFrame === 0),
    }));
    const quiet = { out: () => undefined, error: () => undefined };
    const listed = { name: 'bursts', classes: thin };
    const samples = samplesOf(valueOf(await embedClassFolders(listed, started, quiet, signal)));
    const whitening = valueOf(await whiteningOf(started, signal));
    const rows: Row[] = [];
    for (const chosen of triples) rows.push(await judged(started, whitening, samples, chosen));

    const honest = meanOf(rows.map((row) => row.honest));
    const random = meanOf(rows.map((row) => row.random));
    const truth = mean(rows.map((row) => row.truth));
    process.stdout.write('taught   by take                random split           kept back\n');
    for (const row of rows)
      process.stdout.write(line(row.blocks, row.honest, row.random, row.truth));
    process.stdout.write(line('mean', honest, random, truth));

    expect(rows).toHaveLength(10);
    expect(within(truth, honest)).toBe(true);
    expect(within(truth, random)).toBe(false);
    expect(Math.abs(honest.value - truth)).toBeLessThan(Math.abs(random.value - truth));
  },
);

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}
