// Numbers → grey pixels. Stateless, no DOM.

/** RGBA bytes of `values`: `low` and less is black, `high` and more is white. NaN is black. */
export function greyPixels(
  values: ArrayLike<number>,
  low: number,
  high: number,
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(values.length * 4);
  const scale = high > low ? 255 / (high - low) : 0;
  for (let i = 0; i < values.length; i += 1) {
    // A clamped array rounds, and keeps within 0 and 255 by itself.
    const grey = ((values[i] ?? 0) - low) * scale;
    rgba[i * 4] = rgba[i * 4 + 1] = rgba[i * 4 + 2] = grey;
    rgba[i * 4 + 3] = 255;
  }
  return rgba;
}
