// Where everything of a network lies in the memory, and in how many rows each layer works.

import type { FoldedBackbone, FoldedLayer } from '#lib/core/folded-backbone.ts';
import { tileChannels } from './conv-routines.ts';

/** An activation, row by row; only `kept` rows are there at a time, row y in place y mod kept. Bytes unless said. */
export interface Rows {
  readonly base: number;
  readonly rowBytes: number;
  /** From one pixel to the next: channels are made up to a multiple of eight; those of the picture are not. */
  readonly pixelBytes: number;
  /** Zeros left of each row. */
  readonly marginBytes: number;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly kept: number;
  /** A row of zeros, for what lies above and below the picture. */
  readonly zeros: number;
}

export interface LayerPlan {
  readonly layer: FoldedLayer;
  readonly input: Rows;
  readonly output: Rows;
  /** What is added to the output. */
  readonly residual: Rows | null;
  /** Rows in one go: 1, or all. */
  readonly band: number;
  /** Rows above the picture that the kernel reads. */
  readonly above: number;
  readonly weights: number;
  readonly bias: number;
}

export interface NetworkPlan {
  readonly picture: Rows;
  readonly layers: readonly LayerPlan[];
  /** Zeros, as many as the longest bias. */
  readonly nothing: number;
  readonly bytes: number;
}

const numberBytes = 4;
/** Activations up to this width stay in the processor's caches whole, and their weights are the larger part. */
const wholeWidth = 28;

/** Why this network cannot be computed so, or null. */
export function planProblem({ layers }: FoldedBackbone): string | null {
  for (const [index, { kind, kernel, residual, activation }] of layers.entries()) {
    const [height, width] = kernel;
    if (residual === 'add' && activation !== 'linear')
      return 'something is added after an activation';
    const next = layers[index + 1]?.kernel ?? [1, 1];
    if (kind !== 'depthwise') continue;
    if (height !== 3 || width !== 3) return 'a depthwise layer that is not 3 × 3';
    if (next[0] !== 1 || next[1] !== 1) return 'a depthwise layer that is not followed by 1 × 1';
    if (residual === 'add') return 'something is added to a depthwise layer';
  }
  return layers[0]?.kind === 'conv' ? null : 'it does not begin with a convolution';
}

/** `keepAll`: every activation is there whole after a run, to be looked at. */
export function planOf({ layers, inputSizePx }: FoldedBackbone, keepAll: boolean): NetworkPlan {
  const room = new Room();
  const bands: number[] = [];
  const sides: number[] = [];
  for (const { stride } of layers) {
    const side = Math.ceil((sides.at(-1) ?? inputSizePx) / stride);
    sides.push(side);
    bands.push(side <= wholeWidth ? side : 1);
  }
  const rowsAfter = (index: number, side: number, channels: number): Rows => {
    const next = layers[index + 1];
    const band = bands[index + 1] ?? 1;
    const made = bands[index] ?? side;
    const starts = next?.residual === 'start';
    const read = next ? (band - 1) * next.stride + next.kernel[0] + made - 1 : side;
    return room.rows({
      side,
      pixelBytes: numberBytes * (index < 0 ? channels : madeUp(channels)),
      margins: next ? marginsOf(next, side) : { before: 0, after: 0 },
      kept: keepAll || starts || index < 0 ? side : Math.min(side, read),
    });
  };
  const picture = rowsAfter(-1, inputSizePx, 3);
  const plans: LayerPlan[] = [];
  let input = picture;
  let start = picture;
  for (const [index, layer] of layers.entries()) {
    if (layer.residual === 'start') start = input;
    const side = sides[index] ?? 0;
    const channels = layer.kernel[layer.kind === 'conv' ? 3 : 2];
    const output = rowsAfter(index, side, channels);
    plans.push({
      layer,
      input,
      output,
      residual: layer.residual === 'add' ? start : null,
      band: bands[index] ?? 1,
      above: marginsOf(layer, input.width).before,
      weights: room.take(numberBytes * weightsOf(layer, input)),
      bias: room.take(numberBytes * madeUp(channels)),
    });
    input = output;
  }
  const widest = Math.max(...plans.map(({ output }) => output.pixelBytes));
  return { picture, layers: plans, nothing: room.take(widest), bytes: room.taken };
}

/** Channels made up to whole tiles. */
export function madeUp(channels: number): number {
  return tileChannels * Math.ceil(channels / tileChannels);
}

/** The first byte of a row, its margin included. */
export function rowOf(rows: Rows, y: number): number {
  return y < 0 || y >= rows.height ? rows.zeros : rows.base + (y % rows.kept) * rows.rowBytes;
}

/** TensorFlow's SAME padding, in pixels; the odd one is put right and below. */
function marginsOf({ kernel, stride }: FoldedLayer, side: number): Margins {
  const outputSide = Math.ceil(side / stride);
  const total = Math.max(0, (outputSide - 1) * stride + kernel[1] - side);
  return { before: total >> 1, after: total - (total >> 1) };
}

/** Numbers as `packWeights` lays them. */
function weightsOf({ kind, kernel }: FoldedLayer, { pixelBytes }: Rows): number {
  const [height, width, inputs, outputs] = kernel;
  return kind === 'depthwise'
    ? 10 * madeUp(inputs)
    : height * width * (pixelBytes / numberBytes) * madeUp(outputs);
}

interface Margins {
  readonly before: number;
  readonly after: number;
}

interface Wanted {
  readonly side: number;
  readonly pixelBytes: number;
  readonly margins: Margins;
  readonly kept: number;
}

/** Hands out memory, one piece after the other. */
class Room {
  taken = 0;

  /** The first byte of so many, and spare ones behind them: what is read or written too much at a row's end lands there. */
  take(bytes: number): number {
    const at = this.taken;
    this.taken = 64 * Math.ceil((at + bytes) / 64);
    return at;
  }

  rows({ side, pixelBytes, margins: { before, after }, kept }: Wanted): Rows {
    // A depthwise layer computes pixels in pairs and reads up to two more.
    const rowBytes = (before + side + Math.max(after, 1)) * pixelBytes;
    const zeros = this.take(before + after > 0 ? rowBytes + 3 * pixelBytes : 0);
    const base = this.take(kept * rowBytes + 3 * pixelBytes);
    const marginBytes = before * pixelBytes;
    return { base, rowBytes, pixelBytes, marginBytes, width: side, height: side, kept, zeros };
  }
}
