// `classify`: pictures by a trained head; one line for each picture.

import { openAsBlob } from 'node:fs';
import { centreSquare } from '#lib/core/crop.ts';
import { describeFailure, fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import { verdictOf, type Prediction } from '#lib/core/prediction.ts';
import { readHeadFile, type HeadFile } from '#lib/exchange/head-file.ts';
import { badFile } from '#lib/exchange/zip.ts';
import { parseArguments, UsageError } from './arguments.ts';
import { openPicture, tellProgress } from './class-folders.ts';
import { startEngine, type NodeEngine } from './node-engine.ts';
import { interruptible, refuse } from './slow-verb.ts';
import type { Console, Verb } from './verb.ts';

const usage = 'MODEL.zip FILE … [--json]';

/** `unknown` is null when the model came without samples to compare with. */
interface Line {
  readonly file: string;
  readonly class: string;
  readonly probabilities: Readonly<Record<string, number>>;
  readonly unknown: boolean | null;
}

export const classify: Verb = {
  name: 'classify',
  usage: `${usage}   the class of each picture; one line of JSON each`,
  run(args, console) {
    const { plain, options } = parseArguments(args, { flags: ['json'] });
    const [model, ...files] = plain;
    if (model === undefined) throw new UsageError('name a model, then pictures.');
    if (files.length === 0) throw new UsageError('name at least one picture after the model.');
    return interruptible(console, (signal) =>
      classifyFiles(model, files, options.has('json'), console, signal),
    );
  },
};

async function classifyFiles(
  model: string,
  files: readonly string[],
  json: boolean,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  console.error(`Loading ${model}`);
  const ready = await readyWith(model, signal);
  if (!ready.ok) return refuse(console, ready.failure);
  const { engine, head } = ready.value;
  let status = 0;
  for (const [done, file] of files.entries()) {
    const line = await classifyFile(file, engine, head, signal);
    if (!line.ok) {
      console.error(`Left out: ${describeFailure(line.failure).what}`);
      status = 2;
    } else console.out(json ? JSON.stringify(line.value) : words(line.value));
    tellProgress(console, 'Classified', done + 1, files.length);
  }
  return status;
}

async function readyWith(
  model: string,
  signal: AbortSignal,
): Promise<Result<{ engine: NodeEngine['engine']; head: HeadFile }>> {
  let blob: Blob;
  try {
    blob = await openAsBlob(model);
  } catch (error) {
    return fail(badFile(model, `cannot be read (${messageOf(error)}).`, 'Check the path.'));
  }
  const head = await readHeadFile(blob, model);
  if (!head.ok) return head;
  const started = await startEngine(head.value.head.backboneId, signal);
  if (!started.ok) return started;
  const { engine } = started.value;
  const context = { signal, onProgress: () => undefined };
  const set = await engine.setHead({ head: head.value.head }, context);
  if (!set.ok) return set;
  const put = await engine.putSamples({ samples: head.value.samples }, context);
  return put.ok ? succeed({ engine, head: head.value }) : put;
}

async function classifyFile(
  file: string,
  engine: NodeEngine['engine'],
  { head, unknownThreshold }: HeadFile,
  signal: AbortSignal,
): Promise<Result<Line>> {
  signal.throwIfAborted();
  const picture = await openPicture(file);
  if (!picture.ok) return picture;
  const frame = { image: picture.value, crop: centreSquare };
  const answered = await engine.classify({ frame }, { signal, onProgress: () => undefined });
  if (!answered.ok) return answered;
  if (!answered.value) throw new Error('the head that was set is gone');
  return succeed(lineOf(file, answered.value, head.labels, unknownThreshold));
}

function lineOf(
  file: string,
  prediction: Prediction,
  labels: readonly string[],
  threshold: number | null,
): Line {
  const { classIds, probabilities, largestCosine } = prediction;
  const verdict = verdictOf(prediction, null);
  const winner = verdict?.kind === 'class' ? classIds.indexOf(verdict.classId) : -1;
  const comparable = threshold !== null && largestCosine !== null;
  return {
    file,
    class: labels[winner] ?? '',
    probabilities: Object.fromEntries(
      labels.map((label, i) => [label, Math.round((probabilities[i] ?? 0) * 1e6) / 1e6]),
    ),
    unknown: comparable ? largestCosine < threshold : null,
  };
}

function words({ file, class: name, probabilities, unknown }: Line): string {
  const per = `${Math.round(100 * (probabilities[name] ?? 0))} %`;
  return `${file}: ${unknown === true ? `none of these (most like ${name})` : `${name}, ${per}`}`;
}
