// Pixels → the backbone's input, in plain JS over buffers that are used again.

/** RGBA bytes → RGB numbers in a range. Owns its output buffer: the next call overwrites it. */
export class InputWriter {
  #input = new Float32Array(0);
  #table = new Float32Array(256);
  #range: readonly [number, number] | null = null;

  /** `rgba` [side, side, 4] → [side, side, 3] where 0 becomes `range[0]` and 255 `range[1]`. */
  write(rgba: Uint8ClampedArray, range: readonly [number, number]): Float32Array {
    const pixels = rgba.length / 4;
    if (this.#input.length !== pixels * 3) this.#input = new Float32Array(pixels * 3);
    this.#useRange(range);
    const input = this.#input;
    const table = this.#table;
    for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
      input[to] = table[rgba[from] ?? 0] ?? 0;
      input[to + 1] = table[rgba[from + 1] ?? 0] ?? 0;
      input[to + 2] = table[rgba[from + 2] ?? 0] ?? 0;
    }
    return input;
  }

  #useRange(range: readonly [number, number]): void {
    if (this.#range?.[0] === range[0] && this.#range[1] === range[1]) return;
    const [low, high] = range;
    this.#range = range;
    for (let value = 0; value < 256; value += 1) {
      this.#table[value] = low + (value / 255) * (high - low);
    }
  }
}

/** RGBA bytes [side, side, 4] → [side, side, channels] in [0, 1]; one channel is the brightness (Rec. 601). */
export function gridOf(rgba: Uint8ClampedArray, channels: 1 | 3): Float32Array {
  const values = new Float32Array((rgba.length / 4) * channels);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += channels) {
    const red = (rgba[from] ?? 0) / 255;
    const green = (rgba[from + 1] ?? 0) / 255;
    const blue = (rgba[from + 2] ?? 0) / 255;
    if (channels === 1) values[to] = 0.299 * red + 0.587 * green + 0.114 * blue;
    else values.set([red, green, blue], to);
  }
  return values;
}
