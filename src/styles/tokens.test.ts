// Contrast of the colour pairs that the interface uses, in both themes (WCAG 2.2, relative luminance).

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { paletteSize } from '#lib/core/project.ts';

type Theme = 'light' | 'dark';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const colours = new Map<string, Record<Theme, string>>();
for (const [, name, light, dark] of css.matchAll(
  /--([\w-]+):\s*light-dark\(\s*(#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\s*\)/g,
)) {
  colours.set(name!, { light: light!, dark: dark! });
}

const surfaces = ['surface-page', 'surface-card', 'surface-sunken', 'surface-raised'];
const classIndexes = Array.from({ length: paletteSize }, (_, i) => i);

/** [foreground, background, least contrast] */
const pairs: [string, string, number][] = [
  ...[...surfaces, 'surface-hover'].flatMap((surface): [string, string, number][] => [
    ['text', surface, 4.5],
    ['text-muted', surface, 4.5],
  ]),
  ...['surface-page', 'surface-card', 'surface-raised'].flatMap(
    (surface): [string, string, number][] => [
      ['accent', surface, 4.5],
      ['danger', surface, 4.5],
      ['warning', surface, 4.5],
      ['success', surface, 4.5],
      ['border-strong', surface, 3],
    ],
  ),
  ...surfaces.map((surface): [string, string, number] => ['focus', surface, 3]),
  ['text-inverse', 'surface-inverse', 4.5],
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-hover', 4.5],
  ['on-danger', 'danger', 4.5],
  ['on-danger', 'danger-hover', 4.5],
  ...['accent', 'danger', 'warning', 'success'].flatMap((name): [string, string, number][] => [
    [name, `${name}-soft`, 4.5],
    ['text', `${name}-soft`, 4.5],
    ['text-muted', `${name}-soft`, 4.5],
  ]),
  ...classIndexes.flatMap((n): [string, string, number][] => [
    [`class-${n}-ink`, `class-${n}`, 4.5],
    [`class-${n}`, 'surface-page', 3],
    [`class-${n}`, 'surface-card', 3],
    [`class-${n}`, `class-${n}-soft`, 3],
    ['text', `class-${n}-soft`, 4.5],
    ['text-muted', `class-${n}-soft`, 4.5],
    ['danger', `class-${n}-soft`, 4.5],
    ['border-strong', `class-${n}-soft`, 3],
    ['focus', `class-${n}-soft`, 3],
  ]),
];

describe.each(['light', 'dark'] as const)('%s theme', (theme) => {
  test.each(pairs)('%s on %s is at least %d:1', (foreground, background, least) => {
    const ratio = contrast(colourOf(foreground, theme), colourOf(background, theme));
    expect(ratio).toBeGreaterThanOrEqual(least);
  });

  test('no two class colours are the same', () => {
    const all = classIndexes.map((n) => colourOf(`class-${n}`, theme));
    expect(new Set(all).size).toBe(paletteSize);
  });
});

test('contrast of black on white is 21:1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 6);
});

test('every custom property that is used exists', () => {
  const base = readFileSync(new URL('./base.css', import.meta.url), 'utf8');
  const known = new Set(Array.from(css.matchAll(/^\s*(--[\w-]+):/gm), ([, name]) => name));
  const used = Array.from(base.matchAll(/var\((--[\w-]+)/g), ([, name]) => name);
  expect(used.filter((name) => !known.has(name))).toEqual([]);
});

function colourOf(name: string, theme: Theme): string {
  const found = colours.get(name);
  if (!found) throw new Error(`tokens.css has no colour --${name}`);
  return found[theme];
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
