// A line of the chart of the learning curve.

import type { SpreadLine } from '#lib/charts/spread-chart.ts';
import type { LineLook } from '../ui/line-look.ts';

export interface CurveLine extends SpreadLine, LineLook {}
