import { describe, expect, test } from 'vitest';
import type { Change } from '#lib/core/change.ts';
import { mergeHistoryWrites, type HistoryPart, type HistoryWrite } from '#lib/core/history.ts';
import type { Sample } from '#lib/core/project.ts';
import { changeRules } from './history-rules.ts';
import { History, historyDepth } from './history.ts';

const rename = (before: string, after: string): Change => ({
  kind: 'edit-project',
  before: { name: before },
  after: { name: after },
});
const add = (...ids: string[]): Change => ({
  kind: 'add-samples',
  samples: ids.map((id): Sample => {
    return { id, classId: 'c', takeId: 't', capturedAtMs: 0, source: 'camera', sizePx: 256 };
  }),
});

let clock = 0;
const push = (history: History, label: string, change: Change): HistoryWrite<Change> =>
  history.push({ label, change, atMs: (clock += 10_000) });

test('undo and redo walk the same list', () => {
  const history = new History(changeRules);
  push(history, 'one', rename('a', 'b'));
  push(history, 'two', rename('b', 'c'));
  expect(history.undo()?.change).toEqual(rename('c', 'b'));
  expect(history.undo()?.change).toEqual(rename('b', 'a'));
  expect(history.undo()).toBeNull();
  expect(history.redo()?.change).toEqual(rename('a', 'b'));
  expect(history.redo()?.label).toBe('two');
  expect(history.redo()).toBeNull();
});

test('a new change forgets what was undone', () => {
  const history = new History(changeRules);
  push(history, 'one', rename('a', 'b'));
  const id = history.done[0]?.id;
  history.undo();
  expect(push(history, 'other', rename('a', 'z')).removed).toEqual([id]);
  expect(history.redo()).toBeNull();
});

describe('merging', () => {
  const slide = (history: History, from: string, to: string, atMs: number): void => {
    const change = rename(from, to);
    history.push({ label: 'slide', change, mergeKey: 'name', atMs, windowMs: 2000 });
  };

  test('changes with one key that follow each other soon are undone together, back to the first', () => {
    const history = new History(changeRules);
    slide(history, 'a', 'b', 0);
    slide(history, 'b', 'c', 1900);
    slide(history, 'c', 'd', 3800);
    expect(history.undo()?.change).toEqual(rename('d', 'a'));
    expect(history.undo()).toBeNull();
  });

  test('an hour later it is another step', () => {
    const history = new History(changeRules);
    slide(history, 'a', 'b', 0);
    slide(history, 'b', 'c', 3_600_000);
    expect(history.undo()?.change).toEqual(rename('c', 'b'));
    expect(history.undo()?.change).toEqual(rename('b', 'a'));
  });

  test('nothing joins an entry that undo or a reload stands between', () => {
    const history = new History(changeRules);
    slide(history, 'a', 'b', 0);
    history.push({ label: 'other', change: add('s'), atMs: 1 });
    history.undo();
    slide(history, 'b', 'c', 2);
    expect(history.done).toHaveLength(2);
    const parts = history.done.map(({ id, label, mergeKey, parts: [change] }) => {
      return { entry: id, part: 0, label, mergeKey, change: change! };
    });
    history.restore({ parts, position: history.done[1]!.id });
    slide(history, 'c', 'd', 3);
    expect(history.done).toHaveLength(3);
  });

  test('a long take is stored in parts: one more sample writes few, and undo takes all', () => {
    const history = new History(changeRules);
    const writes = Array.from({ length: 200 }, (_, i) =>
      history.push({
        label: 'take',
        change: add(`${i}`),
        mergeKey: 't',
        atMs: i,
        windowMs: Infinity,
      }),
    );
    for (const { put } of writes) {
      const samples = put.flatMap(({ change }) =>
        change.kind === 'add-samples' ? change.samples : [],
      );
      expect(samples.length).toBeLessThanOrEqual(32);
    }
    const undone = history.undo()?.change;
    expect(undone?.kind === 'remove-samples' && undone.samples).toHaveLength(200);
  });
});

test('the oldest entry goes when there are too many', () => {
  const history = new History(changeRules);
  for (let i = 0; i < historyDepth; i += 1) push(history, `${i}`, rename(`${i}`, `${i + 1}`));
  const first = history.done[0]?.id;
  expect(push(history, 'last', rename('x', 'y')).removed).toEqual([first]);
  expect(history.done).toHaveLength(historyDepth);
});

test('ids grow although the clock goes back', () => {
  const history = new History(changeRules);
  history.push({ label: 'one', change: add('a'), atMs: 1000 });
  history.push({ label: 'two', change: add('b'), atMs: 5 });
  const [one, two] = history.done;
  expect(two!.id).toBeGreaterThan(one!.id);
});

/** Plays writes onto rows as a store does. */
class Rows {
  readonly parts = new Map<string, HistoryPart<Change>>();
  position = 0;

  write({ put, removed, position }: HistoryWrite<Change>): void {
    for (const [key, { entry }] of this.parts) if (removed.includes(entry)) this.parts.delete(key);
    for (const part of put) this.parts.set(`${part.entry} ${part.part}`, part);
    this.position = position;
  }

  read() {
    const parts = [...this.parts.values()].sort((a, b) => a.entry - b.entry || a.part - b.part);
    return { parts, position: this.position };
  }
}

test('what was written brings back both lists, written one by one or together', () => {
  const history = new History(changeRules);
  const [single, together] = [new Rows(), new Rows()];
  let waiting: HistoryWrite<Change> | null = null;
  const write = (step: HistoryWrite<Change>): void => {
    single.write(step);
    waiting = mergeHistoryWrites(waiting, step);
  };
  const take = (id: string): void =>
    write(
      history.push({
        label: 'take',
        change: add(id),
        mergeKey: 'take',
        atMs: (clock += 1),
        windowMs: Infinity,
      }),
    );
  write(push(history, 'one', rename('a', 'b')));
  for (let i = 0; i < 70; i += 1) take(`${i}`);
  write(push(history, 'gone', rename('b', 'c')));
  write(history.undo()!.write);
  write(push(history, 'two', rename('b', 'd')));
  write(push(history, 'three', rename('d', 'e')));
  write(history.undo()!.write);
  write(history.undo()!.write);
  together.write(waiting!);

  for (const rows of [single, together]) {
    const restored = new History(changeRules);
    restored.restore(rows.read());
    expect(restored.done).toEqual(history.done);
    expect(restored.undone).toEqual(history.undone);
    expect(restored.redo()?.label).toBe('two');
    expect(restored.redo()?.label).toBe('three');
  }
});

test('what is forgotten leaves storage with the next step, and is not done again', () => {
  const history = new History(changeRules);
  const rows = new Rows();
  rows.write(push(history, 'one', rename('a', 'b')));
  rows.write(push(history, 'two', rename('b', 'c')));
  rows.write(push(history, 'three', rename('c', 'd')));
  rows.write(history.undo()!.write);
  const upTo = history.done[0]!.id;
  history.forget(({ id }) => id <= upTo);
  expect(history.redo()).toBeNull();
  rows.write(push(history, 'four', rename('c', 'e')));
  const restored = new History(changeRules);
  restored.restore(rows.read());
  expect(restored.done.map(({ label }) => label)).toEqual(['two', 'four']);
});
