// Which backbone here the numbers of a KNN file can belong to, and in words why, or why none.

import type { EngineState } from '#lib/engine/protocol.ts';
import type { KnnDataset } from '#lib/exchange/knn-json.ts';

export interface KnnChoice {
  readonly backbone: { readonly id: string; readonly sha256: string } | null;
  readonly warnings: readonly string[];
}

const namesOnly =
  'Only the names of its classes were taken. Record samples for them, and it learns.';

/** A stated backbone must be here with the same weights; an unstated one is guessed by the length of the numbers. */
export function chooseKnnBackbone(
  { backbone, dimension, classes }: KnnDataset,
  ready: Pick<EngineState, 'backbone' | 'catalogue'> | null,
): KnnChoice {
  const none = (why: string): KnnChoice => ({ backbone: null, warnings: [why, namesOnly] });
  if (!ready) return none('The network is not loaded yet.');
  if (classes.length < 2) return none('It has one class only, and there is nothing to tell apart.');
  const inUse = ready.backbone;
  if (backbone) {
    if (inUse.id === backbone.id) {
      return inUse.sha256 === backbone.sha256 && inUse.embeddingSize === dimension
        ? { backbone, warnings: [] }
        : none('Its numbers come from a backbone of the same name but with other weights.');
    }
    const here = ready.catalogue.find(({ id }) => id === backbone.id);
    return here?.embeddingSize === dimension
      ? { backbone, warnings: [] }
      : none(`Its numbers come from the backbone “${backbone.id}”, which is not installed here.`);
  }
  if (inUse.embeddingSize === dimension) {
    const guess = `It does not say which network its numbers come from. They are as long as those of ${inUse.name} (${dimension}), which is used; if the answers make no sense, they came from another one.`;
    return { backbone: { id: inUse.id, sha256: inUse.sha256 }, warnings: [guess] };
  }
  return none(
    `Its numbers come from another network: there are ${dimension} a sample, where ${inUse.name} has ${inUse.embeddingSize}.`,
  );
}
