// What is behind one prediction: what spoke for each class where, and the feature maps of one layer.

import type { Prediction } from './prediction.ts';
import type { ClassId } from './project.ts';

/**
 * What spoke for and against each class at each position of the last feature maps.
 * For every class the cells and `elsewhere` add up to `totals`.
 */
export interface HeatMap {
  /** What the totals are: the head's own score, or the likeness to the nearest sample of each class. */
  readonly of: 'score' | 'likeness';
  /** Cells a side; the map lies over the square crop of the frame. */
  readonly side: number;
  readonly classIds: readonly ClassId[];
  /** [C, side × side], row by row from the upper left of the frame as the camera saw it (not mirrored). */
  readonly cells: Float32Array;
  /** [C] What lies nowhere in the picture: the head's bias. */
  readonly elsewhere: Float32Array;
  /** [C] */
  readonly totals: Float32Array;
}

/** Which feature maps of which layer are wanted. */
export interface LayerWish {
  /** Index into the backbone's layers. */
  readonly layer: number;
  /** These channels in this order, or the busiest ones, busiest first. */
  readonly channels: readonly number[] | { readonly busiest: number };
}

export interface LayerMaps {
  readonly layer: number;
  /** Cells a side. */
  readonly side: number;
  /** [all channels of the layer] mean size of the activations. */
  readonly activity: Float32Array;
  /** Whose maps follow. */
  readonly channels: readonly number[];
  /** [channels.length, side × side]; 0 is the channel's lowest activation in this frame, 255 its highest. */
  readonly maps: Uint8Array;
  /** [channels.length] The activations that 0 and 255 stand for. */
  readonly lowest: Float32Array;
  readonly highest: Float32Array;
}

/** The answer of one `explain` round trip. */
export interface Explanation {
  /** null without a head. */
  readonly prediction: Prediction | null;
  /** null without a head, or when the backbone does not show its inside. */
  readonly heatMap: HeatMap | null;
  /** null when none was wished for, or when the backbone does not show its inside. */
  readonly layer: LayerMaps | null;
}

/** Smoothing over time: `amount` in [0, 1) is the weight of the past. Another head or another side starts afresh. */
export function smoothHeatMap(previous: HeatMap | null, next: HeatMap, amount: number): HeatMap {
  if (!previous || amount <= 0 || !comparable(previous, next)) return next;
  const mix = (before: Float32Array, now: Float32Array): Float32Array =>
    now.map((value, i) => amount * (before[i] ?? value) + (1 - amount) * value);
  return {
    ...next,
    cells: mix(previous.cells, next.cells),
    elsewhere: mix(previous.elsewhere, next.elsewhere),
    totals: mix(previous.totals, next.totals),
  };
}

/** The cells of one class, [side × side]; null when the map does not know it. */
export function cellsOfClass(map: HeatMap, classId: ClassId): Float32Array | null {
  const index = map.classIds.indexOf(classId);
  const count = map.side * map.side;
  return index < 0 ? null : map.cells.subarray(index * count, (index + 1) * count);
}

function comparable(a: HeatMap, b: HeatMap): boolean {
  return (
    a.of === b.of &&
    a.side === b.side &&
    a.classIds.length === b.classIds.length &&
    a.classIds.every((id, i) => id === b.classIds[i])
  );
}
