// The small stack of the pooling lesson: a picture, the feature map of one kernel, and the pooled map.

import { convolve } from '#lib/convnet/convolve.ts';
import { squarePicture } from '#lib/convnet/layer-spec.ts';
import type { Kernel, Plane } from '#lib/convnet/plane.ts';
import { blockSide, changedCells, pooled, type PoolKind } from '#lib/convnet/pooling.ts';
import { fieldInStack } from '#lib/convnet/stack.ts';
import type { Place, Rect } from '../grid-place.ts';

/** 16 → 12 → 6 with kernels of 5 × 5: every cell of the feature map belongs to a block. */
export const side = 16;
export const mapSide = 12;
export const pooledSide = 6;
/** Of the strongest cell: a difference up to this is none, so that the noise of a camera does not count. */
const tolerance = 0.1;

export interface PoolLayers {
  readonly map: Plane;
  readonly pooled: Plane;
}

export function layersOf(picture: Plane, kernel: Kernel, of: PoolKind): PoolLayers {
  const map = convolve(picture, kernel, { activation: 'relu' });
  return { map, pooled: pooled(map, of) };
}

/** The largest value of a map, at least a little above 0. */
export const brightest = ({ values }: Plane): number => Math.max(1e-6, ...values);

/** Indices of the cells that changed, before pooling and after it. */
export function changesBetween(before: PoolLayers, after: PoolLayers) {
  const least = tolerance * brightest(before.map);
  return {
    map: changedCells(before.map, after.map, least),
    pooled: changedCells(before.pooled, after.pooled, least),
  };
}

/** The four cells that a pooled cell stands for. */
export function cellsOf({ row, column }: Place): Rect {
  return { left: column * blockSide, top: row * blockSide, width: blockSide, height: blockSide };
}

/** The pixels that these four see. */
export function pixelsOf({ row, column }: Place, kernel: Kernel): Rect {
  const stack = [
    { kind: 'conv', kernel: kernel.side, stride: 1, maps: 1 },
    { kind: 'pool', of: 'max', window: blockSide, stride: blockSide },
  ] as const;
  return fieldInStack(squarePicture(side), stack, row, column);
}

export function placeIn(index: number, width: number): Place {
  return { row: Math.floor(index / width), column: index % width };
}
