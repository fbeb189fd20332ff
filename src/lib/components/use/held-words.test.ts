import { expect, test } from 'vitest';
import { heldWords, lettersAcross } from './held-words.ts';

const classes = [{ id: 'a', name: 'Thumbs up', colour: 3, enabled: true }];
const shares = { classIds: ['a', 'gone'], shares: [0.7, 0.2], unknown: 0.1 };

test('what is held is named with its own share; a class that is gone is not', () => {
  expect(heldWords({ held: { classId: 'a' }, shares }, classes)).toEqual({
    name: 'Thumbs up',
    colour: 3,
    share: 0.7,
  });
  const unknown = heldWords({ held: { classId: null }, shares }, classes);
  expect(unknown).toEqual({ name: 'None of these', colour: null, share: 0.1 });
  expect(heldWords({ held: { classId: 'gone' }, shares }, classes)).toBeNull();
  expect(heldWords({ held: null, shares }, classes)).toBeNull();
});

test('a line holds the longest word, and long names take three lines', () => {
  expect(lettersAcross('No')).toBe(4);
  expect(lettersAcross('Thumbs up')).toBe(6);
  expect(lettersAcross('a'.repeat(80))).toBe(27);
  expect(lettersAcross('one two three four five six seven eight')).toBe(13);
});
