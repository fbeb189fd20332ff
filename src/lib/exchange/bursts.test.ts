import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inBursts, takesByGap, takesByName } from './bursts.ts';
import { jpegOf } from './exchange.test-helper.ts';
import { looseArchive } from './loose-files.ts';
import type { PictureSet } from './picture-set.ts';

const numbered = (from: number, count: number, step = 1): string[] =>
  Array.from({ length: count }, (_, i) => {
    const number = from + i * step;
    return `${String(number).padStart(5, '0')}_${number + 1}.jpg`;
  });

test('a number further away than a step begins the next take', () => {
  expect(takesByGap([2, 3, 10, 11, 12, 40], 1)).toEqual([0, 0, 1, 1, 1, 2]);
  expect(takesByGap([], 1)).toEqual([]);
});

describe('takes by the numbers in file names', () => {
  test('five bursts of 30 cut out of a film', () => {
    const names = [0, 118, 235, 352, 470].flatMap((from) => numbered(from, 30));
    const takes = takesByName(names);
    expect(takes?.map(String).join('')).toBe(
      ['0', '1', '2', '3', '4'].map((t) => t.repeat(30)).join(''),
    );
  });

  test('every fifth frame of a film, and another scene later', () => {
    const takes = takesByName([...numbered(0, 12, 5), ...numbered(400, 12, 5)]);
    expect(takes).toEqual([...new Array<number>(12).fill(0), ...new Array<number>(12).fill(1)]);
  });

  test('a picture that was thrown away is no gap', () => {
    const names = numbered(0, 40).filter((_, i) => i !== 17);
    expect(takesByName(names)).toBeNull();
  });

  test.each([
    ['no numbers', ['a.jpg', 'b.jpg']],
    ['one after the other', numbered(1, 60)],
    ['picked at random from a film', [3, 40, 41, 90, 200, 201, 350].map((n) => `${n}.jpg`)],
    ['made-up names', ['0a1b-77.jpg', 'c3-9d.jpg', '88-ff00.jpg']],
    ['one picture', ['1.jpg']],
    ['none', []],
  ])('%s: the names do not tell', (_, names) => {
    expect(takesByName(names)).toBeNull();
  });
});

test('bursts of a size: no take grows, none is left out, classes stay', () => {
  const archive = looseArchive([{ path: '1.jpg', blob: new Blob([jpegOf(1).slice()]) }], 'x');
  const entry = fc.record({ classIndex: fc.nat(2), take: fc.nat(2) });
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      (list, size) => {
        const pictures = list
          .toSorted((a, b) => a.classIndex - b.classIndex || a.take - b.take)
          .map((some) => ({ ...some, path: '1.jpg', capturedAtMs: null }));
        const set: PictureSet = { archive, classNames: ['a', 'b', 'c'], pictures };
        const cut = inBursts(set, size).pictures;
        const sizes = new Map<string, Set<number>>();
        const count = new Map<string, number>();
        cut.forEach(({ classIndex, take }, i) => {
          const key = `${classIndex}/${take}`;
          count.set(key, (count.get(key) ?? 0) + 1);
          sizes.set(key, (sizes.get(key) ?? new Set()).add(pictures[i]?.take ?? -1));
          expect(classIndex).toBe(pictures[i]?.classIndex);
        });
        expect(Math.max(0, ...count.values())).toBeLessThanOrEqual(size);
        // A burst never joins what was apart.
        for (const before of sizes.values()) expect(before.size).toBe(1);
      },
    ),
  );
});
