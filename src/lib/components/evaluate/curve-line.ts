// A line of the chart of the learning curve.

import type { SpreadLine } from '#lib/charts/spread-chart.ts';

export interface CurveLine extends SpreadLine {
  /** A CSS colour from the tokens. */
  readonly colour: string;
  readonly dashed: boolean;
}
