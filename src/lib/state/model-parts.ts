// What every exported model is made of: the head in use, its backbone's facts, golden samples, and the samples that tell
// *none of these*. And the self-test that every such file passes before it is handed out.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { ProjectDocument } from '#lib/core/project.ts';
import type { HeadFileInput } from '#lib/exchange/head-file.ts';
import { selfTest } from '#lib/exchange/self-test.ts';
import {
  limitToWrite,
  type ExportContext,
  type ExportParts,
  type Written,
} from './export-writer.ts';
import { goldenSamples, modelSamples } from './golden-samples.ts';
import { modelRunner } from './model-runner.ts';

/** Fails with `too-few-classes` when nothing was taught. */
export async function modelParts(
  { sources, engine, model }: ExportParts,
  document: ProjectDocument,
  context: ExportContext,
): Promise<Result<HeadFileInput>> {
  const backbone = engine.ready?.backbone;
  if (!backbone || !model.head) return fail({ code: 'too-few-classes' });
  const whole = await model.whole();
  if (!whole.ok) return whole;
  const head = whole.value;
  const golden = await goldenSamples(sources, document, (done, total) =>
    context.onStep('Choosing pictures to compare', done, total),
  );
  if (!golden.ok) return golden;
  const samples = await modelSamples(sources, document, head, context);
  if (!samples.ok) return samples;
  const whitening = await engine.client.whiteningAsset(null);
  if (!whitening.ok) return whitening;
  context.signal.throwIfAborted();
  context.onStep('Writing the model', 0, 1);
  const { live, capture, use } = document.project;
  return succeed({
    head,
    backbone,
    whitening: whitening.value,
    unknownThreshold: limitToWrite(document.project, model, backbone),
    unknownEnabled: live.unknownEnabled,
    frame: capture.crop,
    gestures: use?.gestures ?? null,
    golden: golden.value,
    samples: samples.value,
  });
}

/** Reads the file again, runs it on its golden pictures, and hands it out with the difference. */
export async function tested(
  { engine, model, runtime }: ExportParts,
  blob: Blob,
  fileName: string,
  { signal, onStep }: ExportContext,
  warnings: readonly string[],
): Promise<Result<Written>> {
  onStep('Trying the model', 0, 1);
  const test = await selfTest(
    blob,
    fileName,
    modelRunner(engine.client, runtime, model.head, signal),
  );
  if (!test.ok) return test;
  const { pictures, largestDifference, passed } = test.value;
  const all = [
    ...(largestDifference === null ? ['There were no samples to try it on.'] : []),
    ...(passed
      ? []
      : ['That is more than it should be: its answers may differ a little from those here.']),
    ...warnings,
  ];
  return succeed({
    blob,
    fileName,
    checked: pictures,
    missing: 0,
    warnings: all,
    largestDifference,
  });
}
