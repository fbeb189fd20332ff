// Why a file cannot be saved now, in words.

import type { WriterName } from './export-file.ts';

export interface ExportSituation {
  readonly classes: number;
  /** Whether the network is made of layers that can be written down. */
  readonly layered: boolean;
  /** Whether it is in Handful's own format. */
  readonly ownFormat: boolean;
  /** Kind of the head that answers; null: nothing is taught. */
  readonly head: 'ridge' | 'knn' | 'dense' | null;
}

const samplesOnly: readonly WriterName[] = [
  'project-out',
  'folders-out',
  'board-out',
  'tm-project-out',
];
const runtimeModels: readonly WriterName[] = ['page-out', 'runtime-out'];
const wholeModels: readonly WriterName[] = [...runtimeModels, 'tm-model-out', 'onnx-out'];

/** undefined: it can be. */
export function whyNot(
  what: WriterName,
  { classes, layered, ownFormat, head }: ExportSituation,
): string | undefined {
  if (samplesOnly.includes(what))
    return classes === 0 ? 'There is nothing to save yet.' : undefined;
  if (head === null) return 'Teach two classes first.';
  if (what === 'tm-model-out' && head === 'knn') {
    return 'Not with nearest neighbours: that format cannot look samples up.';
  }
  if (wholeModels.includes(what) && !layered) {
    return 'Not with this network: it cannot be written as layers.';
  }
  if (runtimeModels.includes(what) && !ownFormat) {
    return 'Not with this network: it comes as a graph, which the runtime cannot run.';
  }
  return undefined;
}
