import { expect, test } from 'vitest';
import { isNoneClass, noneClassName } from './none-class.ts';
import { limitInUse } from './unknown-limit.ts';

test('what is set by hand counts before what the takes tell, and that before the backbone’s own', () => {
  const all = { byHand: 0, takes: 0.7, backbone: 0.8 };
  expect(limitInUse(all)).toEqual({ value: 0, source: 'byHand' });
  expect(limitInUse({ ...all, byHand: null })).toEqual({ value: 0.7, source: 'takes' });
  const none = { byHand: null, takes: null };
  expect(limitInUse({ ...none, backbone: 0.8 })).toEqual({ value: 0.8, source: 'backbone' });
  expect(limitInUse({ ...none, backbone: null })).toBeNull();
});

test('the class that is offered for what is none of the others is known by its name', () => {
  expect([noneClassName, ' none of these', 'None', 'Nothing'].every(isNoneClass)).toBe(true);
  expect(['Thumbs up', 'none of this', ''].some(isNoneClass)).toBe(false);
});
