// How large a file will be, about, before it is made.

import type { LoadedBackbone } from '#lib/core/backbone.ts';
import type { FittedHead } from '#lib/learning/head.ts';
import type { WriterName } from './export-file.ts';

export interface SizedProject {
  readonly backbone: LoadedBackbone;
  readonly head: FittedHead | null;
  /** Samples of each class that is switched on. */
  readonly shots: readonly number[];
  readonly samples: number;
}

/** Measured: a kept JPEG of 256 pixels, a golden PNG of 160, an embedding as numbers and as text, the zipped runtime. */
const bytesOf = { jpeg: 14_000, golden: 40_000, knnNumber: 16, runtime: 520_000 } as const;
const mostKeptOfClass = 60;
const mostGolden = 30;

/** Bytes, about. */
export function exportSize(what: WriterName, project: SizedProject): number {
  const { backbone, head, shots, samples } = project;
  const { embeddingSize, parameters, bytes } = backbone;
  const kept = shots.reduce((sum, n) => sum + Math.min(mostKeptOfClass, n), 0);
  const golden = Math.min(mostGolden, samples, 3 * shots.length) * bytesOf.golden;
  const own = headBytes(head) + 4 * kept * embeddingSize + golden;
  switch (what) {
    case 'project-out':
      return samples * (bytesOf.jpeg + 4 * embeddingSize);
    case 'folders-out':
    case 'board-out':
    case 'tm-project-out':
      return samples * bytesOf.jpeg;
    case 'head-out':
      return own;
    case 'tm-model-out':
      return 4 * parameters + 2 * headBytes(head) + own;
    case 'onnx-out':
      return 4 * parameters + headBytes(head) + 4 * kept * embeddingSize + own;
    case 'page-out':
    case 'runtime-out':
      return bytesOf.runtime + bytes + own;
    case 'knn-out':
      return samples * embeddingSize * bytesOf.knnNumber;
  }
}

function headBytes(head: FittedHead | null): number {
  switch (head?.kind) {
    case 'ridge':
      return 4 * head.kernel.length;
    case 'dense':
      return head.layers.reduce((sum, { kernel }) => sum + 4 * kernel.length, 0);
    case 'knn':
      return 4 * head.sampleCount * head.dimension;
    case undefined:
      return 0;
  }
}
