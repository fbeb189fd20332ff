// Where the thumbnails of a class lie: takes, newest first, in rows of known height, and which of them are in view.
// Everything is arithmetic on indexes, so that thousands of them need no element each. Lengths in rem.

import type { Sample, Take } from '#lib/core/project.ts';

export const thumbSize = { thumb: 3.5, gap: 0.25, label: 1.5 } as const;

export interface StripTake {
  readonly id: string;
  /** 1 is the oldest take of the class. */
  readonly number: number;
  /** Oldest first. */
  readonly samples: readonly Sample[];
  readonly top: number;
  readonly height: number;
}

export interface ThumbRow {
  /** Index into `takes`. */
  readonly take: number;
  /** Index of its first thumbnail among all of the strip's. */
  readonly first: number;
  /** Its index within the take. */
  readonly from: number;
  readonly count: number;
  readonly top: number;
}

export interface ThumbStrip {
  readonly columns: number;
  readonly takes: readonly StripTake[];
  readonly rows: readonly ThumbRow[];
  readonly height: number;
}

/** Lays out the takes of a class, which come oldest first. */
export function layThumbs(takes: readonly Take[], width: number): ThumbStrip {
  const { thumb, gap, label } = thumbSize;
  const columns = Math.max(1, Math.floor((width - gap) / (thumb + gap)));
  const laid: StripTake[] = [];
  const rows: ThumbRow[] = [];
  let height = 0;
  let first = 0;
  for (let number = takes.length; number > 0; number -= 1) {
    const { id, samples } = takes[number - 1] ?? { id: '', samples: [] };
    const top = height;
    height += label;
    for (let from = 0; from < samples.length; from += columns) {
      const count = Math.min(columns, samples.length - from);
      rows.push({ take: laid.length, first: first + from, from, count, top: height });
      height += thumb + gap;
    }
    first += samples.length;
    laid.push({ id, number, samples, top, height: height - top });
  }
  return { columns, takes: laid, rows, height: height + gap };
}

export interface ShownThumb {
  readonly sample: Sample;
  /** Place in its take, from 1. */
  readonly place: number;
  /** From the corner of its take. */
  readonly left: number;
  readonly top: number;
}

export interface ShownTake extends StripTake {
  readonly thumbs: readonly ShownThumb[];
}

/** Thumbnails of the rows between `from` and `to`, and the one at `also` wherever it lies: it holds the focus, or is where the focus enters. */
export function thumbsInView(
  strip: ThumbStrip,
  from: number,
  to: number,
  also: number,
): ShownTake[] {
  const shown = new Map<number, ShownThumb[]>();
  const show = (row: ThumbRow, columns: readonly number[]): void => {
    const list = shown.get(row.take) ?? [];
    shown.set(row.take, list);
    for (const column of columns) list.push(...thumbAt(strip, row, column));
  };
  const kept = rowOf(strip, also);
  let keptShown = kept === null;
  const start = firstRowBelow(strip, from - thumbSize.thumb);
  for (let r = start; r < strip.rows.length; r += 1) {
    const row = strip.rows[r];
    if (!row || row.top > to) break;
    if (r === kept) keptShown = true;
    show(
      row,
      Array.from({ length: row.count }, (_, column) => column),
    );
  }
  const row = strip.rows[kept ?? -1];
  if (row && !keptShown) show(row, [also - row.first]);
  // In the order of the strip, whichever came first: it is the order of reading.
  return Array.from(shown.keys())
    .sort((a, b) => a - b)
    .flatMap((n) => {
      const take = strip.takes[n];
      const thumbs = shown.get(n) ?? [];
      return take ? [{ ...take, thumbs: thumbs.sort((a, b) => a.place - b.place) }] : [];
    });
}

function thumbAt({ takes }: ThumbStrip, row: ThumbRow, column: number): ShownThumb[] {
  const take = takes[row.take];
  const sample = take?.samples[row.from + column];
  if (!take || !sample) return [];
  const { thumb, gap } = thumbSize;
  const left = gap + column * (thumb + gap);
  return [{ sample, place: row.from + column + 1, left, top: row.top - take.top }];
}

/** Index of the thumbnail that `key` leads to from `index`, or null when the key is not one that moves. */
export function stepThumb(strip: ThumbStrip, index: number, key: string): number | null {
  const last = strip.rows.at(-1);
  const end = last ? last.first + last.count - 1 : 0;
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, index - 1);
    case 'ArrowRight':
      return Math.min(end, index + 1);
    case 'Home':
      return 0;
    case 'End':
      return end;
    case 'ArrowUp':
      return rowsAway(strip, index, -1);
    case 'ArrowDown':
      return rowsAway(strip, index, 1);
    case 'PageUp':
      return rowsAway(strip, index, -pageRows);
    case 'PageDown':
      return rowsAway(strip, index, pageRows);
    default:
      return null;
  }
}

const pageRows = 3;

/** The thumbnail above or below in the same column, or the nearest to it in a shorter row. */
function rowsAway(strip: ThumbStrip, index: number, rows: number): number {
  const at = rowOf(strip, index);
  const from = strip.rows[at ?? -1];
  if (at === null || !from) return index;
  const to = strip.rows[Math.min(strip.rows.length - 1, Math.max(0, at + rows))];
  if (!to || to === from) return index;
  return to.first + Math.min(index - from.first, to.count - 1);
}

/** Index of the row that holds the thumbnail, or null. */
function rowOf({ rows }: ThumbStrip, index: number): number | null {
  const at = firstIndex(rows.length, (r) => (rows[r]?.first ?? 0) > index) - 1;
  const row = rows[at];
  return row && index < row.first + row.count ? at : null;
}

/** Index of the first row whose top is at `top` or below it. */
function firstRowBelow({ rows }: ThumbStrip, top: number): number {
  return firstIndex(rows.length, (r) => (rows[r]?.top ?? 0) >= top);
}

/** The first of `length` indexes for which `test` holds, which then holds for all after it; `length` for none. */
function firstIndex(length: number, test: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
