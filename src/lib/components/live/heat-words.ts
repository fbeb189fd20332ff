// Where the evidence for a class lies, in words: the heat-map's text equivalent. Pure.

import { placeName } from '../ui/place-words.ts';

/** Cells of one class [side × side], row by row → strength of each for drawing, 0 (none or against) to 1. */
export function heatStrengths(cells: Float32Array): Float32Array {
  let most = 0;
  for (const value of cells) most = Math.max(most, Math.abs(value));
  return cells.map((value) => (most > 0 ? Math.max(0, value) / most : 0));
}

/** One whole sentence. `mirror`: the picture is shown mirrored, and left is what people see as left. */
export function heatWords(cells: Float32Array, className: string, mirror: boolean): string {
  const side = Math.round(Math.sqrt(cells.length));
  const place = placeOf(cells, side, mirror);
  switch (place.kind) {
    case 'nowhere':
      return `Nothing in the picture speaks for “${className}”.`;
    case 'everywhere':
      return `What speaks for “${className}” is spread over the whole picture.`;
    case 'several':
      return `What speaks for “${className}” is in several places.`;
    case 'two':
      return `What speaks for “${className}” is in two places: ${place.first} and ${place.second}.`;
    case 'one':
      return `Most of what speaks for “${className}” is ${place.name}.`;
  }
}

type HeatPlace =
  | { readonly kind: 'nowhere' | 'everywhere' | 'several' }
  | { readonly kind: 'one'; readonly name: string }
  | { readonly kind: 'two'; readonly first: string; readonly second: string };

interface HotCell {
  /** From the middle, as shares of the side, as people see it. */
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/** The fewest cells that hold half of the evidence say where most of it is; if they are more than this share, it is spread. */
const gathered = 1 / 3;
/** How far from the middle their centre must lie to be named after a side. */
const offCentre = 0.1;
/** Half of them must lie this near to their centre, or the centre is no place of theirs. */
const near = 0.3;
/** A cell of this share of another one's evidence is as hot as that one to the eye. */
const aboutAsLarge = 0.8;
/** Two places must hold this much of them to be all there is to name. */
const bothHold = 0.8;

function placeOf(cells: Float32Array, side: number, mirror: boolean): HeatPlace {
  const indexes = cellsWithHalf(cells);
  if (indexes.length === 0) return { kind: 'nowhere' };
  if (indexes.length > gathered * cells.length) return { kind: 'everywhere' };
  const hot = withEquals(cells, indexes).map((i): HotCell => {
    const x = ((i % side) + 0.5) / side - 0.5;
    return {
      x: mirror ? -x : x,
      y: (Math.floor(i / side) + 0.5) / side - 0.5,
      value: cells[i] ?? 0,
    };
  });
  const sum = total(hot);
  const centre = {
    x: hot.reduce((before, { x, value }) => before + (x * value) / sum, 0),
    y: hot.reduce((before, { y, value }) => before + (y * value) / sum, 0),
  };
  const close = hot.filter(({ x, y }) => Math.hypot(x - centre.x, y - centre.y) <= near);
  if (total(close) >= sum / 2)
    return { kind: 'one', name: placeName(centre.x, centre.y, offCentre) };
  return twoPlaces(hot, sum);
}

/** Cells by the ninth of the picture in which each lies. */
function twoPlaces(hot: readonly HotCell[], sum: number): HeatPlace {
  const names = new Map<string, number>();
  for (const { x, y, value } of hot) {
    const name = placeName(x, y, 1 / 6);
    names.set(name, (names.get(name) ?? 0) + value);
  }
  const [first, second] = [...names].sort(([, a], [, b]) => b - a);
  if (!first || !second || first[1] + second[1] < bothHold * sum) return { kind: 'several' };
  return { kind: 'two', first: first[0], second: second[0] };
}

const total = (cells: readonly HotCell[]): number =>
  cells.reduce((sum, { value }) => sum + value, 0);

/** The cells of `indexes`, largest first, with all that are about as large as the smallest of them. */
function withEquals(cells: Float32Array, indexes: readonly number[]): number[] {
  const least = aboutAsLarge * (cells[indexes.at(-1) ?? 0] ?? 0);
  return Array.from(cells.keys()).filter((i) => (cells[i] ?? 0) >= least);
}

/** Indexes of the largest cells that together hold half of all that is positive. */
function cellsWithHalf(cells: Float32Array): number[] {
  const positive = Array.from(cells.keys()).filter((i) => (cells[i] ?? 0) > 0);
  positive.sort((a, b) => (cells[b] ?? 0) - (cells[a] ?? 0));
  const half = positive.reduce((sum, i) => sum + (cells[i] ?? 0), 0) / 2;
  let sum = 0;
  const count = positive.findIndex((i) => (sum += cells[i] ?? 0) >= half);
  return positive.slice(0, count + 1);
}
