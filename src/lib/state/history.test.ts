import { expect, test } from 'vitest';
import type { Change } from '#lib/core/change.ts';
import { History } from './history.ts';

const rename = (before: string, after: string): Change => ({
  kind: 'edit-project',
  before: { name: before },
  after: { name: after },
});

test('undo and redo walk the same list', () => {
  const history = new History();
  history.push({ label: 'one', change: rename('a', 'b'), mergeKey: null });
  history.push({ label: 'two', change: rename('b', 'c'), mergeKey: null });
  expect(history.undo()?.change).toEqual(rename('c', 'b'));
  expect(history.undo()?.change).toEqual(rename('b', 'a'));
  expect(history.undo()).toBeNull();
  expect(history.redo()?.change).toEqual(rename('a', 'b'));
  expect(history.redo()?.label).toBe('two');
  expect(history.redo()).toBeNull();
});

test('a new change forgets what was undone', () => {
  const history = new History();
  history.push({ label: 'one', change: rename('a', 'b'), mergeKey: null });
  history.undo();
  history.push({ label: 'other', change: rename('a', 'z'), mergeKey: null });
  expect(history.redo()).toBeNull();
});

test('changes with one key are undone together, back to the first', () => {
  const history = new History();
  history.push({ label: 'slide', change: rename('a', 'b'), mergeKey: 'name' });
  history.push({ label: 'slide', change: rename('b', 'c'), mergeKey: 'name' });
  expect(history.undo()?.change).toEqual(rename('c', 'a'));
  expect(history.undo()).toBeNull();
});
