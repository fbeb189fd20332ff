// The list of changes that can be taken back and done again. Plain data, no clock: the caller says what belongs together.

import { invertChange, type Change } from '#lib/core/change.ts';

export interface HistoryEntry {
  /** What the person did, in words that follow “Undo: ”. */
  readonly label: string;
  readonly change: Change;
  /** Changes with the same key that follow each other are undone together (a take, a slider being moved). */
  readonly mergeKey: string | null;
}

const depth = 200;

export class History {
  readonly undone: HistoryEntry[] = [];
  readonly done: HistoryEntry[] = [];

  push(entry: HistoryEntry): void {
    this.undone.length = 0;
    const last = this.done.at(-1);
    if (last && entry.mergeKey !== null && last.mergeKey === entry.mergeKey) {
      this.done.pop();
      this.done.push({ ...entry, change: joined(last.change, entry.change) });
      return;
    }
    this.done.push(entry);
    if (this.done.length > depth) this.done.shift();
  }

  /** The change that takes the last entry back, now on the list of undone ones; null when there is none. */
  undo(): { readonly label: string; readonly change: Change } | null {
    const entry = this.done.pop();
    if (!entry) return null;
    this.undone.push(entry);
    return { label: entry.label, change: invertChange(entry.change) };
  }

  redo(): { readonly label: string; readonly change: Change } | null {
    const entry = this.undone.pop();
    if (!entry) return null;
    this.done.push(entry);
    return { label: entry.label, change: entry.change };
  }

  clear(): void {
    this.done.length = 0;
    this.undone.length = 0;
  }
}

function joined(first: Change, second: Change): Change {
  if (first.kind === 'add-samples' && second.kind === 'add-samples') {
    return { kind: 'add-samples', samples: [...first.samples, ...second.samples] };
  }
  if (first.kind === 'edit-project' && second.kind === 'edit-project') {
    return {
      kind: 'edit-project',
      before: { ...second.before, ...first.before },
      after: { ...first.after, ...second.after },
    };
  }
  return { kind: 'several', changes: [first, second] };
}
