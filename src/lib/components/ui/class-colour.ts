// Names and CSS of the class palette; the colours themselves live in src/styles/tokens.css.

import { paletteSize } from '#lib/core/project.ts';

/** What people and screen readers call `--class-0` … `--class-11`. */
export const classColourNames = [
  'Blue',
  'Orange',
  'Green',
  'Pink',
  'Gold',
  'Violet',
  'Teal',
  'Red',
  'Olive',
  'Brown',
  'Indigo',
  'Grey',
] as const;

/**
 * A style attribute that gives an element and all within it `--class`, `--class-ink` and `--class-soft`
 * of palette colour `colour`; null is the neutral colour of *none of these*.
 */
export function classColourStyle(colour: number | null): string {
  if (colour === null) {
    return '--class: var(--text-muted); --class-ink: var(--surface-card); --class-soft: var(--surface-card)';
  }
  // A palette that shrank must not leave a class of an old project without colour.
  const n = ((Math.trunc(colour) % paletteSize) + paletteSize) % paletteSize;
  return `--class: var(--class-${n}); --class-ink: var(--class-${n}-ink); --class-soft: var(--class-${n}-soft)`;
}
