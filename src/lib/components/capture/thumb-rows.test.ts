import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Take } from '#lib/core/project.ts';
import { layThumbs, stepThumb, thumbSize, thumbsInView, type ThumbStrip } from './thumb-rows.ts';

/** Takes of the given sizes, oldest first: take 1 holds 1a, 1b … */
const takesOf = (sizes: readonly number[]): Take[] =>
  sizes.map((size, n) => ({
    id: `take ${n + 1}`,
    samples: Array.from({ length: size }, (_, i) => ({
      id: `${n + 1}${String.fromCharCode(97 + (i % 26))}${i >= 26 ? Math.floor(i / 26) : ''}`,
      classId: 'c',
      takeId: `take ${n + 1}`,
      capturedAtMs: 100 * n + i,
      source: 'camera' as const,
      sizePx: 256,
    })),
  }));

/** Room for three thumbnails side by side. */
const threeWide = 3 * (thumbSize.thumb + thumbSize.gap) + thumbSize.gap;
const idsInView = (strip: ThumbStrip, from: number, to: number, also = 0): string[] =>
  thumbsInView(strip, from, to, also).flatMap(({ thumbs }) => thumbs.map((t) => t.sample.id));

const stripArbitrary = fc
  .record({
    sizes: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }),
    width: fc.double({ min: 1, max: 40, noNaN: true }),
  })
  .map(({ sizes, width }) => layThumbs(takesOf(sizes), width));

describe('layThumbs', () => {
  it('puts the newest take first and the samples of a take in order', () => {
    const strip = layThumbs(takesOf([2, 4]), threeWide);
    expect(strip.takes.map(({ number }) => number)).toEqual([2, 1]);
    expect(idsInView(strip, 0, strip.height)).toEqual(['2a', '2b', '2c', '2d', '1a', '1b']);
    expect(strip.rows.map(({ first, count }) => [first, count])).toEqual([
      [0, 3],
      [3, 1],
      [4, 2],
    ]);
  });

  it('never lets two rows share a place', () => {
    fc.assert(
      fc.property(stripArbitrary, ({ rows, takes, height }) => {
        for (const [n, row] of rows.entries()) {
          const next = rows[n + 1]?.top ?? height - thumbSize.gap;
          expect(next - row.top).toBeGreaterThan(thumbSize.thumb);
        }
        const sum = takes.reduce((total, take) => total + take.height, 0);
        expect(sum).toBeCloseTo(height - thumbSize.gap);
      }),
    );
  });

  it('has a column where there is no room for one, and no row where there is no sample', () => {
    expect(layThumbs(takesOf([2]), 0).columns).toBe(1);
    expect(layThumbs([], 20).rows).toEqual([]);
  });
});

describe('thumbsInView', () => {
  it('shows every thumbnail whose place touches the view, and only the kept one besides', () => {
    fc.assert(
      fc.property(stripArbitrary, fc.nat(200), fc.nat(20), fc.nat(400), (strip, from, tall, at) => {
        const all = thumbsInView(strip, 0, strip.height, 0);
        const kept = at % all.reduce((sum, { thumbs }) => sum + thumbs.length, 0);
        const expected = all
          .flatMap((take) => take.thumbs.map((thumb) => ({ ...thumb, y: take.top + thumb.top })))
          .filter(({ y }, n) => n === kept || (y + thumbSize.thumb >= from && y <= from + tall));
        const shown = thumbsInView(strip, from, from + tall, kept);
        expect(shown.flatMap(({ thumbs }) => thumbs.map(({ sample }) => sample.id))).toEqual(
          expected.map(({ sample }) => sample.id),
        );
      }),
    );
  });

  it('tells a thumbnail’s place in its take and the size of the take', () => {
    const strip = layThumbs(takesOf([5, 2]), threeWide);
    const [newest, oldest] = thumbsInView(strip, 0, strip.height, 0);
    expect(newest?.thumbs.map(({ place }) => place)).toEqual([1, 2]);
    expect(oldest?.thumbs.map(({ place }) => place)).toEqual([1, 2, 3, 4, 5]);
    expect(oldest?.samples.length).toBe(5);
  });

  it('shows the kept one alone where nothing is in view', () => {
    const strip = layThumbs(takesOf([5, 2]), threeWide);
    const shown = thumbsInView(strip, Infinity, -Infinity, 4);
    expect(shown.flatMap(({ thumbs }) => thumbs.map(({ sample }) => sample.id))).toEqual(['1c']);
    expect(thumbsInView(layThumbs([], 20), Infinity, -Infinity, 0)).toEqual([]);
  });

  it('shows a few of ten thousand', () => {
    const strip = layThumbs(takesOf(Array.from({ length: 400 }, () => 25)), threeWide);
    expect(idsInView(strip, 5000, 5014).length).toBeLessThan(20);
  });
});

describe('stepThumb', () => {
  const strip = layThumbs(takesOf([2, 4]), threeWide);

  it('goes sideways through all takes and stays at the ends', () => {
    expect(stepThumb(strip, 3, 'ArrowRight')).toBe(4);
    expect(stepThumb(strip, 4, 'ArrowLeft')).toBe(3);
    expect(stepThumb(strip, 0, 'ArrowLeft')).toBe(0);
    expect(stepThumb(strip, 5, 'ArrowRight')).toBe(5);
    expect(stepThumb(strip, 2, 'Home')).toBe(0);
    expect(stepThumb(strip, 2, 'End')).toBe(5);
  });

  it('goes up and down in the column, or to the last of a shorter row', () => {
    expect(stepThumb(strip, 2, 'ArrowDown')).toBe(3);
    expect(stepThumb(strip, 3, 'ArrowDown')).toBe(4);
    expect(stepThumb(strip, 5, 'ArrowUp')).toBe(3);
    expect(stepThumb(strip, 0, 'ArrowUp')).toBe(0);
    expect(stepThumb(strip, 5, 'ArrowDown')).toBe(5);
    expect(stepThumb(strip, 1, 'PageDown')).toBe(5);
    expect(stepThumb(strip, 5, 'PageUp')).toBe(1);
  });

  it('leaves other keys alone, and never leaves the strip', () => {
    expect(stepThumb(strip, 2, 'Enter')).toBeNull();
    const keys = ['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'];
    fc.assert(
      fc.property(stripArbitrary, fc.nat(), fc.constantFrom(...keys), (any, at, key) => {
        const total = any.takes.reduce((sum, { samples }) => sum + samples.length, 0);
        const to = stepThumb(any, at % total, key) ?? -1;
        expect(to).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThan(total);
      }),
    );
  });
});
