// A curve without axes, for a place beside a number. Stateless, deterministic, no DOM.

import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';

export interface SparklineWish {
  readonly values: readonly number[];
  readonly widthPx: number;
  readonly heightPx: number;
  /** Fixed range; without it, from the least to the largest value. */
  readonly range?: readonly [number, number];
  /** Kept free on every side, so that a thick line is not cut off. */
  readonly insetPx?: number;
}

export interface Sparkline {
  readonly linePath: string;
  /** The line closed down to the lower edge, for a tint. */
  readonly areaPath: string;
}

/** Paths of `values` from left to right. A value that is no finite number leaves a gap; equal values lie in the middle. */
export function sparkline({
  values,
  widthPx,
  heightPx,
  range,
  insetPx = 1,
}: SparklineWish): Sparkline {
  const x = scaleLinear([0, Math.max(1, values.length - 1)], [insetPx, widthPx - insetPx]);
  const y = scaleLinear(range ?? extentOf(values), [heightPx - insetPx, insetPx]).clamp(true);
  const xAt = (_: number, i: number): number => x(i);
  const drawLine = line<number>().defined(Number.isFinite).x(xAt).y(y).digits(2);
  const drawArea = area<number>().defined(Number.isFinite).x(xAt).y0(heightPx).y1(y).digits(2);
  return { linePath: drawLine(values) ?? '', areaPath: drawArea(values) ?? '' };
}

function extentOf(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
}
