// Accuracy against how much was taught: lines with their spread. Numbers → SVG paths and ticks. Stateless, no DOM.

import { scaleLinear, scaleLog } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { ChartMargins, Tick } from './line-chart.ts';

export interface SpreadMark {
  /** At least 1. */
  readonly x: number;
  /** In [0, 1]. */
  readonly mean: number;
  /** Half the height of the band. */
  readonly spread: number;
}

export interface SpreadLine {
  readonly label: string;
  /** By x, smallest first. */
  readonly marks: readonly SpreadMark[];
}

export interface SpreadChartWish {
  readonly lines: readonly SpreadLine[];
  readonly widthPx: number;
  readonly heightPx: number;
  readonly marginsPx: ChartMargins;
  /** `log` where x grows by factors. */
  readonly xScale: 'log' | 'linear';
  /** Lower end of y, in [0, 1). */
  readonly yFrom: number;
  /** Shares to mark on y; without them, round ones. */
  readonly yTicks?: readonly number[];
}

export interface DrawnSpreadLine {
  readonly label: string;
  readonly path: string;
  /** Mean ± spread, kept within the plot. */
  readonly band: string;
  readonly dots: readonly { readonly xPx: number; readonly yPx: number }[];
}

export interface SpreadChart {
  readonly lines: readonly DrawnSpreadLine[];
  /** One for every x that is measured. */
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly plotPx: ChartMargins;
  /** Height of a share on the page. */
  readonly yPx: (share: number) => number;
}

/** Sizes in CSS pixels; y ends at 1. */
export function spreadChart(wish: SpreadChartWish): SpreadChart {
  const { lines, widthPx, heightPx, marginsPx, xScale, yFrom } = wish;
  const { left, top } = marginsPx;
  const right = Math.max(left + 1, widthPx - marginsPx.right);
  const bottom = Math.max(top + 1, heightPx - marginsPx.bottom);
  const measured = [...new Set(lines.flatMap(({ marks }) => marks.map(({ x }) => x)))];
  const scale = xScale === 'log' ? scaleLog : scaleLinear;
  const xPx = scale([1, Math.max(2, ...measured)], [left, right]);
  const yPx = scaleLinear([yFrom, 1], [bottom, top]).clamp(true);
  const draw = line<SpreadMark>()
    .x(({ x }) => xPx(x))
    .y(({ mean }) => yPx(mean))
    .digits(2);
  const spread = area<SpreadMark>()
    .x(({ x }) => xPx(x))
    .y0((mark) => yPx(mark.mean - mark.spread))
    .y1((mark) => yPx(mark.mean + mark.spread))
    .digits(2);
  return {
    lines: lines.map(({ label, marks }) => ({
      label,
      path: draw(marks) ?? '',
      band: spread(marks) ?? '',
      dots: marks.map(({ x, mean }) => ({ xPx: xPx(x), yPx: yPx(mean) })),
    })),
    xTicks: measured
      .sort((a, b) => a - b)
      .map((value) => ({ value, positionPx: xPx(value), text: String(value) })),
    yTicks: (wish.yTicks ?? yPx.ticks(4)).map((value) => ({
      value,
      positionPx: yPx(value),
      text: `${Math.round(value * 100)} %`,
    })),
    plotPx: { left, right, top, bottom },
    yPx,
  };
}

/** Where y begins so that all that is drawn can be told apart: whole tenths, 0.5 at most. */
export function lowerEnd(lines: readonly SpreadLine[]): number {
  const lows = lines.flatMap(({ marks }) => marks.map(({ mean, spread }) => mean - spread));
  return Math.max(0, Math.min(0.5, Math.floor(Math.min(1, ...lows) * 10) / 10));
}
