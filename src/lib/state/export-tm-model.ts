// The trained head on its backbone as a Teachable Machine model: written, opened again, run by TensorFlow.js' layers,
// and compared with what the page says.

import { fail } from '#lib/core/failure.ts';
import { defaultCapture, type Project } from '#lib/core/project.ts';
import { openFiles } from '#lib/exchange/open-file.ts';
import { writeTmModel } from '#lib/exchange/tm-model-out.ts';
import { nowMs } from './clock.ts';
import { fileNameOf } from './download.ts';
import type { Writer } from './export-writer.ts';
import { modelParts, tested } from './model-parts.ts';

export const writeTeachableModel: Writer = async (parts, document, context) => {
  const input = await modelParts(parts, document, context);
  if (!input.ok) return input;
  const { head } = input.value;
  const folded = await parts.engine.client.foldedBackbone(null);
  if (!folded.ok) return folded;
  if (!folded.value || head.kind === 'knn') {
    const reason = 'this network and this way of learning cannot be written as layers';
    return fail({ code: 'head-mismatch', reason });
  }
  const { project } = document;
  const blob = await writeTmModel({
    ...input.value,
    head,
    folded: folded.value,
    name: project.name,
    nowMs: nowMs(),
  });
  const fileName = `${fileNameOf(project.name)}.tm-model.zip`;
  // As anybody's file first: it must open here again.
  const opened = await openFiles([{ path: fileName, blob }], fileName);
  if (!opened.ok) return opened;
  await opened.value.close();
  return tested(parts, blob, fileName, context, notCarried(project));
};

/** What a person must know who uses the file elsewhere. */
function notCarried({ capture, live }: Project): string[] {
  return [
    ...(live.unknownEnabled
      ? ['Teachable Machine knows no “none of these”: it always names one of the classes.']
      : []),
    ...(isFramed(capture)
      ? ['It looks at the middle square of the picture. The frame you chose is not in the file.']
      : []),
    'Handful looks at the camera picture as it is. Where other programs mirror it first (flip), switch that off.',
  ];
}

/** Whether the person looks through a frame of their own. */
export function isFramed({ crop: own }: Project['capture']): boolean {
  const { crop } = defaultCapture;
  return own.size !== crop.size || own.centreX !== crop.centreX || own.centreY !== crop.centreY;
}
