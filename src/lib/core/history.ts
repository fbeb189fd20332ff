// What can be taken back, as it is stored: entries in the order in which they were done, long ones in several parts.
// `C` is a `Change` of one project, or a `ListChange` of the list of projects.

import type { Change } from './change.ts';
import type { FileHash } from './own-file.ts';
import type { SampleId } from './project.ts';
import { ownFilesOf } from './use-settings.ts';

/** A piece of an entry. A take grows sample by sample; in parts, one more sample does not write all of it again. */
export interface HistoryPart<C> {
  /** When the entry was begun, in ms, made later than every entry before: its id and its place in time. */
  readonly entry: number;
  /** Place in the entry, from 0. */
  readonly part: number;
  /** What the person did, in words that follow “Undo: ”. */
  readonly label: string;
  readonly mergeKey: string | null;
  readonly change: C;
}

/** What one step does to a stored history. */
export interface HistoryWrite<C> {
  readonly put: readonly HistoryPart<C>[];
  /** Entries that nobody can reach any more, with all their parts. */
  readonly removed: readonly number[];
  /** The last entry that is done; later ones are undone. 0 when none is done. */
  readonly position: number;
}

export interface StoredHistory<C> {
  /** In order of entry and part. */
  readonly parts: readonly HistoryPart<C>[];
  readonly position: number;
}

export const noHistory: StoredHistory<never> = { parts: [], position: 0 };

/** One write that does what `before` and then `after` do. Ids are never used twice, so no put undoes a removal. */
export function mergeHistoryWrites<C>(
  before: HistoryWrite<C> | null,
  after: HistoryWrite<C> | null,
): HistoryWrite<C> | null {
  if (!before || !after) return after ?? before;
  const removed = new Set([...before.removed, ...after.removed]);
  const put = new Map<string, HistoryPart<C>>();
  for (const part of [...before.put, ...after.put]) {
    if (!removed.has(part.entry)) put.set(`${part.entry} ${part.part}`, part);
  }
  return { put: [...put.values()], removed: [...removed], position: after.position };
}

/** Ids of samples that taking `change` back, or doing it again, may put in place: their pictures must stay. */
export function samplesNamed(change: Change): SampleId[] {
  switch (change.kind) {
    case 'add-samples':
    case 'remove-samples':
    case 'add-class':
    case 'remove-class':
      return change.samples.map(({ id }) => id);
    case 'several':
      return change.changes.flatMap(samplesNamed);
    case 'move-samples':
    case 'edit-class':
    case 'reorder-class':
    case 'edit-project':
      return [];
  }
}

/** Files of a person's own that taking `change` back, or doing it again, may need: their bytes must stay. */
export function filesNamed(change: Change): FileHash[] {
  switch (change.kind) {
    case 'edit-project':
      return [change.before, change.after].flatMap((edit) => [...ownFilesOf(edit).keys()]);
    case 'several':
      return change.changes.flatMap(filesNamed);
    case 'add-samples':
    case 'remove-samples':
    case 'add-class':
    case 'remove-class':
    case 'move-samples':
    case 'edit-class':
    case 'reorder-class':
      return [];
  }
}
