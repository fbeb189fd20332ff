import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineChart, spreadLabels } from './line-chart.ts';

const size = {
  widthPx: 240,
  heightPx: 120,
  marginsPx: { top: 10, right: 20, bottom: 10, left: 20 },
};

test('draws a curve from the left edge to the right', () => {
  const chart = lineChart({
    ...size,
    series: [{ label: 'loss', values: [2, 1, 0] }],
    yRange: [0, 2],
  });
  expect(chart.series[0]?.path).toBe('M20,10L120,60L220,110');
  expect(chart.series[0]?.end).toEqual({ x: 3, value: 0, xPx: 220, yPx: 110 });
});

test('leaves room for epochs that are still to come', () => {
  const chart = lineChart({ ...size, series: [{ label: 'loss', values: [1, 1] }], xMax: 5 });
  expect(chart.series[0]?.end?.xPx).toBe(70);
});

test('a value that is no number leaves a gap, and the end is the last number', () => {
  const values = [1, NaN, 0.5, 0.25, NaN];
  const [drawn] = lineChart({ ...size, series: [{ label: 'a', values }], yRange: [0, 1] }).series;
  expect(drawn?.path.match(/M/g)).toHaveLength(2);
  expect(drawn?.end?.x).toBe(4);
});

test('nothing to draw is no path and no end', () => {
  const chart = lineChart({ ...size, series: [{ label: 'a', values: [] }] });
  expect(chart.series).toEqual([{ label: 'a', path: '', end: null }]);
});

test('epoch ticks are whole numbers', () => {
  const chart = lineChart({ ...size, series: [{ label: 'a', values: [3, 2, 1] }] });
  expect(chart.xTicks.map(({ text }) => text)).toEqual(['1', '2', '3']);
});

test('everything drawn lies inside the plot, and twice the same is the same', () => {
  const values = fc.array(
    fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(NaN)),
    {
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(fc.array(values, { maxLength: 3 }), (all) => {
      const wish = { ...size, series: all.map((v, i) => ({ label: String(i), values: v })) };
      const chart = lineChart(wish);
      expect(lineChart(wish)).toEqual(chart);
      for (const { path } of chart.series) {
        expect(path).not.toMatch(/NaN|Infinity/);
        for (const [, x, y] of path.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)) {
          expect(Number(x)).toBeGreaterThanOrEqual(chart.plotPx.left);
          expect(Number(x)).toBeLessThanOrEqual(chart.plotPx.right);
          expect(Number(y)).toBeGreaterThanOrEqual(chart.plotPx.top);
          expect(Number(y)).toBeLessThanOrEqual(chart.plotPx.bottom);
        }
      }
    }),
  );
});

test('labels that would touch are moved apart', () => {
  expect(spreadLabels([50, 52, 90], 14, 0, 100)).toEqual([50, 64, 90]);
  expect(spreadLabels([95, 99], 14, 0, 100)).toEqual([86, 100]);
  expect(spreadLabels([], 14, 0, 100)).toEqual([]);
});
