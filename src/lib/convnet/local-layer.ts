// Neurons that do not share: each has a window and weights of its own.

import type { Field } from './cell-field.ts';
import type { Plane } from './plane.ts';

/**
 * One value a neuron: the sum of its window's pixels times its own weights, nought when below nought.
 * `weight` is asked for every pixel of every window, in order.
 */
export function localLayer(
  picture: Plane,
  windows: readonly Field[],
  weight: () => number,
): Float32Array {
  return Float32Array.from(windows, ({ left, top, width, height }) => {
    let sum = 0;
    for (let row = top; row < top + height; row += 1) {
      for (let column = left; column < left + width; column += 1) {
        sum += (picture.values[row * picture.width + column] ?? 0) * weight();
      }
    }
    return Math.max(0, sum);
  });
}

/** The pixels that two windows share; null when there are none. */
export function overlap(a: Field, b: Field): Field | null {
  const left = Math.max(a.left, b.left);
  const top = Math.max(a.top, b.top);
  const width = Math.min(a.left + a.width, b.left + b.width) - left;
  const height = Math.min(a.top + a.height, b.top + b.height) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : null;
}
