// Curves by epoch: numbers → SVG path strings, ticks and pixel positions. Stateless, deterministic, no DOM.

import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';

export interface ChartSeries {
  readonly label: string;
  /** values[i] belongs to x = i + 1 (epochs count from 1). A value that is no finite number leaves a gap. */
  readonly values: readonly number[];
}

export interface ChartMargins {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export interface LineChartWish {
  readonly series: readonly ChartSeries[];
  readonly widthPx: number;
  readonly heightPx: number;
  readonly marginsPx?: ChartMargins;
  /** Fixed range of y, such as [0, 1] for accuracy; without it, from 0 (or the least value) to the largest value. */
  readonly yRange?: readonly [number, number];
  /** Right end of x, such as the number of epochs asked for; without it, the longest series. */
  readonly xMax?: number;
}

export interface Tick {
  readonly value: number;
  readonly positionPx: number;
  readonly text: string;
}

export interface DrawnSeries {
  readonly label: string;
  /** SVG path data; empty when nothing can be drawn. */
  readonly path: string;
  /** The last finite point, where a direct label or a dot goes; null without one. */
  readonly end: DrawnPoint | null;
}

export interface DrawnPoint {
  readonly xPx: number;
  readonly yPx: number;
  readonly x: number;
  readonly value: number;
}

export interface LineChart {
  readonly series: readonly DrawnSeries[];
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  /** Edges of the drawing area. */
  readonly plotPx: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
}

export const defaultMargins: ChartMargins = { top: 8, right: 12, bottom: 24, left: 40 };

/** Paths, ticks and label positions of one chart. Sizes in CSS pixels; the drawing area is at least one pixel each way. */
export function lineChart(wish: LineChartWish): LineChart {
  const plotPx = plotArea(wish);
  const longest = Math.max(2, wish.xMax ?? 0, ...wish.series.map(({ values }) => values.length));
  const x = scaleLinear([1, longest], [plotPx.left, plotPx.right]);
  const y = scaleLinear(wish.yRange ?? extentOf(wish.series), [plotPx.bottom, plotPx.top]).clamp(
    true,
  );
  if (!wish.yRange) y.nice(4);
  const draw = line<number>()
    .defined(Number.isFinite)
    .x((_, i) => x(i + 1))
    .y((value) => y(value))
    .digits(2);
  const yTickCount = Math.max(2, Math.min(5, Math.floor((plotPx.bottom - plotPx.top) / 32)));
  const xTickCount = Math.max(2, Math.min(8, Math.floor((plotPx.right - plotPx.left) / 56)));
  const yText = y.tickFormat(yTickCount);
  return {
    series: wish.series.map(({ label, values }) => ({
      label,
      path: draw(values) ?? '',
      end: endOf(values, x, y),
    })),
    xTicks: x
      .ticks(xTickCount)
      .filter(Number.isInteger)
      .map((value) => ({ value, positionPx: x(value), text: String(value) })),
    yTicks: y
      .ticks(yTickCount)
      .map((value) => ({ value, positionPx: y(value), text: yText(value) })),
    plotPx,
  };
}

/** Heights for direct labels that keep `gapPx` between each other and stay in [topPx, bottomPx] as far as there is room; same order as given. */
export function spreadLabels(
  wantedPx: readonly number[],
  gapPx: number,
  topPx: number,
  bottomPx: number,
): number[] {
  const order = wantedPx.map((_, i) => i).sort((a, b) => (wantedPx[a] ?? 0) - (wantedPx[b] ?? 0));
  const placed = new Array<number>(wantedPx.length).fill(0);
  let least = topPx;
  for (const i of order) {
    const at = Math.max(least, wantedPx[i] ?? 0);
    placed[i] = at;
    least = at + gapPx;
  }
  // Those pushed over the lower edge push the others back up.
  let most = bottomPx;
  for (const i of order.reverse()) {
    const at = Math.min(most, placed[i] ?? 0);
    placed[i] = at;
    most = at - gapPx;
  }
  return placed;
}

function plotArea({ widthPx, heightPx, marginsPx = defaultMargins }: LineChartWish) {
  const { left, top } = marginsPx;
  return {
    left,
    right: Math.max(left + 1, widthPx - marginsPx.right),
    top,
    bottom: Math.max(top + 1, heightPx - marginsPx.bottom),
  };
}

function extentOf(series: readonly ChartSeries[]): [number, number] {
  let low = 0;
  let high = -Infinity;
  for (const { values } of series) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return high > low ? [low, high] : [low, low + 1];
}

function endOf(
  values: readonly number[],
  x: (value: number) => number,
  y: (value: number) => number,
): DrawnPoint | null {
  const i = values.findLastIndex(Number.isFinite);
  const value = values[i];
  if (value === undefined) return null;
  return { x: i + 1, value, xPx: x(i + 1), yPx: y(value) };
}
