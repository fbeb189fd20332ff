// What the lesson says about kernels and their maps. Rows and columns count from one.

import { largestSum, presetOf } from '#lib/convnet/kernels.ts';
import type { Kernel } from '#lib/convnet/plane.ts';
import type { Place } from '../grid-place.ts';
import { valueWords } from '../number-words.ts';

export interface NamedMap {
  readonly name: string;
  readonly kernel: Kernel;
  readonly strongest: { readonly row: number; readonly column: number; readonly value: number };
}

export const ownName = 'My own';

/** A kernel's name: that of the preset it is, whatever its bias. */
export const nameOf = (kernel: Kernel): string => presetOf(kernel)?.name ?? ownName;

/** How strongly a map fires at its strongest cell, against the most that its kernel could reach. */
export function firesWords({ kernel, strongest }: Omit<NamedMap, 'name'>): string {
  return `up to ${valueWords(strongest.value, 1)} of ${valueWords(Math.max(0, largestSum(kernel)), 1)}`;
}

/** Which of the maps fires most and which least, by the share of what each could reach. */
export function rankWords(maps: readonly NamedMap[]): string {
  const ranked = maps
    .map((map) => ({ map, share: shareOf(map) }))
    .sort((a, b) => b.share - a.share);
  const most = ranked[0];
  const least = ranked.at(-1);
  if (!most || !least) return '';
  if (most.share === 0) return 'No map fires now.';
  const said = ({ map, share }: typeof most): string =>
    `${map.name} (${Math.round(100 * share)} % of what it could)`;
  return most === least
    ? `It fires at ${said(most)}.`
    : `Fires most: ${said(most)}. Least: ${said(least)}.`;
}

/** Where a cell is, and what it says. */
export function cellWords({ row, column }: Place, value: number): string {
  return `Cell row ${row + 1}, column ${column + 1}: ${valueWords(value)}`;
}

function shareOf({ kernel, strongest }: NamedMap): number {
  const most = largestSum(kernel);
  return most > 0 ? Math.max(0, strongest.value) / most : 0;
}
