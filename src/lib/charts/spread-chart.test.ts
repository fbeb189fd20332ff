import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lowerEnd, spreadChart } from './spread-chart.ts';

const size = {
  widthPx: 200,
  heightPx: 100,
  marginsPx: { top: 0, right: 0, bottom: 0, left: 0 },
  xScale: 'linear',
} as const;

test('y begins where it is told to, x at 1', () => {
  const marks = [
    { x: 1, mean: 0.6, spread: 0.1 },
    { x: 3, mean: 0.8, spread: 0.05 },
  ];
  const { lines, xTicks } = spreadChart({ ...size, lines: [{ label: 'a', marks }], yFrom: 0.5 });
  expect(lines[0]?.path).toBe('M0,80L200,40');
  expect(lines[0]?.band).toBe('M0,60L200,30L200,50L0,100Z');
  expect(xTicks.map(({ text }) => text)).toEqual(['1', '3']);
});

test('everything that is measured has its place above the lower end, with its spread where there is room', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const mark = fc.record({ x: fc.integer({ min: 1, max: 9 }), mean: share, spread: share });
  fc.assert(
    fc.property(fc.array(mark, { maxLength: 6 }), (marks) => {
      const lines = [{ label: 'a', marks }];
      const yFrom = lowerEnd(lines);
      expect(yFrom).toBeLessThanOrEqual(0.5);
      for (const { mean, spread } of marks) {
        expect(yFrom).toBeLessThanOrEqual(Math.max(0, mean - spread) + 1e-9);
      }
      const chart = spreadChart({ ...size, lines, yFrom });
      for (const { yPx } of chart.lines[0]?.dots ?? []) {
        expect(yPx).toBeGreaterThanOrEqual(0);
        expect(yPx).toBeLessThanOrEqual(100);
      }
    }),
  );
});
