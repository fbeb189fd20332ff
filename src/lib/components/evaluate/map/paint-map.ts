// Paints marks on a canvas. One path a class and shape, so that ten thousand marks take milliseconds.

import { traceMark, type MarkShape } from '#lib/charts/scatter.ts';

/** The tokens' colours as the browser has resolved them for this theme. */
export interface MapColours {
  readonly classes: readonly string[];
  readonly inks: readonly string[];
  readonly ground: string;
  readonly text: string;
  readonly focus: string;
}

export interface PaintedMarks {
  /** [N, 2] pixels */
  readonly marks: Float32Array;
  readonly classIndexes: Uint16Array;
  readonly shapeOf: (index: number) => MarkShape;
  /** Short names that stand in the marks; null: too many marks for them. */
  readonly numbers: readonly number[] | null;
  readonly radiusPx: number;
  /** Marks of other classes are pale; null: none is. */
  readonly only: number | null;
  readonly selected: ReadonlySet<number>;
}

const pale = 0.15;

/** Clears the canvas and paints all marks; those that are selected are on top and ringed. */
export function paintMarks(
  context: CanvasRenderingContext2D,
  painted: PaintedMarks,
  colours: MapColours,
): void {
  const { marks, classIndexes, radiusPx, only, selected } = painted;
  clear(context);
  const groups = new Map<string, number[]>();
  for (let n = 0; n < marks.length / 2; n += 1) {
    const key = `${classIndexes[n] ?? 0} ${painted.shapeOf(n)}`;
    const group = groups.get(key);
    if (group) group.push(n);
    else groups.set(key, [n]);
  }
  const away = (group: readonly number[]): boolean =>
    only !== null && classIndexes[group[0] ?? 0] !== only;
  const order = Array.from(groups.values()).sort((a, b) => Number(away(b)) - Number(away(a)));
  context.lineWidth = 1;
  for (const group of order) {
    const c = classIndexes[group[0] ?? 0] ?? 0;
    context.globalAlpha = away(group) ? pale : 1;
    context.fillStyle = colours.classes[c] ?? colours.text;
    context.strokeStyle = colours.ground;
    context.beginPath();
    for (const n of group) {
      traceMark(context, painted.shapeOf(n), marks[2 * n] ?? 0, marks[2 * n + 1] ?? 0, radiusPx);
    }
    context.fill();
    context.stroke();
    if (painted.numbers) writeNumbers(context, painted, group, colours.inks[c] ?? colours.ground);
  }
  context.globalAlpha = 1;
  for (const n of selected) ring(context, marks, n, radiusPx + 2.5, colours.text, 2);
}

function writeNumbers(
  context: CanvasRenderingContext2D,
  { marks, classIndexes, numbers, radiusPx }: PaintedMarks,
  group: readonly number[],
  ink: string,
): void {
  context.fillStyle = ink;
  context.font = `700 ${Math.round(1.25 * radiusPx)}px system-ui, sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const text = String(numbers?.[classIndexes[group[0] ?? 0] ?? 0] ?? '');
  for (const n of group) context.fillText(text, marks[2 * n] ?? 0, (marks[2 * n + 1] ?? 0) + 0.5);
}

export interface PaintedHints {
  readonly marks: Float32Array;
  readonly radiusPx: number;
  /** Where the keyboard is. */
  readonly current: number | null;
  /** Corners of the lasso being drawn, [M, 2]. */
  readonly lasso: readonly number[];
  /** The live picture, in pixels, and the marks most like it. */
  readonly live: {
    readonly xPx: number;
    readonly yPx: number;
    readonly nearest: readonly number[];
  } | null;
}

/** Clears the canvas and paints what changes often over the marks. */
export function paintHints(
  context: CanvasRenderingContext2D,
  { marks, radiusPx, current, lasso, live }: PaintedHints,
  colours: MapColours,
): void {
  clear(context);
  if (live) {
    context.strokeStyle = colours.text;
    context.lineWidth = 1;
    context.beginPath();
    for (const n of live.nearest) {
      context.moveTo(live.xPx, live.yPx);
      context.lineTo(marks[2 * n] ?? 0, marks[2 * n + 1] ?? 0);
    }
    context.stroke();
    circle(context, live.xPx, live.yPx, radiusPx + 5, colours.ground, 6);
    circle(context, live.xPx, live.yPx, radiusPx + 5, colours.text, 3);
  }
  if (current !== null) ring(context, marks, current, radiusPx + 6, colours.focus, 3);
  if (lasso.length < 4) return;
  context.strokeStyle = colours.focus;
  context.lineWidth = 2;
  context.setLineDash([6, 4]);
  context.beginPath();
  for (let i = 0; i < lasso.length; i += 2) context.lineTo(lasso[i] ?? 0, lasso[i + 1] ?? 0);
  context.closePath();
  context.stroke();
  context.setLineDash([]);
}

function ring(
  context: CanvasRenderingContext2D,
  marks: Float32Array,
  n: number,
  radiusPx: number,
  colour: string,
  widthPx: number,
): void {
  circle(context, marks[2 * n] ?? 0, marks[2 * n + 1] ?? 0, radiusPx, colour, widthPx);
}

function circle(
  context: CanvasRenderingContext2D,
  xPx: number,
  yPx: number,
  radiusPx: number,
  colour: string,
  widthPx: number,
): void {
  context.strokeStyle = colour;
  context.lineWidth = widthPx;
  context.beginPath();
  context.arc(xPx, yPx, radiusPx, 0, 2 * Math.PI);
  context.stroke();
}

function clear(context: CanvasRenderingContext2D): void {
  context.save();
  context.resetTransform();
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.restore();
}
