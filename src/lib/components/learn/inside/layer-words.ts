// A backbone's layers in words, and the few that are worth a first look. Pure.

import type { BackboneLayer } from '#lib/core/backbone-layer.ts';
import { indexOfLargest, placeOfCell } from '../../ui/place-words.ts';

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

/** What a cell sees of the picture; a field as wide as the picture is the whole of it. */
export function cellWords(
  cell: { readonly row: number; readonly column: number },
  field: { readonly width: number; readonly height: number },
  inputSide: number,
): string {
  const who = `The cell in row ${cell.row + 1}, column ${cell.column + 1} sees`;
  const share = (field.width * field.height) / inputSide ** 2;
  if (share >= 1) return `${who} all ${inputSide} × ${inputSide} pixels: the whole picture.`;
  const part = share < 0.01 ? 'less than 1 %' : `${Math.min(99, Math.round(100 * share))} %`;
  return `${who} ${field.width} × ${field.height} of ${inputSide} × ${inputSide} pixels: ${part} of the picture.`;
}

/** The side of what a cell sees. Beyond the picture there is nothing to see. */
export function fieldWords(fieldSide: number, inputSide: number): string {
  return fieldSide >= inputSide ? `${inputSide} px (the whole picture)` : `${fieldSide} px`;
}

/** A feature map by its number and where it is most active. */
export function mapWords(channel: number, map: ArrayLike<number>, side: number): string {
  const values = Array.from(map);
  const even = Math.max(...values) === Math.min(...values);
  return `Map ${channel + 1}, ${even ? 'the same everywhere' : `most active ${placeOfCell(indexOfLargest(values), side, side)}`}`;
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
