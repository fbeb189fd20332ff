// `verify`: an exported model is read, run on its own golden pictures, and compared with what it says about them.

import { openAsBlob } from 'node:fs';
import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import type { BackboneId } from '#lib/core/project.ts';
import {
  selfTest,
  type FolderTest,
  type ModelRunner,
  type SelfTest,
} from '#lib/exchange/self-test.ts';
import { badFile } from '#lib/exchange/zip.ts';
import { load } from '#lib/runtime/main.ts';
import type { TrainedHead } from '#lib/learning/head.ts';
import { parseArguments, UsageError } from './arguments.ts';
import { startEngine, wasmFolder, type NodeEngine } from './node-engine.ts';
import { interruptible, refuse } from './slow-verb.ts';
import type { Console, Verb } from './verb.ts';

const differsStatus = 1;

export const verify: Verb = {
  name: 'verify',
  usage:
    'FILE [--json]   whether an exported model says what its golden pictures say: status 0 or 1',
  run(args, console) {
    const { plain, options } = parseArguments(args, { flags: ['json'] });
    const [file, ...others] = plain;
    if (file === undefined || others.length > 0) throw new UsageError('name one exported model.');
    return interruptible(console, (signal) =>
      verifyFile(file, options.has('json'), console, signal),
    );
  },
};

async function verifyFile(
  file: string,
  json: boolean,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  let blob: Blob;
  try {
    blob = await openAsBlob(file);
  } catch (error) {
    const reason = `cannot be read (${messageOf(error)}).`;
    return refuse(console, badFile(file, reason, 'Check the path.'));
  }
  const tested = await selfTest(blob, file, nodeRunner(signal));
  if (!tested.ok) return refuse(console, tested.failure);
  console.out(json ? JSON.stringify({ file, ...tested.value }) : words(file, tested.value));
  // Nothing to compare is nothing proved.
  return tested.value.passed && tested.value.pictures > 0 ? 0 : differsStatus;
}

function words(file: string, { pictures, largestDifference, tolerance, passed }: SelfTest): string {
  if (largestDifference === null) return `${file}: holds no golden pictures to compare with.`;
  const compared = `largest difference ${largestDifference.toPrecision(2)} on ${pictures} pictures (allowed: ${tolerance})`;
  return `${file}: ${passed ? 'says the same' : 'says something else'}, ${compared}.`;
}

/** Runs models in this process, each on the backbone it names. */
function nodeRunner(signal: AbortSignal): ModelRunner {
  const context = { signal, onProgress: () => undefined };
  return {
    head: (head, pictures) => runHead(head, pictures, signal),
    layers: (file, jpegs) =>
      withEngine(null, signal, (engine) => engine.tryLayersModel({ ...file, jpegs }, context)),
    folder: runFolder,
    graph: (graph, jpegs) =>
      withEngine(null, signal, (engine) => engine.tryGraph({ graph, jpegs }, context)),
  };
}

async function runFolder(read: (name: string) => Promise<Uint8Array>): Promise<Result<FolderTest>> {
  try {
    const model = await load('model:/', { read, wasmFolder: wasmFolder() });
    const tested = await model.selfTest();
    model.dispose();
    return succeed(tested);
  } catch (error) {
    return fail(badFile('model', `cannot be run (${messageOf(error)}).`, 'Save it again.'));
  }
}

function runHead(
  head: TrainedHead,
  pictures: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<Result<readonly Float32Array[]>> {
  const context = { signal, onProgress: () => undefined };
  return withEngine(head.backboneId, signal, async (engine) => {
    const set = await engine.setHead({ head }, context);
    if (!set.ok) return set;
    const answers: Float32Array[] = [];
    for (const jpeg of pictures) {
      const answered = await engine.classifyJpeg({ jpeg }, context);
      if (!answered.ok) return answered;
      if (!answered.value.prediction) return fail({ code: 'too-few-classes' });
      answers.push(answered.value.prediction.probabilities);
    }
    return succeed(answers);
  });
}

async function withEngine<T>(
  backboneId: BackboneId | null,
  signal: AbortSignal,
  work: (engine: NodeEngine['engine']) => Promise<Result<T>>,
): Promise<Result<T>> {
  const started = await startEngine(backboneId, signal);
  if (!started.ok) return started;
  const { engine } = started.value;
  try {
    return await work(engine);
  } finally {
    engine.dispose();
  }
}
