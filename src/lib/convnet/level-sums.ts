// Convolution that keeps up with a camera: pixels in whole hundredths, weights in whole numbers, so that every sum is a
// whole number of hundredths, exact, and the same by head, by `convolve` and here.

import type { Plane } from './plane.ts';

/** A grey picture in whole hundredths: 0 is black, 100 is white. */
export interface LevelPicture {
  readonly width: number;
  readonly height: number;
  /** [height × width] */
  readonly levels: Uint8Array;
}

/** Levels in white. */
export const whiteLevel = 100;
/** The largest weight, up or down. With it no sum leaves 32 bits by far. */
export const heaviest = 24;

const side = 5;
/** Taps that one pass takes: as many as processors hold at hand. */
const tapsAPass = 5;

interface Tap {
  /** From the window's upper left pixel. */
  readonly offset: number;
  readonly weight: number;
}

/** RGBA bytes → hundredths of white. Weights of ITU-R BT.601, as in `greyPlane`. */
export function greyLevels(rgba: Uint8ClampedArray, width: number): LevelPicture {
  const levels = new Uint8Array(rgba.length / 4);
  for (let i = 0, from = 0; i < levels.length; i += 1, from += 4) {
    const red = rgba[from] ?? 0;
    const green = rgba[from + 1] ?? 0;
    const blue = rgba[from + 2] ?? 0;
    levels[i] = ((299 * red + 587 * green + 114 * blue) * whiteLevel) / 255_000 + 0.5;
  }
  return { width, height: levels.length / width, levels };
}

/** The same picture as numbers from 0 to 1. */
export function planeOfLevels({ width, height, levels }: LevelPicture): Plane {
  return { width, height, values: Float32Array.from(levels, (level) => level / whiteLevel) };
}

/**
 * The sums of all 5 × 5 windows, before any weight: shared by all kernels over one picture.
 * [height × width] of the picture, a window at its upper left pixel; the last four rows and columns hold nothing.
 */
export function windowTotals({ width, height, levels }: LevelPicture): Int32Array {
  const across = new Int32Array(width * height);
  for (let row = 0; row < height; row += 1) {
    const from = row * width;
    let sum = 0;
    for (let column = 0; column < width; column += 1) {
      sum += levels[from + column] ?? 0;
      if (column >= side) sum -= levels[from + column - side] ?? 0;
      if (column >= side - 1) across[from + column - side + 1] = sum;
    }
  }
  const totals = new Int32Array(width * height);
  const last = (height - side + 1) * width;
  for (let i = 0; i < last; i += 1) {
    totals[i] =
      (across[i] ?? 0) +
      (across[i + width] ?? 0) +
      (across[i + 2 * width] ?? 0) +
      (across[i + 3 * width] ?? 0) +
      (across[i + 4 * width] ?? 0);
  }
  return totals;
}

/**
 * Window × kernel everywhere, without the bias, in hundredths: [height − 4, width − 4].
 * Kernels are mostly one number with a few others in it. That number times the window's total comes first, and only
 * what differs from it is multiplied pixel by pixel: one pass for a line instead of five.
 */
export function levelSums(
  picture: LevelPicture,
  weights: readonly number[],
  totals: Int32Array = windowTotals(picture),
): Int32Array {
  const { width, height, levels } = picture;
  const size = { width: width - side + 1, height: height - side + 1 };
  if (!(size.width > 0 && size.height > 0)) throw new RangeError('the kernel does not fit');
  const ground = mostCommon(weights);
  const taps = weights
    .map((weight, i) => ({
      offset: Math.floor(i / side) * width + (i % side),
      weight: weight - ground,
    }))
    .filter(({ weight }) => weight !== 0);
  const passes = Array.from({ length: Math.ceil(taps.length / tapsAPass) }, (_, pass) =>
    taps.slice(pass * tapsAPass, (pass + 1) * tapsAPass),
  );
  const sums = new Int32Array(size.width * size.height);
  for (let row = 0; row < size.height; row += 1) {
    const from = row * width;
    const to = row * size.width;
    for (let i = 0; i < size.width; i += 1) sums[to + i] = Math.imul(ground, totals[from + i] ?? 0);
    for (const pass of passes) addTaps(levels, from, pass, sums, to, size.width);
  }
  return sums;
}

/** Adds up to five weighted pixels to each sum of a row. Written out: a loop over the taps takes three times as long. */
function addTaps(
  levels: Uint8Array,
  from: number,
  taps: readonly Tap[],
  sums: Int32Array,
  to: number,
  count: number,
): void {
  const [a = noTap, b = noTap, c = noTap, d = noTap, e = noTap] = taps;
  const [oa, ob, oc, od, oe] = [a, b, c, d, e].map(({ offset }) => from + offset) as Five;
  const [wa, wb, wc, wd, we] = [a, b, c, d, e].map(({ weight }) => weight) as Five;
  for (let i = 0; i < count; i += 1) {
    sums[to + i] =
      ((sums[to + i] ?? 0) +
        Math.imul(wa, levels[oa + i] ?? 0) +
        Math.imul(wb, levels[ob + i] ?? 0) +
        Math.imul(wc, levels[oc + i] ?? 0) +
        Math.imul(wd, levels[od + i] ?? 0) +
        Math.imul(we, levels[oe + i] ?? 0)) |
      0;
  }
}

type Five = [number, number, number, number, number];
const noTap: Tap = { offset: 0, weight: 0 };

function mostCommon(weights: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const weight of weights) counts.set(weight, (counts.get(weight) ?? 0) + 1);
  let best = 0;
  for (const [weight, count] of counts) if (count > (counts.get(best) ?? 0)) best = weight;
  return best;
}
