// What a full disk costs: which of the things that could be taken back are given up first. Pure, for both stores.

import type { ProjectId } from '#lib/core/project.ts';
import type { ImageKey } from './store.ts';

export interface DeletedItem {
  readonly id: ProjectId;
  readonly atMs: number;
}

/** An entry of a project's history (or a part of one). */
export interface NamingEntry {
  readonly owner: ProjectId;
  readonly entry: number;
  readonly isDone: boolean;
  /** Which of the pictures that nothing uses it may bring back. */
  readonly names: readonly ImageKey[];
}

export interface RoomPlan {
  readonly projects: ReadonlySet<ProjectId>;
  /** By project: this entry and all before it. A history can only be shortened from its beginning. */
  readonly trimmed: ReadonlyMap<ProjectId, number>;
}

/** What goes: the older half of `deleted`, and of what `entries` hold, by time; at least one of them. */
export function roomPlan(
  deleted: readonly DeletedItem[],
  entries: readonly NamingEntry[],
): RoomPlan {
  const holding = lastToName(entries);
  const times = [...deleted.map(({ atMs }) => atMs), ...holding.map(({ entry }) => entry)];
  times.sort((a, b) => a - b);
  const cut = times[Math.floor((times.length - 1) / 2)] ?? -Infinity;
  const projects = new Set(deleted.filter(({ atMs }) => atMs <= cut).map(({ id }) => id));
  const trimmed = new Map<ProjectId, number>();
  for (const { owner, entry } of holding) {
    if (entry <= cut) trimmed.set(owner, Math.max(entry, trimmed.get(owner) ?? 0));
  }
  return { projects, trimmed };
}

/** Whether an entry goes: it is undone, or no later than the last one given up in its history. */
export function isGivenUp({ trimmed }: RoomPlan, { owner, entry, isDone }: NamingEntry): boolean {
  return !isDone || entry <= (trimmed.get(owner) ?? 0);
}

/** For each picture, the last entry that is done and names it: with that one it can go. */
function lastToName(entries: readonly NamingEntry[]): NamingEntry[] {
  const last = new Map<ImageKey, NamingEntry>();
  for (const each of entries) {
    if (!each.isDone) continue;
    for (const id of each.names) if (each.entry >= (last.get(id)?.entry ?? 0)) last.set(id, each);
  }
  return [...new Set(last.values())];
}
