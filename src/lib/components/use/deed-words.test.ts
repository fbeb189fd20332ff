import { expect, test } from 'vitest';
import { newDeeds, reachOf } from '#lib/core/class-action.ts';
import { deedKinds, doneWords, durationWords, reachWords } from './deed-words.ts';

test('every deed has words, and words of reach exactly when something leaves the page', () => {
  for (const kind of deedKinds) {
    const deed = newDeeds[kind];
    expect(doneWords({ id: '', classId: null, heldMs: 0, deed })).not.toBe('');
    expect(reachWords(deed) === null).toBe(reachOf(deed) === null);
  }
});

test('times', () => {
  expect(durationWords(4230)).toBe('4.2 s');
  expect(durationWords(65_000)).toBe('1:05');
});
