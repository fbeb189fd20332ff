// What a picture's pixels say about light and sharpness, and the picture with its middle painted over. On RGBA squares.

/** Side to which a picture is shrunk before it is measured, so that figures of all pictures compare. */
export const measuredSidePx = 96;

export interface PictureFacts {
  /** Mean brightness (Rec. 601), in [0, 1]. */
  readonly brightness: number;
  /** Shares of the pixels that are all but black, and all but white. */
  readonly black: number;
  readonly white: number;
  /** Variance of the Laplacian of the brightness over the variance of the brightness: falls with blur, not with contrast. */
  readonly sharpness: number;
}

const blackBelow = 0.04;
const whiteAbove = 0.98;
/** The share of each side that the middle takes up: half of the picture's area is border. */
const middleShare = Math.SQRT1_2;

/** Facts of `rgba` [side, side, 4]. */
export function pictureFacts(rgba: Uint8ClampedArray): PictureFacts {
  const values = brightnessOf(rgba);
  const { mean, variance } = spread(values);
  const share = (counts: (value: number) => boolean): number =>
    values.length === 0 ? 0 : values.filter(counts).length / values.length;
  return {
    brightness: mean,
    black: share((value) => value < blackBelow),
    white: share((value) => value > whiteAbove),
    sharpness: variance < 1e-6 ? 0 : spread(laplacianOf(values)).variance / variance,
  };
}

/** A copy of `rgba` [side, side, 4] whose middle is the middle's own mean colour: only the border is left to tell by. */
export function withoutMiddle(rgba: Uint8ClampedArray): Uint8ClampedArray {
  const side = Math.round(Math.sqrt(rgba.length / 4));
  const from = Math.round((side * (1 - middleShare)) / 2);
  const to = side - from;
  const copy = rgba.slice();
  const sums = [0, 0, 0];
  const eachOfMiddle = (visit: (at: number) => void): void => {
    for (let y = from; y < to; y += 1) {
      for (let x = from; x < to; x += 1) visit(4 * (y * side + x));
    }
  };
  eachOfMiddle((at) => {
    for (let c = 0; c < 3; c += 1) sums[c] = (sums[c] ?? 0) + (rgba[at + c] ?? 0);
  });
  const pixels = Math.max(1, (to - from) ** 2);
  eachOfMiddle((at) => {
    for (let c = 0; c < 3; c += 1) copy[at + c] = (sums[c] ?? 0) / pixels;
  });
  return copy;
}

function brightnessOf(rgba: Uint8ClampedArray): Float32Array {
  return Float32Array.from({ length: rgba.length / 4 }, (_, n) => {
    const at = 4 * n;
    const red = 0.299 * (rgba[at] ?? 0);
    const green = 0.587 * (rgba[at + 1] ?? 0);
    return (red + green + 0.114 * (rgba[at + 2] ?? 0)) / 255;
  });
}

/** Four times each inner pixel less its four neighbours. */
function laplacianOf(values: Float32Array): Float32Array {
  const side = Math.round(Math.sqrt(values.length));
  const inner = Math.max(0, side - 2);
  return Float32Array.from({ length: inner * inner }, (_, n) => {
    const at = (1 + Math.floor(n / inner)) * side + 1 + (n % inner);
    const around =
      (values[at - 1] ?? 0) +
      (values[at + 1] ?? 0) +
      (values[at - side] ?? 0) +
      (values[at + side] ?? 0);
    return 4 * (values[at] ?? 0) - around;
  });
}

function spread(values: Float32Array): { mean: number; variance: number } {
  if (values.length === 0) return { mean: 0, variance: 0 };
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, variance: Math.max(0, squares / values.length - mean * mean) };
}
