// One backbone on a project's samples, in an engine beside the one that classifies: embeddings, evaluation, pace.

import type { LoadedBackbone } from '#lib/core/backbone.ts';
import type { Evaluation, HeadCost } from '#lib/core/evaluation.ts';
import { succeed, type Result } from '#lib/core/failure.ts';
import { selectedSpec } from '#lib/core/head-spec.ts';
import type { BackboneId, ProjectDocument } from '#lib/core/project.ts';
import type { EngineClient } from '#lib/engine/client.ts';
import type { WorkContext } from './asked-work.svelte.ts';
import { eachEmbeddings, type EmbeddingSources } from './embeddings.ts';
import { samplesOf } from './taken-samples.ts';

export interface BackboneTrial {
  readonly backbone: LoadedBackbone;
  readonly evaluation: Evaluation;
  readonly cost: HeadCost | null;
  /** Square picture → prediction, without reading the file; a median. Null without a picture. */
  readonly frameMs: number | null;
}

/** Frames that are timed, after some that warm up: embeddings that storage knew leave the network cold. */
const warmingFrames = 4;
const timedFrames = 8;

/** `client` has been started. Progress counts samples whose embedding is there. */
export async function tryBackbone(
  client: EngineClient,
  sources: Omit<EmbeddingSources, 'client'>,
  document: ProjectDocument,
  backboneId: BackboneId,
  { signal, onProgress }: WorkContext,
): Promise<Result<BackboneTrial>> {
  const used = await client.useBackbone({ backboneId }, { signal });
  if (!used.ok) return used;
  const cleared = await client.clearSamples(null, { signal });
  if (!cleared.ok) return cleared;
  const { project, samples } = document;
  const wanted = { projectId: project.id, backboneId, samples, signal, onProgress };
  const put = await eachEmbeddings({ ...sources, client }, wanted, async (batch, embeddings) => {
    const known = batch.flatMap(({ id, classId }) => {
      const embedding = embeddings.get(id);
      return embedding ? [{ id, classId, embedding }] : [];
    });
    return client.putSamples({ samples: known }, { signal });
  });
  if (!put.ok) return put;
  const spec = selectedSpec(project.heads);
  const request = { ...samplesOf(document), spec, withCost: true };
  const evaluated = await client.evaluate(request, { signal });
  if (!evaluated.ok) return evaluated;
  const frameMs = await paceOf(client, sources, document, signal);
  if (!frameMs.ok) return frameMs;
  const { evaluation, cost } = evaluated.value;
  return succeed({ backbone: used.value.backbone, evaluation, cost, frameMs: frameMs.value });
}

/** Times the ridge head, whatever is evaluated: next to the backbone no head counts. */
async function paceOf(
  client: EngineClient,
  { pictures }: Omit<EmbeddingSources, 'client'>,
  document: ProjectDocument,
  signal: AbortSignal,
): Promise<Result<number | null>> {
  const { classes } = samplesOf(document);
  const fitted = await client.fit({ spec: document.project.heads.ridge, classes }, { signal });
  if (!fitted.ok) return fitted;
  const times: number[] = [];
  const { samples } = document;
  for (let frame = 0; frame < warmingFrames + timedFrames; frame += 1) {
    signal.throwIfAborted();
    const sample = samples[frame % samples.length];
    const jpeg = sample && (await pictures.jpeg(sample.id));
    if (!jpeg) continue;
    const seen = await client.classifyJpeg({ jpeg }, { signal });
    if (!seen.ok) return seen;
    const timing = seen.value.prediction?.timing;
    if (timing && frame >= warmingFrames) {
      times.push(timing.preprocessMs + timing.embedMs + timing.predictMs);
    }
  }
  times.sort((a, b) => a - b);
  return succeed(times[Math.floor(times.length / 2)] ?? null);
}
