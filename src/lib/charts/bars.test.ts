import { expect, test } from 'vitest';
import { bars } from './bars.ts';

test('lengths are in proportion, the largest fills the width', () => {
  const drawn = bars({ values: [1, 2, 4], widthPx: 100, heightPx: 30 });
  expect(drawn.map(({ widthPx }) => widthPx)).toEqual([25, 50, 100]);
});

test('bars lie beneath each other without touching, inside the height', () => {
  const drawn = bars({ values: [1, 1, 1], widthPx: 10, heightPx: 90 });
  for (const [i, bar] of drawn.entries()) {
    const next = drawn[i + 1];
    expect(bar.yPx + bar.heightPx).toBeLessThan(next ? next.yPx : 90);
  }
});

test('a fixed maximum holds, and what is no length has none', () => {
  const drawn = bars({ values: [0.5, 2, -1, NaN], widthPx: 100, heightPx: 40, max: 1 });
  expect(drawn.map(({ widthPx }) => widthPx)).toEqual([50, 100, 0, 0]);
});

test('all zero is all empty', () => {
  expect(bars({ values: [0, 0], widthPx: 100, heightPx: 40 }).map((b) => b.widthPx)).toEqual([
    0, 0,
  ]);
});
