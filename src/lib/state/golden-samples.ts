// The few samples that go with an exported model, so that whoever uses it can check what it computes, and those that
// tell *none of these*.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import {
  learnableClasses,
  takesOf,
  type ProjectDocument,
  type SampleId,
} from '#lib/core/project.ts';
import type { GoldenSample } from '#lib/exchange/golden.ts';
import { thinnedByClass, type ModelSample } from '#lib/exchange/model-samples.ts';
import { pngOf } from '#lib/exchange/png.ts';
import type { TrainedHead } from '#lib/learning/head.ts';
import { collectEmbeddings, type EmbeddingSources } from './embeddings.ts';
import type { ExportContext } from './export-writer.ts';

const perClass = 3;
const inAll = 30;

/** Up to three samples a class from different takes, thirty in all, with what the engine makes of their pictures now. */
export async function goldenSamples(
  { pictures, client }: EmbeddingSources,
  document: ProjectDocument,
  onProgress: (done: number, total: number) => void,
): Promise<Result<GoldenSample[]>> {
  const ids = chooseGolden(document);
  const golden: GoldenSample[] = [];
  for (const [done, id] of ids.entries()) {
    onProgress(done, ids.length);
    const jpeg = await pictures.jpeg(id);
    if (!jpeg) continue;
    const input = await client.inputPixels({ jpeg });
    if (!input.ok) return input;
    const picture = await pngOf(input.value.rgba, input.value.sidePx);
    const answered = await client.classifyJpeg({ jpeg: picture });
    if (!answered.ok) return answered;
    const { embedding, prediction } = answered.value;
    if (!prediction) return fail({ code: 'too-few-classes' });
    golden.push({ picture, embedding, probabilities: prediction.probabilities });
  }
  return succeed(golden);
}

/** The first sample of up to three takes of every enabled class, the first classes first. */
export function chooseGolden({ project, samples }: ProjectDocument): SampleId[] {
  const chosen = project.classes
    .filter(({ enabled }) => enabled)
    .flatMap(({ id }) =>
      takesOf(samples, id)
        .slice(0, perClass)
        .map((take) => take.samples[0]?.id),
    )
    .filter((id) => id !== undefined);
  return chosen.slice(0, inAll);
}

/** Embeddings of samples of the head's classes, some of each; none for a head that came without its samples. */
export async function modelSamples(
  sources: EmbeddingSources,
  document: ProjectDocument,
  head: TrainedHead,
  { signal, onStep }: Pick<ExportContext, 'signal' | 'onStep'>,
): Promise<Result<ModelSample[]>> {
  const on = new Set(learnableClasses(document).map(({ id }) => id));
  const chosen = thinnedByClass(
    document.samples.filter(({ classId }) => on.has(classId) && head.classIds.includes(classId)),
  );
  const collected = await collectEmbeddings(sources, {
    projectId: document.project.id,
    backboneId: head.backboneId,
    samples: chosen,
    signal,
    onProgress: (done, total) => onStep('Reading samples', done, total),
  });
  if (!collected.ok) return collected;
  return succeed(
    chosen.flatMap(({ id, classId }) => {
      const embedding = collected.value.get(id);
      return embedding ? [{ id, classId, embedding }] : [];
    }),
  );
}
