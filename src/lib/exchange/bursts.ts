// Takes where a file does not tell them: pictures numbered one after the other were taken in one go, and a gap in the
// numbers begins the next take. Numbers are places in a Teachable Machine project, or stand in file names.

import type { PictureSet } from './picture-set.ts';

export const gapWords =
  'pictures of a class with consecutive numbers count as one take, and a gap begins the next';

/** File names leave gaps where single pictures were thrown away: only a wide one tells of a new take. */
const wideGap = 5;
/** Shorter "takes" than this, on average, are no bursts: the names tell nothing. */
const fewestInBurst = 5;

/** The take of each of `numbers`, which are in rising order: one that is further than `step` from the one before begins the next. */
export function takesByGap(numbers: readonly number[], step: number): number[] {
  let take = 0;
  return numbers.map((number, i) => {
    const before = numbers[i - 1];
    if (before !== undefined && number > before + step) take += 1;
    return take;
  });
}

/**
 * The take of each file name of one folder, in natural order: `00029_30.jpg` and then `00118_119.jpg` leave a gap. A gap
 * is more than five times the usual step. Null where the names have no numbers to compare, or no gap, or gaps everywhere.
 */
export function takesByName(names: readonly string[]): number[] | null {
  const numbers = comparable(names);
  if (!numbers) return null;
  const steps = numbers.slice(1).map((number, i) => number - (numbers[i] ?? 0));
  // Not in order, or a number twice: they count something else.
  if (steps.some((step) => step <= 0)) return null;
  const usual = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 1;
  const takes = takesByGap(numbers, wideGap * usual);
  const count = (takes.at(-1) ?? 0) + 1;
  return count > 1 && names.length / count >= fewestInBurst ? takes : null;
}

/** The first number in names that differ in their numbers only, and differ in that one. */
function comparable(names: readonly string[]): number[] | null {
  const stems = names.map((name) => name.replace(/\.\w+$/, ''));
  const digits = /\d{1,15}/g;
  if (new Set(stems.map((stem) => stem.replace(digits, '#'))).size !== 1) return null;
  const rows = stems.map((stem) => (stem.match(digits) ?? []).map(Number));
  const varying = rows[0]?.findIndex((first, column) => rows.some((row) => row[column] !== first));
  if (varying === undefined || varying < 0) return null;
  return rows.map((row) => row[varying] ?? 0);
}

/** The same pictures, every take of them cut into bursts of `size` in their order. */
export function inBursts(set: PictureSet, size: number): PictureSet {
  const places = new Map<string, number>();
  const takes = new Map<string, number>();
  const counts = new Map<number, number>();
  const pictures = set.pictures.map((picture) => {
    const { classIndex, take: before } = picture;
    const whole = `${classIndex}/${before}`;
    const place = places.get(whole) ?? 0;
    places.set(whole, place + 1);
    const burst = `${whole}/${Math.floor(place / size)}`;
    const take = takes.get(burst) ?? counts.get(classIndex) ?? 0;
    if (!takes.has(burst)) counts.set(classIndex, take + 1);
    takes.set(burst, take);
    return { ...picture, take };
  });
  return { ...set, pictures };
}
