// A backbone's layers in words, and the few that are worth a first look. Pure.

import type { BackboneLayer } from '#lib/core/backbone-layer.ts';

/** What a layer does, in one short sentence. */
export function layerDoes({
  kind,
  kernelHeight,
  kernelWidth,
  inputChannels,
  stride,
  adds,
}: BackboneLayer): string {
  const steps = stride === 1 ? '' : `, in steps of ${stride}`;
  const window = `a ${kernelHeight} × ${kernelWidth} window`;
  const what =
    kind === 'depthwise'
      ? `slides ${window} over each map by itself${steps}`
      : kernelHeight * kernelWidth === 1
        ? `mixes all maps, place by place${steps}`
        : `slides ${window} over ${inputChannels === 3 ? 'the picture' : 'all maps together'}${steps}`;
  return adds ? `${what}, and adds what came in earlier` : what;
}

export interface Stop {
  readonly layer: number;
  readonly side: number;
}

/** For each size of map, from the picture on, the last layer of that size whose activations are never negative. */
export function stopsOf(layers: readonly BackboneLayer[]): Stop[] {
  const stops = new Map<number, Stop>();
  layers.forEach(({ outputSide: side, activation }, layer) => {
    if (activation === 'relu' || !stops.has(side)) stops.set(side, { layer, side });
  });
  return Array.from(stops.values());
}

/** [side × side] turned left to right. */
export function mirrored(map: ArrayLike<number>, side: number): Float32Array {
  return Float32Array.from(map, (_, i) => {
    const row = Math.floor(i / side) * side;
    return map[row + (side - 1 - (i - row))] ?? 0;
  });
}

export const totalOf = (
  layers: readonly BackboneLayer[],
  part: 'parameters' | 'multiplyAdds',
): number => layers.reduce((sum, layer) => sum + layer[part], 0);
