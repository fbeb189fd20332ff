// Accuracy by shots a class: a line with its spread for each racer, and the accuracy to reach. Stateless, no DOM.

import type { ChartMargins } from './line-chart.ts';
import { spreadChart, type SpreadChart } from './spread-chart.ts';

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

export interface RaceChart extends SpreadChart {
  readonly goalPx: number;
}

/** Shots grow by factors, so their axis is logarithmic. Sizes in CSS pixels. */
export function raceChart({ lines, goal, ...size }: RaceChartWish): RaceChart {
  const chart = spreadChart({
    ...size,
    lines: lines.map(({ label, marks }) => ({
      label,
      marks: marks.map(({ shots, mean, deviation }) => ({ x: shots, mean, spread: deviation })),
    })),
    xScale: 'log',
    yFrom: 0,
    yTicks: [0, 0.25, 0.5, 0.75, 1],
  });
  return { ...chart, goalPx: chart.yPx(goal) };
}
