// The list of changes that can be taken back and done again. Plain data, no clock: the caller says when, and what belongs
// together. Every step also says what it does to the stored history.

import type { Change } from '#lib/core/change.ts';
import type { HistoryPart, HistoryWrite, StoredHistory } from '#lib/core/history.ts';

export interface HistoryEntry<C> {
  /** Later than every entry before; close to the time at which it was begun, in ms. */
  readonly id: number;
  /** What the person did, in words that follow “Undo: ”. */
  readonly label: string;
  readonly mergeKey: string | null;
  readonly parts: readonly C[];
}

export interface NewEntry<C> {
  readonly label: string;
  readonly change: C;
  /** Changes with the same key that follow each other soon are undone together (a take, a slider being moved). */
  readonly mergeKey?: string | null;
  readonly atMs: number;
  /** How long after the one before a change with its key still belongs to it. */
  readonly windowMs?: number;
}

export interface HistoryStep<C> {
  readonly label: string;
  readonly change: C;
  readonly write: HistoryWrite<C>;
}

/** How changes of one kind are put together and taken back. */
export interface HistoryRules<C> {
  invert(change: C): C;
  /** One part instead of two, or null to begin another part. */
  join(first: C, second: C): C | null;
  /** All parts of an entry as one change. */
  whole(parts: readonly C[]): C;
}

export interface HistorySnapshot<C> {
  readonly done: readonly HistoryEntry<C>[];
  readonly undone: readonly HistoryEntry<C>[];
  readonly forgotten: readonly number[];
}

export const historyDepth = 200;

export class History<C = Change> {
  done: readonly HistoryEntry<C>[] = [];
  /** The one undone last comes last. */
  undone: readonly HistoryEntry<C>[] = [];
  #rules: HistoryRules<C>;
  #lastId = 0;
  /** When the last entry last grew; null when nothing may join it any more. */
  #grownMs: number | null = null;
  /** Entries forgotten here that storage may hold: the next write takes them away. */
  #forgotten: number[] = [];

  constructor(rules: HistoryRules<C>) {
    this.#rules = rules;
  }

  push({ label, change, mergeKey = null, atMs, windowMs = 0 }: NewEntry<C>): HistoryWrite<C> {
    const removed = this.undone.map(({ id }) => id);
    this.undone = [];
    const last = this.done.at(-1);
    const soon = this.#grownMs !== null && atMs - this.#grownMs <= windowMs;
    this.#grownMs = atMs;
    if (last && soon && mergeKey !== null && last.mergeKey === mergeKey) {
      return this.#grow({ ...last, label }, change, removed);
    }
    const id = Math.max(atMs, this.#lastId + 1);
    this.#lastId = id;
    const entry = { id, label, mergeKey, parts: [change] };
    this.done = [...this.done, entry];
    const [first] = this.done;
    if (this.done.length > historyDepth && first) {
      this.done = this.done.slice(1);
      removed.push(first.id);
    }
    return this.#write([partOf(entry, 0, change)], removed);
  }

  /** The change that takes the last entry back, now on the list of undone ones; null when there is none. */
  undo(): HistoryStep<C> | null {
    const entry = this.done.at(-1);
    if (!entry) return null;
    this.#grownMs = null;
    this.done = this.done.slice(0, -1);
    this.undone = [...this.undone, entry];
    const change = this.#rules.invert(this.#rules.whole(entry.parts));
    return { label: entry.label, change, write: this.#write([], []) };
  }

  redo(): HistoryStep<C> | null {
    const entry = this.undone.at(-1);
    if (!entry) return null;
    this.#grownMs = null;
    this.undone = this.undone.slice(0, -1);
    this.done = [...this.done, entry];
    const change = this.#rules.whole(entry.parts);
    return { label: entry.label, change, write: this.#write([], []) };
  }

  /** Puts a stored history in place of this one. Nothing that follows joins what was stored. */
  restore({ parts, position }: StoredHistory<C>): void {
    const entries = new Map<number, HistoryEntry<C>>();
    for (const { entry: id, label, mergeKey, change } of parts) {
      const before = entries.get(id)?.parts ?? [];
      entries.set(id, { id, label, mergeKey, parts: [...before, change] });
    }
    const all = [...entries.values()];
    this.done = all.filter(({ id }) => id <= position);
    this.undone = all.filter(({ id }) => id > position).reverse();
    this.#lastId = Math.max(position, ...entries.keys());
    this.#grownMs = null;
    this.#forgotten = [];
  }

  /** Gives up the entries that `isGone` names, and everything undone. */
  forget(isGone: (entry: HistoryEntry<C>) => boolean): void {
    const gone = [...this.done.filter(isGone), ...this.undone];
    this.#forgotten.push(...gone.map(({ id }) => id));
    this.done = this.done.filter((entry) => !isGone(entry));
    this.undone = [];
  }

  /** As it is now, for `rewind` when a step could not be stored. */
  snapshot(): HistorySnapshot<C> {
    return { done: this.done, undone: this.undone, forgotten: [...this.#forgotten] };
  }

  rewind({ done, undone, forgotten }: HistorySnapshot<C>): void {
    this.done = done;
    this.undone = undone;
    this.#forgotten = [...forgotten];
  }

  #grow(last: HistoryEntry<C>, change: C, removed: number[]): HistoryWrite<C> {
    const before = last.parts.slice(0, -1);
    const final = last.parts.at(-1);
    const joined = final === undefined ? null : this.#rules.join(final, change);
    const parts = joined === null ? [...last.parts, change] : [...before, joined];
    const entry = { ...last, parts };
    this.done = [...this.done.slice(0, -1), entry];
    return this.#write([partOf(entry, parts.length - 1, joined ?? change)], removed);
  }

  #write(put: readonly HistoryPart<C>[], removed: readonly number[]): HistoryWrite<C> {
    const forgotten = this.#forgotten;
    this.#forgotten = [];
    return { put, removed: [...removed, ...forgotten], position: this.done.at(-1)?.id ?? 0 };
  }
}

function partOf<C>(
  { id, label, mergeKey }: HistoryEntry<C>,
  part: number,
  change: C,
): HistoryPart<C> {
  return { entry: id, part, label, mergeKey, change };
}
