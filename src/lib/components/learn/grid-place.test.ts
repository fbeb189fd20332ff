import { expect, test } from 'vitest';
import { placeAfterKey } from './grid-place.ts';

const size = { width: 5, height: 4 };

test('arrow keys move by one and stop at the edge', () => {
  expect(placeAfterKey('ArrowRight', { row: 2, column: 3 }, size)).toEqual({ row: 2, column: 4 });
  expect(placeAfterKey('ArrowRight', { row: 2, column: 4 }, size)).toEqual({ row: 2, column: 4 });
  expect(placeAfterKey('ArrowUp', { row: 0, column: 4 }, size)).toEqual({ row: 0, column: 4 });
  expect(placeAfterKey('End', { row: 1, column: 0 }, size)).toEqual({ row: 1, column: 4 });
  expect(placeAfterKey('PageDown', { row: 1, column: 0 }, size)).toEqual({ row: 3, column: 0 });
});

test('a place beyond a grid that has shrunk comes back inside', () => {
  expect(placeAfterKey('ArrowLeft', { row: 9, column: 9 }, size)).toEqual({ row: 3, column: 4 });
});

test('other keys mean nothing here', () => {
  expect(placeAfterKey('Tab', { row: 0, column: 0 }, size)).toBeNull();
});
