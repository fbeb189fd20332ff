import { expect, test } from 'vitest';
import { sparkline } from './sparkline.ts';

test('runs from the lowest value at the bottom to the highest at the top', () => {
  const { linePath, areaPath } = sparkline({
    values: [0, 5, 10],
    widthPx: 20,
    heightPx: 10,
    insetPx: 0,
  });
  expect(linePath).toBe('M0,10L10,5L20,0');
  expect(areaPath).toBe('M0,10L10,5L20,0L20,10L10,10L0,10Z');
});

test('equal values lie in the middle', () => {
  expect(sparkline({ values: [3, 3], widthPx: 20, heightPx: 10, insetPx: 0 }).linePath).toBe(
    'M0,5L20,5',
  );
});

test('gaps and emptiness draw nothing wrong', () => {
  expect(sparkline({ values: [], widthPx: 20, heightPx: 10 })).toEqual({
    linePath: '',
    areaPath: '',
  });
  expect(sparkline({ values: [1, NaN, 2], widthPx: 20, heightPx: 10 }).linePath).not.toContain(
    'NaN',
  );
});
