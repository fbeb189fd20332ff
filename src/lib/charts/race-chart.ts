// Accuracy by shots a class: a line with its spread for each racer. Numbers → SVG paths and ticks. Stateless, no DOM.

import { scaleLinear, scaleLog } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { ChartMargins, Tick } from './line-chart.ts';

export interface RaceMark {
  /** At least 1. */
  readonly shots: number;
  /** In [0, 1]. */
  readonly mean: number;
  readonly deviation: number;
}

export interface RaceLine {
  readonly label: string;
  /** By shots, fewest first. */
  readonly marks: readonly RaceMark[];
}

export interface RaceChartWish {
  readonly lines: readonly RaceLine[];
  readonly widthPx: number;
  readonly heightPx: number;
  /** An accuracy to mark with a line; in [0, 1]. */
  readonly goal: number;
  readonly marginsPx: ChartMargins;
}

export interface DrawnRaceLine {
  readonly label: string;
  readonly path: string;
  /** Mean ± deviation, kept within 0 and 1. */
  readonly band: string;
  readonly dots: readonly { readonly xPx: number; readonly yPx: number }[];
}

export interface RaceChart {
  readonly lines: readonly DrawnRaceLine[];
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly goalPx: number;
  readonly plotPx: ChartMargins;
}

/** Shots grow by factors, so their axis is logarithmic. Sizes in CSS pixels. */
export function raceChart({ lines, widthPx, heightPx, goal, marginsPx }: RaceChartWish): RaceChart {
  const { left, top } = marginsPx;
  const right = Math.max(left + 1, widthPx - marginsPx.right);
  const bottom = Math.max(top + 1, heightPx - marginsPx.bottom);
  const shots = [...new Set(lines.flatMap(({ marks }) => marks.map((mark) => mark.shots)))];
  const x = scaleLog([1, Math.max(2, ...shots)], [left, right]);
  const y = scaleLinear([0, 1], [bottom, top]).clamp(true);
  const draw = line<RaceMark>()
    .x((mark) => x(mark.shots))
    .y((mark) => y(mark.mean))
    .digits(2);
  const spread = area<RaceMark>()
    .x((mark) => x(mark.shots))
    .y0((mark) => y(mark.mean - mark.deviation))
    .y1((mark) => y(mark.mean + mark.deviation))
    .digits(2);
  return {
    lines: lines.map(({ label, marks }) => ({
      label,
      path: draw(marks) ?? '',
      band: spread(marks) ?? '',
      dots: marks.map((mark) => ({ xPx: x(mark.shots), yPx: y(mark.mean) })),
    })),
    xTicks: shots
      .sort((a, b) => a - b)
      .map((value) => ({ value, positionPx: x(value), text: String(value) })),
    yTicks: [0, 0.25, 0.5, 0.75, 1].map((value) => ({
      value,
      positionPx: y(value),
      text: `${value * 100} %`,
    })),
    goalPx: y(goal),
    plotPx: { left, right, top, bottom },
  };
}
