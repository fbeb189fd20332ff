// Activations and kernels of a layer, cut into the small pictures that are drawn, and told in words.

import type { LayerSpec, Shape } from '#lib/convnet/layer-spec.ts';
import type { LayerWeights } from '#lib/convnet/network.ts';
import { valueWords } from '../number-words.ts';

/** One small picture: `width` × `height` numbers. */
export interface SmallPicture {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** [height, width, channels] → one picture a channel. */
export function mapsOf(values: Float32Array, shape: Shape): SmallPicture[] {
  if (shape.kind === 'list') return [];
  const { width, height, channels } = shape;
  return Array.from({ length: channels }, (_, channel) => ({
    width,
    height,
    values: Float32Array.from(
      { length: width * height },
      (__, place) => values[place * channels + channel] ?? 0,
    ),
  }));
}

/** [kernel, kernel, channels, maps] → one picture a map: its kernels for each channel, one below the other. */
export function kernelsOf(weights: LayerWeights, side: number): SmallPicture[] {
  const maps = weights.bias.length;
  const channels = weights.kernel.length / (side * side * maps);
  return Array.from({ length: maps }, (_, map) => {
    const values = new Float32Array(side * side * channels);
    for (let place = 0; place < side * side; place += 1) {
      for (let channel = 0; channel < channels; channel += 1) {
        const value = weights.kernel[(place * channels + channel) * maps + map] ?? 0;
        values[channel * side * side + place] = value;
      }
    }
    return { width: side, height: side * channels, values };
  });
}

/** Turned left to right, as in a mirror. */
export function turned({ width, height, values }: SmallPicture): SmallPicture {
  const mirrored = values.map(
    (_, i) => values[Math.floor(i / width) * width + (width - 1 - (i % width))] ?? 0,
  );
  return { width, height, values: mirrored };
}

/** The largest value of any, at least a little above 0. */
export function brightest(
  pictures: readonly SmallPicture[],
  of = (value: number) => value,
): number {
  let most = 1e-6;
  for (const { values } of pictures) for (const value of values) most = Math.max(most, of(value));
  return most;
}

export const kindNames: Record<LayerSpec['kind'], string> = {
  conv: 'Convolution',
  pool: 'Pooling',
  dense: 'Fully connected',
};

/** What there is to see in a layer now: how much of it is active, and where and how much most; `mirror`: maps are shown turned left to right. */
export function activityWords(values: Float32Array, shape: Shape, mirror = false): string {
  const count = shape.kind === 'list' ? shape.length : shape.channels;
  const name = shape.kind === 'list' ? 'neuron' : 'map';
  const active = new Set<number>();
  let strongest = 0;
  values.forEach((value, i) => {
    if (value > 1e-6) active.add(i % count);
    if (value > (values[strongest] ?? 0)) strongest = i;
  });
  if (active.size === 0) return `None of the ${count} ${name}s is active.`;
  const most = `${name} ${(strongest % count) + 1}`;
  const share = `${active.size} of ${count} ${name}s ${active.size === 1 ? 'is' : 'are'} active`;
  const height = valueWords(values[strongest] ?? 0);
  if (shape.kind === 'list') return `${share}, ${most} the most (${height}).`;
  const place = Math.floor(strongest / count);
  const row = Math.floor(place / shape.width) + 1;
  const across = place % shape.width;
  const column = mirror ? shape.width - across : across + 1;
  return `${share}. The strongest cell (${height}) is in ${most}, row ${row}, column ${column}.`;
}
