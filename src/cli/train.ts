// `train`: a folder of class folders → a trained head as the page exports it, with the samples that tell *none of these*.

import { writeFile } from 'node:fs/promises';
import { messageOf } from '#lib/core/failure.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { createHead } from '#lib/learning/create-head.ts';
import { writeHeadFile, type GoldenSample } from '#lib/exchange/head-file.ts';
import { parseArguments } from './arguments.ts';
import { embedClassFolders, listClassFolders, type EmbeddedSet } from './class-folders.ts';
import { whiteningOf } from './measure.ts';
import { withSamples, type ModelSample } from './model-samples.ts';
import { startEngine } from './node-engine.ts';
import { interruptible, refuse, refuseWords } from './slow-verb.ts';
import type { Console, Verb } from './verb.ts';

const usage = 'DIR --out MODEL.zip [--head ridge|knn|dense] [--backbone ID]';
const goldenPerClass = 2;

export const train: Verb = {
  name: 'train',
  usage: `${usage}   teaches a folder of class folders`,
  run(args, console) {
    const { plain, options } = parseArguments(args, ['out', 'head', 'backbone']);
    const [folder] = plain;
    const out = options.get('out');
    if (folder === undefined || plain.length > 1 || out === undefined) {
      console.error(`handful train ${usage}`);
      return Promise.resolve(1);
    }
    const wish = { folder, out, head: options.get('head'), backbone: options.get('backbone') };
    return interruptible(console, (signal) => trainFolder(wish, console, signal));
  },
};

interface Wish {
  readonly folder: string;
  readonly out: string;
  readonly head: string | undefined;
  readonly backbone: string | undefined;
}

async function trainFolder(wish: Wish, console: Console, signal: AbortSignal): Promise<number> {
  const { ridge, knn, dense } = defaultHeadSettings;
  const spec = [ridge, knn, dense].find(({ kind }) => kind === (wish.head ?? 'ridge'));
  if (!spec) return refuseWords(console, '--head is ridge, knn or dense.');
  const listed = await listClassFolders(wish.folder);
  if (!listed.ok) return refuse(console, listed.failure);
  const started = await startEngine(wish.backbone ?? null, signal);
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
  signal.throwIfAborted();
  const whitening = await whiteningOf(started.value, signal);
  const asset = await engine.whiteningAsset(null, context);
  if (!whitening.ok) return refuse(console, whitening.failure);
  if (!asset.ok) return refuse(console, asset.failure);
  const live = createHead(fitted.value.head, whitening.value);
  if (!live.ok) return refuse(console, live.failure);
  const golden = goldenOf(set.value, (embedding) => live.value.predict(embedding));
  const { backbone } = state;
  const file = await writeHeadFile({
    head: fitted.value.head,
    backbone,
    whitening: asset.value,
    unknownThreshold: backbone.unknownThreshold,
    golden,
  });
  const complete = await withSamples(file, samples);
  if (!complete.ok) return refuse(console, complete.failure);
  try {
    await writeFile(wish.out, new Uint8Array(await complete.value.arrayBuffer()));
  } catch (error) {
    return refuseWords(console, `“${wish.out}” cannot be written (${messageOf(error)}).`);
  }
  console.out(`${wish.out}: ${classes.length} classes from ${samples.length} pictures`);
  return 0;
}

function samplesOf({ classes }: EmbeddedSet): ModelSample[] {
  return classes.flatMap(({ name, pictures }, c) =>
    pictures.map(({ embedding }, n) => ({ id: `${c}/${n}`, classId: name, embedding })),
  );
}

function goldenOf(
  { classes }: EmbeddedSet,
  predict: (embedding: Float32Array) => Float32Array,
): GoldenSample[] {
  return classes.flatMap(({ pictures }) =>
    pictures.slice(0, goldenPerClass).map(({ jpeg, embedding }) => {
      return { jpeg, embedding, probabilities: predict(embedding) };
    }),
  );
}
