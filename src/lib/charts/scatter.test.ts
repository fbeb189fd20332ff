import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fitPlaces,
  insidePolygon,
  markShapes,
  marksInside,
  markTowards,
  nearestMark,
  neighbourCounts,
  toPixels,
  traceMark,
} from './scatter.ts';

const place = fc.float({ min: -50, max: 50, noNaN: true });
const placesOf = fc
  .array(fc.tuple(place, place), { minLength: 1, maxLength: 30 })
  .map((pairs) => Float32Array.from(pairs.flat()));
const box = { widthPx: 300, heightPx: 200, paddingPx: 12 };

describe('fitPlaces', () => {
  test('everything lies inside the padding, and distances keep their proportions', () => {
    fc.assert(
      fc.property(placesOf, (places) => {
        const frame = fitPlaces(places, box);
        const marks = toPixels(places, frame);
        for (let n = 0; n < marks.length; n += 2) {
          expect(marks[n]).toBeGreaterThanOrEqual(12 - 0.01);
          expect(marks[n]).toBeLessThanOrEqual(288 + 0.01);
          expect(marks[n + 1]).toBeGreaterThanOrEqual(12 - 0.01);
          expect(marks[n + 1]).toBeLessThanOrEqual(188 + 0.01);
        }
      }),
    );
  });

  test('up is up; one place, or none, lies in the middle', () => {
    const marks = toPixels(
      Float32Array.of(0, 0, 0, 5),
      fitPlaces(Float32Array.of(0, 0, 0, 5), box),
    );
    expect(marks[3]).toBeLessThan(marks[1] ?? 0);
    const alone = Float32Array.of(7, 7);
    expect(Array.from(toPixels(alone, fitPlaces(alone, box)))).toEqual([150, 100]);
    expect(fitPlaces(new Float32Array(0), box).scale).toBe(1);
  });
});

describe('which mark is meant', () => {
  test('a mark is nearest to its own place; too far away there is none', () => {
    fc.assert(
      fc.property(placesOf, fc.nat(), (marks, pick) => {
        const n = pick % (marks.length / 2);
        const found = nearestMark(marks, marks[2 * n] ?? 0, marks[2 * n + 1] ?? 0, 1);
        expect(found).not.toBeNull();
        expect(marks[2 * (found ?? 0)]).toBe(marks[2 * n]);
        expect(marks[2 * (found ?? 0) + 1]).toBe(marks[2 * n + 1]);
        expect(nearestMark(marks, 500, 500, 100)).toBeNull();
      }),
    );
  });

  test('an arrow key never leads back, and every mark elsewhere lies in some quarter', () => {
    fc.assert(
      fc.property(placesOf, fc.nat(), (marks, pick) => {
        const from = pick % (marks.length / 2);
        const led = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].map((key) =>
          markTowards(marks, from, key),
        );
        const [left, right, up, down] = led.map((n) =>
          n === null ? null : [marks[2 * n] ?? 0, marks[2 * n + 1] ?? 0],
        );
        const [x = 0, y = 0] = [marks[2 * from], marks[2 * from + 1]];
        if (left) expect(left[0]).toBeLessThan(x);
        if (right) expect(right[0]).toBeGreaterThan(x);
        if (up) expect(up[1]).toBeLessThan(y);
        if (down) expect(down[1]).toBeGreaterThan(y);
        const elsewhere = Array.from({ length: marks.length / 2 }, (_, n) => n).some(
          (n) => marks[2 * n] !== x || marks[2 * n + 1] !== y,
        );
        expect(led.some((n) => n !== null)).toBe(elsewhere);
      }),
    );
  });

  test('inside a lasso, also one with a dent', () => {
    const dented = [0, 0, 10, 0, 10, 10, 5, 2, 0, 10];
    expect(insidePolygon(dented, 5, 1)).toBe(true);
    expect(insidePolygon(dented, 5, 8)).toBe(false);
    expect(marksInside(Float32Array.of(1, 5, 5, 8, 9, 5, 20, 20), dented)).toEqual([0, 2]);
  });
});

describe('in the midst of which group a mark lies', () => {
  test('every mark counts once, the same as by looking at every pair', () => {
    fc.assert(
      fc.property(placesOf, (marks) => {
        const count = marks.length / 2;
        const groupOf = Array.from({ length: count }, (_, n) => n % 2);
        const counts = neighbourCounts(marks, groupOf, 2);
        expect(counts.flat().reduce((sum, each) => sum + each, 0)).toBe(count < 2 ? 0 : count);
        const squares = (n: number): { m: number; square: number }[] =>
          groupOf
            .map((_, m) => ({
              m,
              square:
                ((marks[2 * m] ?? 0) - (marks[2 * n] ?? 0)) ** 2 +
                ((marks[2 * m + 1] ?? 0) - (marks[2 * n + 1] ?? 0)) ** 2,
            }))
            .filter(({ m }) => m !== n)
            .sort((a, b) => a.square - b.square);
        // Marks equally far away may be asked in any order: only clear cases are compared.
        const clear = groupOf.every((_, n) => {
          const list = squares(n);
          return list.every(({ square }, i) => i === 0 || square > (list[i - 1]?.square ?? 0));
        });
        if (!clear || count < 8) return;
        const expected = [0, 1].map((group) =>
          groupOf.reduce((sum, own, n) => {
            const others = squares(n).slice(0, 3);
            const same = others.filter(({ m }) => groupOf[m] === group).length;
            return own === group && same >= 2 ? sum + 1 : sum;
          }, 0),
        );
        expect([counts[0]?.[0], counts[1]?.[1]]).toEqual(expected);
      }),
    );
  });

  test('two strangers side by side do not vouch for each other; a class of two alone does', () => {
    const group = [0, 0, 1, 0, 2, 0, 0, 1, 2, 1];
    const strangersAndTheirOwn = [1, -3, 1, -3.1, 50, 0, 51, 0, 52, 0];
    const marks = Float32Array.from([...group, ...strangersAndTheirOwn, 90, 0, 91, 0]);
    const groupOf = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2];
    expect(neighbourCounts(marks, groupOf, 3)).toEqual([
      [5, 0, 0],
      [2, 3, 0],
      [0, 0, 2],
    ]);
  });
});

test('every shape stays near its place', () => {
  for (const shape of markShapes) {
    const reach: number[] = [];
    const seen = (x: number, y: number): void => void reach.push(Math.hypot(x - 100, y - 100));
    const path = { moveTo: seen, lineTo: seen, arc: () => undefined, closePath: () => undefined };
    traceMark(path, shape, 100, 100, 10);
    expect(Math.max(...reach)).toBeLessThanOrEqual(15);
    expect(Math.max(...reach)).toBeGreaterThanOrEqual(10);
  }
});
