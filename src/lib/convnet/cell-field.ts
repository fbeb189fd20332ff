// The receptive field of one cell: which pixels of the picture it can see, through any number of sliding layers
// with TensorFlow's SAME padding. Plain arithmetic on sides, kernels and strides.

/** A layer that slides a window over square maps. */
export interface SlidingLayer {
  readonly inputSide: number;
  readonly outputSide: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly stride: number;
}

/** A rectangle of pixels. */
export interface Field {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** First and last place along one direction, both included. */
type Span = readonly [number, number];

/**
 * Pixels that cell (`row`, `column`) of the last of `layers` (from the picture on) can see. Padding is not part of it.
 * A layer that adds an earlier input sees nothing more: that input's own place lies inside every SAME window of stride 1.
 * Throws a RangeError for a cell outside the map.
 */
export function fieldOfCell(layers: readonly SlidingLayer[], row: number, column: number): Field {
  const side = layers.at(-1)?.outputSide ?? 0;
  if (!(row >= 0 && row < side && column >= 0 && column < side)) {
    throw new RangeError(`the map has no cell (${row}, ${column})`);
  }
  let rows: Span = [row, row];
  let columns: Span = [column, column];
  for (const layer of layers.toReversed()) {
    rows = seenBy(rows, layer, layer.kernelHeight);
    columns = seenBy(columns, layer, layer.kernelWidth);
  }
  return {
    left: columns[0],
    top: rows[0],
    width: columns[1] - columns[0] + 1,
    height: rows[1] - rows[0] + 1,
  };
}

/**
 * Side of the field of a cell far from every edge: 1 + Σ (kernel − 1) · (product of the strides before).
 * It may be larger than the picture. For square kernels.
 */
export function fieldSide(layers: readonly SlidingLayer[]): number {
  let side = 1;
  let step = 1;
  for (const { kernelHeight, stride } of layers) {
    side += (kernelHeight - 1) * step;
    step *= stride;
  }
  return side;
}

/** Places of a layer's input that `span` of its output sees, without the padding. */
function seenBy([first, last]: Span, layer: SlidingLayer, kernel: number): Span {
  const { inputSide, outputSide, stride } = layer;
  const padding = Math.max(0, (outputSide - 1) * stride + kernel - inputSide);
  const before = Math.floor(padding / 2);
  const from = first * stride - before;
  const to = last * stride - before + kernel - 1;
  return [Math.max(0, from), Math.min(inputSide - 1, to)];
}
