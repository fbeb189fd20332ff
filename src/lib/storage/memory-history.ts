// Histories of the store in memory, by owner.

import type { HistoryPart, HistoryWrite, StoredHistory } from '#lib/core/history.ts';
import { idsNamed } from './named-ids.ts';
import type { NamingEntry } from './room-plan.ts';
import { listOwner, type HistoryOwner, type HistoryRow } from './schema.ts';
import type { ImageKey } from './store.ts';

type AnyChange = HistoryRow['change'];

export class MemoryHistory {
  readonly #rows = new Map<HistoryOwner, readonly HistoryRow[]>();
  readonly #positions = new Map<HistoryOwner, number>();

  /** What is written is copied. Throws when it cannot be, and then nothing has changed. */
  write(owner: HistoryOwner, write: HistoryWrite<AnyChange> | null | undefined): void {
    if (!write) return;
    const { put, removed, position } = structuredClone(write);
    const gone = new Set(removed);
    const replaced = new Set(put.map(({ entry, part }) => `${entry} ${part}`));
    const rows = this.#of(owner)
      .filter(({ entry, part }) => !gone.has(entry) && !replaced.has(`${entry} ${part}`))
      .concat(put.map((part) => ({ ...part, owner })))
      .sort((a, b) => a.entry - b.entry || a.part - b.part);
    this.#rows.set(owner, rows);
    this.#positions.set(owner, position);
  }

  /** `C` is what this owner's history holds. */
  read<C extends AnyChange>(owner: HistoryOwner): StoredHistory<C> {
    const parts = this.#of(owner).map(({ entry, part, label, mergeKey, change }) => {
      return { entry, part, label, mergeKey, change } as HistoryPart<C>;
    });
    return structuredClone({ parts, position: this.#positions.get(owner) ?? 0 });
  }

  /** Entries of all projects, with those of the pictures in `wanted` that they name. */
  entries(wanted: ReadonlySet<ImageKey>): NamingEntry[] {
    return this.#ofProjects().map(({ owner, entry, change }) => {
      const isDone = entry <= (this.#positions.get(owner) ?? 0);
      return { owner, entry, isDone, names: idsNamed(change).filter((id) => wanted.has(id)) };
    });
  }

  namedIds(): Set<ImageKey> {
    return new Set(this.#ofProjects().flatMap(({ change }) => idsNamed(change)));
  }

  remove(gone: readonly NamingEntry[]): void {
    const keys = new Set(gone.map(({ owner, entry }) => JSON.stringify([owner, entry])));
    this.#keepRows(({ owner, entry }) => !keys.has(JSON.stringify([owner, entry])));
  }

  keepProjects(projects: { has(id: HistoryOwner): boolean }): void {
    for (const owner of this.#rows.keys()) {
      if (owner === listOwner || projects.has(owner)) continue;
      this.#rows.delete(owner);
      this.#positions.delete(owner);
    }
    this.#keepRows(({ change }) => !('projectId' in change) || projects.has(change.projectId));
  }

  #keepRows(isKept: (row: HistoryRow) => boolean): void {
    for (const [owner, rows] of this.#rows) this.#rows.set(owner, rows.filter(isKept));
  }

  #ofProjects(): HistoryRow[] {
    return Array.from(this.#rows).flatMap(([owner, rows]) => (owner === listOwner ? [] : rows));
  }

  #of(owner: HistoryOwner): readonly HistoryRow[] {
    return this.#rows.get(owner) ?? [];
  }
}
