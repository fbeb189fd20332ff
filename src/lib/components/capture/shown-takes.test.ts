import { describe, expect, it } from 'vitest';
import type { Sample } from '#lib/core/project.ts';
import { shownTakes } from './shown-takes.ts';

const sample = (id: string, classId: string, takeId: string): Sample => ({
  id,
  classId,
  takeId,
  capturedAtMs: 1,
  source: 'camera',
  sizePx: 256,
});

const samples = [
  sample('a', 'one', 't1'),
  sample('b', 'one', 't1'),
  sample('c', 'two', 't2'),
  sample('d', 'one', 't3'),
  sample('e', 'one', 't3'),
  sample('f', 'one', 't3'),
];

describe('shownTakes', () => {
  it('shows the newest take first and the samples of a take in order', () => {
    const takes = shownTakes(samples, 'one', 100);
    expect(takes.map(({ number, size, first }) => [number, size, first])).toEqual([
      [2, 3, 1],
      [1, 2, 1],
    ]);
    expect(takes.map((take) => take.samples.map(({ id }) => id).join(''))).toEqual(['def', 'ab']);
  });

  it('keeps the newest when there are more than the limit, with their places in the take', () => {
    const [take, ...others] = shownTakes(samples, 'one', 2);
    expect(others).toEqual([]);
    expect(take?.samples.map(({ id }) => id)).toEqual(['e', 'f']);
    expect(take?.first).toBe(2);
    expect(take?.size).toBe(3);
  });

  it('cuts the oldest shown take when the limit falls into it', () => {
    const takes = shownTakes(samples, 'one', 4);
    expect(takes.map((take) => take.samples.map(({ id }) => id).join(''))).toEqual(['def', 'b']);
    expect(takes[1]?.first).toBe(2);
  });
});
