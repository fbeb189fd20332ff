// A trained head with its backbone as a Teachable Machine image model: `model.json`, `weights.bin`, `metadata.json`.
// The head as Handful keeps it lies beside them in `handful/`, where other programs do not look.

import type { FoldedBackbone } from '#lib/core/folded-backbone.ts';
import type { DenseHead, RidgeHead, Whitening } from '#lib/learning/head.ts';
import { writeHeadInto, type HeadFileInput } from './head-file.ts';
import { layersBackbone } from './layers-backbone.ts';
import { layersDense, layersRidge } from './layers-head.ts';
import { sequential } from './layers-graph.ts';
import { floatBytes } from './numbers.ts';
import { whiteningNumbers } from './whitening-numbers.ts';
import { createArchive } from './zip.ts';

/** Nearest neighbours look samples up, which layers cannot. */
export type LayersHead = DenseHead | RidgeHead;

export interface TmModelInput extends HeadFileInput {
  readonly head: LayersHead;
  readonly folded: FoldedBackbone;
  readonly name: string;
  readonly nowMs: number;
}

export interface TmModelParts {
  readonly model: string;
  readonly weights: Uint8Array;
}

/** Folder inside the zip for what only Handful reads. */
export const ownFolder = 'handful';

/** Writes the zip. */
export async function writeTmModel(input: TmModelInput): Promise<Blob> {
  const archive = createArchive();
  const { model, weights } = tmModelParts(input.folded, input.head, whiteningOf(input));
  await archive.text('model.json', model);
  await archive.bytes('weights.bin', weights);
  await archive.text('metadata.json', JSON.stringify(metadataOf(input)));
  await writeHeadInto(archive, `${ownFolder}/`, input);
  return archive.finish();
}

/** `model.json` and `weights.bin` of a head on its backbone. */
export function tmModelParts(
  folded: FoldedBackbone,
  head: LayersHead,
  whitening: Whitening | null,
): TmModelParts {
  const parts = [
    layersBackbone(folded),
    head.kind === 'dense' ? layersDense(head) : layersRidge(head, whitening),
  ];
  const tensors = [
    ...parts.flatMap((part) => part.tensors),
    ...parts.flatMap((part) => part.statistics),
  ];
  const modelTopology = {
    ...sequential(
      'sequential_4',
      parts.map(({ json }) => json),
    ),
    keras_version: 'tfjs-layers 1.3.1',
    backend: 'tensor_flow.js',
  };
  const weights = tensors.map(({ name, shape }) => ({ name, shape, dtype: 'float32' }));
  const weightsManifest = [{ paths: ['weights.bin'], weights }];
  return {
    model: JSON.stringify({ modelTopology, weightsManifest }),
    weights: floatBytes(tensors.map(({ values }) => values)),
  };
}

function whiteningOf({ head, whitening }: TmModelInput): Whitening | null {
  return head.kind !== 'ridge' || head.features === 'sqrt' ? null : whiteningNumbers(whitening);
}

/** The keys that Teachable Machine's own library fills in. */
function metadataOf({ head, folded, name, nowMs }: TmModelInput): object {
  return {
    tfjsVersion: '1.3.1',
    packageVersion: '0.8.4',
    packageName: '@teachablemachine/image',
    timeStamp: new Date(nowMs).toISOString(),
    userMetadata: {},
    modelName: name,
    labels: head.labels,
    imageSize: folded.inputSizePx,
  };
}
