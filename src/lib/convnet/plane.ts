// One grey picture or feature map: numbers in rows, from the upper left.

export interface Plane {
  readonly width: number;
  readonly height: number;
  /** [height × width] */
  readonly values: Float32Array;
}

/** A square of weights, as many rows as columns, and what is added to every sum. */
export interface Kernel {
  readonly side: number;
  /** [side × side] */
  readonly weights: readonly number[];
  readonly bias: number;
}

/** RGBA bytes → how light each pixel is, from 0 (black) to 1 (white). Weights of ITU-R BT.601. */
export function greyPlane(rgba: Uint8ClampedArray, width: number): Plane {
  const values = new Float32Array(rgba.length / 4);
  for (let i = 0, from = 0; i < values.length; i += 1, from += 4) {
    const red = rgba[from] ?? 0;
    const green = rgba[from + 1] ?? 0;
    const blue = rgba[from + 2] ?? 0;
    values[i] = (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
  }
  return { width, height: values.length / width, values };
}

/** The value at a place; nought outside. */
export function valueAt({ width, height, values }: Plane, row: number, column: number): number {
  if (row < 0 || column < 0 || row >= height || column >= width) return 0;
  return values[row * width + column] ?? 0;
}

/** The picture moved by whole pixels; the pixels at the edge are repeated into the gap. */
export function shifted(
  { width, height, values }: Plane,
  move: { readonly right: number; readonly down: number },
): Plane {
  const inside = (place: number, length: number): number =>
    Math.min(length - 1, Math.max(0, place));
  const moved = new Float32Array(values.length);
  for (let row = 0; row < height; row += 1) {
    const from = inside(row - move.down, height) * width;
    for (let column = 0; column < width; column += 1) {
      moved[row * width + column] = values[from + inside(column - move.right, width)] ?? 0;
    }
  }
  return { width, height, values: moved };
}
