// Runs exported models in the engine, beside what the page shows; the head in use is put back.

import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import type { EngineClient } from '#lib/engine/client.ts';
import type { FolderTest, ModelRunner } from '#lib/exchange/self-test.ts';
import type { FittedHead } from '#lib/learning/head.ts';
import type { RuntimeFiles } from './runtime-files.ts';

/** `before` is the head that answers on the page. */
export function modelRunner(
  client: EngineClient,
  runtime: RuntimeFiles,
  before: FittedHead | null,
  signal: AbortSignal,
): ModelRunner {
  return {
    async head(head, pictures) {
      const set = await client.setHead({ head });
      if (!set.ok) return set;
      const answers = await probabilities(client, pictures);
      const back = await client.setHead({ head: before });
      return back.ok ? answers : back;
    },
    folder: (read) => runFolder(runtime, read),
    graph: (graph, jpegs) => client.tryGraph({ graph, jpegs }, { signal }),
    layers: (file, jpegs) => client.tryLayersModel({ ...file, jpegs }, { signal }),
  };
}

async function probabilities(
  client: EngineClient,
  pictures: readonly Uint8Array[],
): Promise<Result<Float32Array[]>> {
  const answers: Float32Array[] = [];
  for (const jpeg of pictures) {
    const answered = await client.classifyJpeg({ jpeg });
    if (!answered.ok) return answered;
    answers.push(answered.value.prediction?.probabilities ?? new Float32Array());
  }
  return succeed(answers);
}

async function runFolder(
  runtime: RuntimeFiles,
  read: (name: string) => Promise<Uint8Array>,
): Promise<Result<FolderTest>> {
  try {
    const load = await runtime.load();
    const model = await load('model:/', { read });
    const tested = await model.selfTest();
    model.dispose();
    return succeed(tested);
  } catch (error) {
    // The runtime throws with words for people; a file of the site that is missing has none.
    return fail({ code: 'unexpected', detail: messageOf(error) });
  }
}
