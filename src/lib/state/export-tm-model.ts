// The trained head on its backbone as a Teachable Machine model: written, opened again, run by TensorFlow.js' layers,
// and compared with what the page says.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { defaultCapture, type Project } from '#lib/core/project.ts';
import type { EngineClient } from '#lib/engine/client.ts';
import { largestDifference, type GoldenSample } from '#lib/exchange/head-file.ts';
import { openFiles } from '#lib/exchange/open-file.ts';
import { writeTmModel } from '#lib/exchange/tm-model-out.ts';
import { openArchive, zipLimits } from '#lib/exchange/zip.ts';
import { nowMs } from './clock.ts';
import { fileNameOf } from './download.ts';
import { limitToWrite, type Writer } from './export-writer.ts';
import { goldenSamples } from './golden-samples.ts';

/** Beyond this the file does not say the same as the page. */
const bearable = 1e-3;

export const writeTeachableModel: Writer = async (
  { sources, engine, model },
  document,
  { signal, onStep },
) => {
  const { head } = model;
  const backbone = engine.ready?.backbone;
  if (!backbone || !head) return fail({ code: 'too-few-classes' });
  const folded = await engine.client.foldedBackbone(null);
  if (!folded.ok) return folded;
  if (!folded.value || head.kind === 'knn') {
    const reason = 'this network and this way of learning cannot be written as layers';
    return fail({ code: 'head-mismatch', reason });
  }
  const golden = await goldenSamples(sources, document, (done, total) =>
    onStep('Choosing pictures to compare', done, total),
  );
  if (!golden.ok) return golden;
  const whitening = await engine.client.whiteningAsset(null);
  if (!whitening.ok) return whitening;
  signal.throwIfAborted();
  onStep('Writing the model', 0, 1);
  const { project } = document;
  const blob = await writeTmModel({
    head,
    folded: folded.value,
    backbone,
    whitening: whitening.value,
    unknownThreshold: limitToWrite(project, model, backbone),
    golden: golden.value,
    name: project.name,
    nowMs: nowMs(),
  });
  const fileName = `${fileNameOf(project.name)}.tm-model.zip`;
  onStep('Trying the model', 0, 1);
  const tried = await tryAgain(engine.client, { blob, fileName, golden: golden.value }, signal);
  if (!tried.ok) return tried;
  return succeed({
    blob,
    fileName,
    checked: golden.value.length,
    missing: 0,
    warnings: notCarried(project, tried.value),
    largestDifference: tried.value,
  });
};

/** Largest difference of any probability; null without pictures. */
async function tryAgain(
  client: EngineClient,
  file: {
    readonly blob: Blob;
    readonly fileName: string;
    readonly golden: readonly GoldenSample[];
  },
  signal: AbortSignal,
): Promise<Result<number | null>> {
  const { blob, fileName, golden } = file;
  const opened = await openFiles([{ path: fileName, blob }], fileName);
  if (!opened.ok) return opened;
  await opened.value.close();
  const archive = await openArchive(blob, fileName);
  if (!archive.ok) return archive;
  const model = await archive.value.bytes('model.json', zipLimits.textBytes);
  const weights = await archive.value.bytes('weights.bin', zipLimits.modelBytes);
  const facts = await archive.value.json('metadata.json');
  await archive.value.close();
  if (!model.ok) return model;
  if (!weights.ok) return weights;
  if (!facts.ok) return facts;
  const { imageSize } = facts.value as { imageSize: number };
  const request = {
    model: new TextDecoder().decode(model.value),
    weights: weights.value,
    inputSizePx: imageSize,
    jpegs: golden.map(({ jpeg }) => jpeg),
  };
  const answered = await client.tryLayersModel(request, { signal });
  if (!answered.ok) return answered;
  const none = new Float32Array();
  const differences = golden.map(({ probabilities }, i) =>
    largestDifference(answered.value[i] ?? none, probabilities),
  );
  return succeed(differences.length === 0 ? null : Math.max(...differences));
}

/** What a person must know who uses the file elsewhere. */
function notCarried({ capture, live }: Project, difference: number | null): string[] {
  const { crop } = defaultCapture;
  const own = capture.crop;
  const framed =
    own.size !== crop.size || own.centreX !== crop.centreX || own.centreY !== crop.centreY;
  return [
    ...(difference === null ? ['There were no samples to try it on.'] : []),
    ...(difference !== null && !(difference <= bearable)
      ? ['That is more than it should be: its answers may differ a little from those here.']
      : []),
    ...(live.unknownEnabled
      ? ['Teachable Machine knows no “none of these”: it always names one of the classes.']
      : []),
    ...(framed
      ? ['It looks at the middle square of the picture. The frame you chose is not in the file.']
      : []),
    'Handful looks at the camera picture as it is. Where other programs mirror it first (flip), switch that off.',
  ];
}
