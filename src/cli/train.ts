// `train`: a folder of class folders → a trained head as the page exports it, with the samples that tell *none of these*.

import { open, rm, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { TakenSample } from '#lib/core/evaluation.ts';
import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import { centreSquare } from '#lib/core/crop.ts';
import { defaultHeadSettings, type HeadSpec } from '#lib/core/head-spec.ts';
import { takesByName } from '#lib/exchange/bursts.ts';
import type { GoldenSample } from '#lib/exchange/golden.ts';
import { writeHeadFile } from '#lib/exchange/head-file.ts';
import type { ModelSample } from '#lib/exchange/model-samples.ts';
import { pngOf } from '#lib/exchange/png.ts';
import { parseArguments, UsageError } from './arguments.ts';
import { embedClassFolders, listClassFolders, type EmbeddedSet } from './class-folders.ts';
import { startEngine, type NodeEngine } from './node-engine.ts';
import { interruptible, refuse, refuseWords } from './slow-verb.ts';
import type { Console, Verb } from './verb.ts';

const usage = 'DIR --out MODEL.zip [--head ridge|knn|dense] [--backbone ID]';
const goldenPerClass = 2;

export const train: Verb = {
  name: 'train',
  usage: `${usage}   teaches a folder of class folders`,
  run(args, console) {
    const { plain, options } = parseArguments(args, { valued: ['out', 'head', 'backbone'] });
    const [folder] = plain;
    const out = options.get('out');
    if (folder === undefined || plain.length > 1) {
      throw new UsageError('name one folder of class folders.');
    }
    if (out === undefined) throw new UsageError('--out says where the model goes.');
    const { ridge, knn, dense } = defaultHeadSettings;
    const kind = options.get('head') ?? 'ridge';
    const spec = [ridge, knn, dense].find((each) => each.kind === kind);
    if (!spec) throw new UsageError('--head is ridge, knn or dense.');
    const wish = { folder, out, spec, backboneId: options.get('backbone') ?? null };
    return interruptible(console, (signal) => trainFolder(wish, console, signal));
  },
};

interface Wish {
  readonly folder: string;
  readonly out: string;
  readonly spec: HeadSpec;
  readonly backboneId: string | null;
}

async function trainFolder(wish: Wish, console: Console, signal: AbortSignal): Promise<number> {
  const { spec } = wish;
  const unwritable = await whyUnwritable(wish.out);
  if (unwritable !== null) {
    return refuseWords(console, `“${wish.out}” cannot be written (${unwritable}).`);
  }
  const listed = await listClassFolders(wish.folder);
  if (!listed.ok) return refuse(console, listed.failure);
  const started = await startEngine(wish.backboneId, signal);
  if (!started.ok) return refuse(console, started.failure);
  const { engine, state } = started.value;
  const context = { signal, onProgress: () => undefined };
  const set = await embedClassFolders(listed.value, started.value, console, signal);
  if (!set.ok) return refuse(console, set.failure);
  const samples = samplesOf(set.value);
  const put = await engine.putSamples({ samples }, context);
  if (!put.ok) return refuse(console, put.failure);
  const classes = set.value.classes.map(({ name }) => ({ id: name, name }));
  const fitted = await engine.fit({ spec, classes }, context);
  if (!fitted.ok) return refuse(console, fitted.failure);
  const whole = await engine.wholeHead(null, context);
  if (!whole.ok) return refuse(console, whole.failure);
  if (!whole.value) return refuse(console, { code: 'too-few-classes' });
  signal.throwIfAborted();
  const asset = await engine.whiteningAsset(null, context);
  if (!asset.ok) return refuse(console, asset.failure);
  const golden = await goldenOf(set.value, engine, signal);
  if (!golden.ok) return refuse(console, golden.failure);
  const { backbone } = state;
  const limit = await engine.unknownLimit({ classes, taken: takenOf(set.value) }, context);
  if (!limit.ok) return refuse(console, limit.failure);
  console.error(limitWords(limit.value, backbone.unknownThreshold));
  const file = await writeHeadFile({
    head: whole.value,
    backbone,
    whitening: asset.value,
    unknownThreshold: limit.value ?? backbone.unknownThreshold,
    unknownEnabled: true,
    frame: centreSquare,
    gestures: null,
    golden: golden.value,
    samples,
  });
  try {
    await writeFile(wish.out, new Uint8Array(await file.arrayBuffer()));
  } catch (error) {
    return refuseWords(console, `“${wish.out}” cannot be written (${messageOf(error)}).`);
  }
  console.out(`${wish.out}: ${classes.length} classes from ${samples.length} pictures`);
  return 0;
}

/** Tries to open the file before the work, and leaves no empty one behind. */
async function whyUnwritable(path: string): Promise<string | null> {
  const before = await stat(path).catch(() => null);
  try {
    await (await open(path, 'a')).close();
    if (!before) await rm(path);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function samplesOf({ classes }: EmbeddedSet): ModelSample[] {
  return classes.flatMap(({ name, pictures }, c) =>
    pictures.map(({ embedding }, n) => ({ id: `${c}/${n}`, classId: name, embedding })),
  );
}

/** The take of each sample, as an import of the folder would have it: gaps in the numbers of the file names tell. */
function takenOf({ classes }: EmbeddedSet): TakenSample[] {
  return classes.flatMap(({ pictures }, c) => {
    const takes = takesByName(pictures.map(({ file }) => basename(file)));
    return pictures.map((_, n) => ({ id: `${c}/${n}`, takeId: `${c}/${takes?.[n] ?? 0}` }));
  });
}

function limitWords(takes: number | null, own: number): string {
  return takes === null
    ? `Limit of none of these: ${own}, the network’s own (fewer than three takes in a class)`
    : `Limit of none of these: ${takes}, fitted to takes that gaps in the file names tell`;
}

/** The first pictures of each class as the network sees them, with what the head that was just fitted says. */
async function goldenOf(
  { classes }: EmbeddedSet,
  engine: NodeEngine['engine'],
  signal: AbortSignal,
): Promise<Result<GoldenSample[]>> {
  const context = { signal, onProgress: () => undefined };
  const golden: GoldenSample[] = [];
  for (const { jpeg } of classes.flatMap(({ pictures }) => pictures.slice(0, goldenPerClass))) {
    const input = await engine.inputPixels({ jpeg }, context);
    if (!input.ok) return input;
    const picture = await pngOf(input.value.rgba, input.value.sidePx);
    const answered = await engine.classifyJpeg({ jpeg: picture }, context);
    if (!answered.ok) return answered;
    const { embedding, prediction } = answered.value;
    if (!prediction) return fail({ code: 'too-few-classes' });
    golden.push({ picture, embedding, probabilities: prediction.probabilities });
  }
  return succeed(golden);
}
