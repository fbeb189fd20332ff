// Feature maps → grey pixels, quick enough for every frame of a camera. Stateless, no DOM.

/** Sums that are shown black and white, in the unit of the sums. */
export interface GreyRange {
  readonly black: number;
  readonly white: number;
}

/** The largest of each `step` × `step` block, for a small view in which lines must not get lost. Leftovers are dropped. */
export function coarser(sums: Int32Array, width: number, step: number): Int32Array {
  const columns = Math.floor(width / step);
  const rows = Math.floor(sums.length / width / step);
  const most = new Int32Array(columns * rows).fill(-0x80000000);
  for (let row = 0; row < rows * step; row += 1) {
    const from = row * width;
    const to = Math.floor(row / step) * columns;
    for (let across = 0; across < step; across += 1) {
      for (let column = 0; column < columns; column += 1) {
        const sum = sums[from + column * step + across] ?? 0;
        if (sum > (most[to + column] ?? 0)) most[to + column] = sum;
      }
    }
  }
  return most;
}

/** RGBA bytes: `black` and less is black, `white` and more is white. */
export function levelPixels(
  sums: Int32Array | Uint8Array,
  { black, white }: GreyRange,
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint32Array(sums.length);
  const scale = white > black ? 255 / (white - black) : 0;
  for (let i = 0; i < sums.length; i += 1) {
    const grey = Math.min(255, Math.max(0, ((sums[i] ?? 0) - black) * scale) + 0.5) | 0;
    // Opaque, and the same byte for red, green and blue: the order of the bytes does not matter.
    rgba[i] = 0xff000000 | (grey * 0x010101);
  }
  return new Uint8ClampedArray(rgba.buffer);
}
