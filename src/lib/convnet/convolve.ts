// Convolution without padding, as the lessons show it: window times kernel, plus bias, through the activation.

import type { Kernel, Plane } from './plane.ts';
import { windowCount } from './stack.ts';

export const activations = ['relu', 'linear'] as const;
export type Activation = (typeof activations)[number];

/** What a neuron passes on of its sum. `relu` keeps what is above nought. */
export function activate(sum: number, activation: Activation): number {
  return activation === 'relu' ? Math.max(0, sum) : sum;
}

/**
 * The feature map of one kernel: at each place the sum of window × kernel, plus bias, activated.
 * Throws a RangeError when the kernel does not fit; ask `windowCount` first.
 */
export function convolve(
  picture: Plane,
  kernel: Kernel,
  { stride = 1, activation = 'linear' }: { stride?: number; activation?: Activation } = {},
): Plane {
  const rows = windowCount(picture.height, kernel.side, stride);
  const columns = windowCount(picture.width, kernel.side, stride);
  if (!rows.ok || !columns.ok) throw new RangeError('the kernel does not fit');
  const [height, width] = [rows.value, columns.value];
  const values = new Float32Array(width * height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const sum = sumAt(picture, kernel, row * stride, column * stride);
      values[row * width + column] = activate(sum, activation);
    }
  }
  return { width, height, values };
}

/** Every product of one window, in the order of the kernel's weights. */
export function windowProducts(
  { width, values }: Plane,
  { side, weights }: Kernel,
  top: number,
  left: number,
): { readonly pixel: number; readonly weight: number; readonly product: number }[] {
  return weights.map((weight, i) => {
    const row = top + Math.floor(i / side);
    const pixel = values[row * width + left + (i % side)] ?? 0;
    return { pixel, weight, product: pixel * weight };
  });
}

function sumAt(
  { width, values }: Plane,
  { side, weights, bias }: Kernel,
  top: number,
  left: number,
): number {
  let sum = bias;
  for (let row = 0; row < side; row += 1) {
    const from = (top + row) * width + left;
    for (let column = 0; column < side; column += 1) {
      sum += (values[from + column] ?? 0) * (weights[row * side + column] ?? 0);
    }
  }
  return sum;
}
