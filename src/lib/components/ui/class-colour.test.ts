import { expect, test } from 'vitest';
import { paletteSize } from '#lib/core/project.ts';
import { classColourNames, classColourStyle } from './class-colour.ts';

test('every colour of the palette has its own name', () => {
  expect(new Set(classColourNames).size).toBe(paletteSize);
});

test('an index outside the palette still has a colour', () => {
  expect(classColourStyle(paletteSize + 1)).toBe(classColourStyle(1));
  expect(classColourStyle(-1)).toBe(classColourStyle(paletteSize - 1));
});

test('none of these is neutral', () => {
  expect(classColourStyle(null)).not.toMatch(/--class-\d/);
});
