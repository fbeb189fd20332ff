// What is behind one prediction, from activations in plain numbers: the heat-map and the feature maps of one layer.

import type { BackboneLayer } from '#lib/core/backbone-layer.ts';
import type { Explanation, HeatMap, LayerMaps, LayerWish } from '#lib/core/explanation.ts';
import { evidenceOf, viewOfHead } from '#lib/learning/evidence.ts';
import type { FittedHead, Head } from '#lib/learning/head.ts';
import type { ViewOf } from '#lib/learning/linear-view.ts';
import type { LoadedWhitening, Look } from './backbones/backbone.ts';

/** A head and how it reads activations. */
export interface HeadView {
  readonly trained: FittedHead;
  readonly view: ViewOf;
}

/** Keeps the view of the head in use: part of its work is the same for every frame. */
export class EvidenceOfHead {
  #kept: HeadView | null = null;

  of(head: Head | null, whitening: LoadedWhitening | null): HeadView | null {
    if (!head) return null;
    const { trained } = head;
    if (this.#kept?.trained !== trained) {
      this.#kept = { trained, view: viewOfHead(head, whitening?.whitening ?? null) };
    }
    return this.#kept;
  }
}

/** Everything but the prediction; nulls where there is nothing to look at. */
export function explanationOf(
  look: Look | null,
  head: HeadView | null,
  layers: readonly BackboneLayer[],
  wish: LayerWish | null,
): Omit<Explanation, 'prediction'> {
  if (!look) return { heatMap: null, layer: null };
  const facts = wish ? layers[wish.layer] : undefined;
  return {
    heatMap: head ? heatMapOf(look, head) : null,
    layer: wish && facts && look.layer ? layerMapsOf(look.layer, facts, wish) : null,
  };
}

function heatMapOf({ last, embedding }: Look, { trained, view }: HeadView): HeatMap {
  const { classIds, kind } = trained;
  return {
    of: kind === 'knn' ? 'likeness' : 'score',
    side: Math.round(Math.sqrt(last.length / embedding.length)),
    classIds,
    ...evidenceOf(view, last, embedding, classIds.length),
  };
}

/** Activation [side, side, C] → the wished maps, each scaled to bytes, and how busy every channel is. */
export function layerMapsOf(
  activation: Float32Array,
  { outputSide: side, outputChannels: channels }: BackboneLayer,
  wish: LayerWish,
): LayerMaps {
  const activity = activityOf(activation, channels);
  const chosen =
    'busiest' in wish.channels
      ? busiest(activity, wish.channels.busiest)
      : wish.channels.filter((channel) => channel >= 0 && channel < channels);
  const cells = side * side;
  const maps = new Uint8Array(chosen.length * cells);
  const lowest = new Float32Array(chosen.length);
  const highest = new Float32Array(chosen.length);
  chosen.forEach((channel, i) => {
    const map = Float32Array.from(
      { length: cells },
      (_, p) => activation[p * channels + channel] ?? 0,
    );
    const low = map.reduce((least, value) => Math.min(least, value), Infinity);
    const high = map.reduce((most, value) => Math.max(most, value), -Infinity);
    lowest[i] = low;
    highest[i] = high;
    const scale = high > low ? 255 / (high - low) : 0;
    map.forEach((value, p) => (maps[i * cells + p] = Math.round((value - low) * scale)));
  });
  return { layer: wish.layer, side, activity, channels: chosen, maps, lowest, highest };
}

/** Mean size of each channel's activations, [C]. */
function activityOf(activation: Float32Array, channels: number): Float32Array {
  const sums = new Float64Array(channels);
  for (let start = 0; start < activation.length; start += channels) {
    for (let c = 0; c < channels; c += 1) {
      sums[c] = (sums[c] ?? 0) + Math.abs(activation[start + c] ?? 0);
    }
  }
  const positions = activation.length / channels;
  return Float32Array.from(sums, (sum) => sum / positions);
}

/** The `count` channels with the largest activity, largest first; among equals the first. */
function busiest(activity: Float32Array, count: number): number[] {
  const order = Array.from(activity.keys());
  return order.sort((a, b) => (activity[b] ?? 0) - (activity[a] ?? 0)).slice(0, count);
}
