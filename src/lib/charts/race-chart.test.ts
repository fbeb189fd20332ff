import { expect, test } from 'vitest';
import { raceChart } from './race-chart.ts';

const size = {
  goal: 0.75,
  widthPx: 300,
  heightPx: 200,
  marginsPx: { top: 0, right: 0, bottom: 0, left: 0 },
};

test('shots lie at equal factors, means at their height, bands within the frame', () => {
  const { lines, xTicks, yTicks, goalPx } = raceChart({
    ...size,
    lines: [
      {
        label: 'a',
        marks: [
          { shots: 1, mean: 0.5, deviation: 0.25 },
          { shots: 10, mean: 1, deviation: 0.2 },
          { shots: 100, mean: 0, deviation: 0.2 },
        ],
      },
    ],
  });
  expect(lines[0]?.dots).toEqual([
    { xPx: 0, yPx: 100 },
    { xPx: 150, yPx: 0 },
    { xPx: 300, yPx: 200 },
  ]);
  expect(lines[0]?.path).toBe('M0,100L150,0L300,200');
  expect(lines[0]?.band).toBe('M0,50L150,0L300,160L300,200L150,40L0,150Z');
  expect(xTicks.map(({ text }) => text)).toEqual(['1', '10', '100']);
  expect(goalPx).toBe(50);
  expect(yTicks.at(-1)).toEqual({ value: 1, positionPx: 0, text: '100 %' });
});

test('a race that has not begun draws nothing', () => {
  const { lines, xTicks } = raceChart({ ...size, lines: [{ label: 'a', marks: [] }] });
  expect(lines).toEqual([{ label: 'a', path: '', band: '', dots: [] }]);
  expect(xTicks).toEqual([]);
});
