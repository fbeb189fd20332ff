// What there is to know of one feature map before it is painted: its strongest cell, and which sums are black and white.

import type { GreyRange } from '#lib/charts/level-pixels.ts';
import { activate, type Activation } from '#lib/convnet/convolve.ts';
import { largestSum } from '#lib/convnet/kernels.ts';
import { whiteLevel } from '#lib/convnet/level-sums.ts';
import type { Kernel } from '#lib/convnet/plane.ts';
import type { CellValue } from './protocol.ts';

export interface MapFacts {
  readonly strongest: CellValue;
  readonly black: number;
  readonly white: number;
  /** The same as sums without bias, in hundredths. */
  readonly range: GreyRange;
}

/** A map that stays below this share of what its kernel could reach is not stretched to full white: weak stays dark. */
const leastWhite = 0.25;

/** What there is in a map, in hundredths without the bias. */
export interface SumExtent {
  readonly largest: number;
  readonly smallest: number;
  /** Index of the first of the largest. */
  readonly most: number;
}

/** `sums` are [height × width]. */
export function extentOf(sums: Int32Array): SumExtent {
  let most = 0;
  let largest = sums[0] ?? 0;
  let smallest = largest;
  for (let i = 1; i < sums.length; i += 1) {
    const sum = sums[i] ?? 0;
    if (sum > largest) {
      largest = sum;
      most = i;
    }
    if (sum < smallest) smallest = sum;
  }
  return { largest, smallest, most };
}

/** `width` is the map's, in cells. */
export function mapFacts(
  { largest, smallest, most }: SumExtent,
  width: number,
  kernel: Kernel,
  activation: Activation,
): MapFacts {
  const valueOf = (sum: number): number => activate(sum / whiteLevel + kernel.bias, activation);
  const floor = leastWhite * Math.max(0, largestSum(kernel));
  const reach = Math.max(valueOf(largest), floor, 1 / whiteLevel);
  // What passes everything on is shown with nought in the middle, otherwise nought is black.
  const white = activation === 'linear' ? Math.max(reach, -valueOf(smallest)) : reach;
  const black = activation === 'linear' ? -white : 0;
  const asSum = (value: number): number => (value - kernel.bias) * whiteLevel;
  return {
    strongest: { row: Math.floor(most / width), column: most % width, value: valueOf(largest) },
    black,
    white,
    range: { black: asSum(black), white: asSum(white) },
  };
}
