// The few samples that go with an exported head, so that whoever uses it can check what it computes.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { takesOf, type ProjectDocument, type SampleId } from '#lib/core/project.ts';
import type { GoldenSample } from '#lib/exchange/head-file.ts';
import type { EmbeddingSources } from './embeddings.ts';

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
    const answered = await client.classifyJpeg({ jpeg });
    if (!answered.ok) return answered;
    const { embedding, prediction } = answered.value;
    if (!prediction) return fail({ code: 'too-few-classes' });
    golden.push({ jpeg, embedding, probabilities: prediction.probabilities });
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
