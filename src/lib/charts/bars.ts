// Horizontal bars, one beneath the other: numbers → rectangles. Stateless, deterministic, no DOM.

import { scaleBand, scaleLinear } from 'd3-scale';

export interface BarsWish {
  readonly values: readonly number[];
  readonly widthPx: number;
  readonly heightPx: number;
  /** The value whose bar is as long as the width; without it, the largest value. */
  readonly max?: number;
  /** Share of each band that stays empty, in [0, 1). */
  readonly padding?: number;
}

export interface Bar {
  readonly xPx: number;
  readonly yPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** One rectangle a value, from the top. Negative values and those that are no finite number have no length. */
export function bars({ values, widthPx, heightPx, max, padding = 0.25 }: BarsWish): Bar[] {
  const lengths = values.map((value) => (Number.isFinite(value) ? Math.max(0, value) : 0));
  const longest = max ?? lengths.reduce((a, b) => Math.max(a, b), 0);
  const x = scaleLinear([0, longest > 0 ? longest : 1], [0, widthPx]).clamp(true);
  const y = scaleBand(
    values.map((_, i) => i),
    [0, heightPx],
  )
    .paddingInner(padding)
    .paddingOuter(padding / 2);
  return lengths.map((length, i) => ({
    xPx: 0,
    yPx: y(i) ?? 0,
    widthPx: x(length),
    heightPx: y.bandwidth(),
  }));
}
