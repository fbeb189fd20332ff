// Kernels to begin with. Whole numbers, so that a sum can be followed by head; each but the blur adds up to nought,
// so that an even surface leaves it cold.

import type { Kernel } from './plane.ts';

export interface KernelPreset {
  readonly id: string;
  readonly name: string;
  /** What it fires at, in a few words. */
  readonly looksFor: string;
  readonly kernel: Kernel;
}

const rows = (...lines: readonly (readonly number[])[]): Kernel => ({
  side: lines.length,
  weights: lines.flat(),
  bias: 0,
});

export const kernelPresets = [
  {
    id: 'vertical',
    name: 'Vertical',
    looksFor: 'light upright lines',
    kernel: rows(
      [-1, -1, 4, -1, -1],
      [-1, -1, 4, -1, -1],
      [-1, -1, 4, -1, -1],
      [-1, -1, 4, -1, -1],
      [-1, -1, 4, -1, -1],
    ),
  },
  {
    id: 'horizontal',
    name: 'Horizontal',
    looksFor: 'light level lines',
    kernel: rows(
      [-1, -1, -1, -1, -1],
      [-1, -1, -1, -1, -1],
      [4, 4, 4, 4, 4],
      [-1, -1, -1, -1, -1],
      [-1, -1, -1, -1, -1],
    ),
  },
  {
    id: 'diagonal-down',
    name: 'Diagonal ↘',
    looksFor: 'light lines that fall to the right',
    kernel: rows(
      [4, -1, -1, -1, -1],
      [-1, 4, -1, -1, -1],
      [-1, -1, 4, -1, -1],
      [-1, -1, -1, 4, -1],
      [-1, -1, -1, -1, 4],
    ),
  },
  {
    id: 'diagonal-up',
    name: 'Diagonal ↗',
    looksFor: 'light lines that rise to the right',
    kernel: rows(
      [-1, -1, -1, -1, 4],
      [-1, -1, -1, 4, -1],
      [-1, -1, 4, -1, -1],
      [-1, 4, -1, -1, -1],
      [4, -1, -1, -1, -1],
    ),
  },
  {
    id: 'edge',
    name: 'Edge',
    looksFor: 'light spots and edges of every direction',
    kernel: rows(
      [-1, -1, -1, -1, -1],
      [-1, -1, -1, -1, -1],
      [-1, -1, 24, -1, -1],
      [-1, -1, -1, -1, -1],
      [-1, -1, -1, -1, -1],
    ),
  },
  {
    id: 'curve',
    name: 'Curve',
    looksFor: 'the upper end of something round',
    kernel: rows(
      [-2, -2, -2, -2, -2],
      [-2, 2, 3, 2, -2],
      [2, 3, -2, 3, 2],
      [3, -2, -2, -2, 3],
      [2, -1, -3, -1, 2],
    ),
  },
  {
    id: 'blur',
    name: 'Blur',
    looksFor: 'nothing: it takes the average',
    kernel: rows(
      [1, 1, 1, 1, 1],
      [1, 1, 1, 1, 1],
      [1, 1, 1, 1, 1],
      [1, 1, 1, 1, 1],
      [1, 1, 1, 1, 1],
    ),
  },
] as const satisfies readonly KernelPreset[];

/** The preset with just these weights, whatever the bias; null for a kernel of one's own. */
export function presetOf({ weights }: Kernel): KernelPreset | null {
  const same = ({ kernel }: KernelPreset): boolean =>
    kernel.weights.length === weights.length &&
    kernel.weights.every((weight, i) => weight === weights[i]);
  return kernelPresets.find(same) ?? null;
}

/** A kernel of any side that looks for light upright lines, as the preset `vertical` does at side 5. */
export function uprightKernel(side: number): Kernel {
  const middle = Math.floor(side / 2);
  const weights = Array.from({ length: side * side }, (_, i) =>
    side > 1 && i % side !== middle ? -1 : Math.max(1, side - 1),
  );
  return { side, weights, bias: 0 };
}

/** The largest sum that pixels in [0, 1] can give: what counts as white in a feature map. */
export function largestSum({ weights, bias }: Kernel): number {
  return weights.reduce((sum, weight) => sum + Math.max(0, weight), bias);
}

/** The smallest sum that pixels in [0, 1] can give. */
export function smallestSum({ weights, bias }: Kernel): number {
  return weights.reduce((sum, weight) => sum + Math.min(0, weight), bias);
}
