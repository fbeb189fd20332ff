// What a full disk costs: which of the things that could be taken back are given up first. Pure, for both stores.

import type { ProjectId } from '#lib/core/project.ts';

export interface DeletedItem {
  readonly id: ProjectId;
  readonly atMs: number;
}

/** An entry that is done, and the last to hold some pictures that no sample uses. */
export interface HoldingEntry {
  readonly owner: ProjectId;
  readonly entry: number;
}

export interface RoomPlan {
  readonly projects: ReadonlySet<ProjectId>;
  /** By project: this entry and all before it. A history can only be shortened from its beginning. */
  readonly trimmed: ReadonlyMap<ProjectId, number>;
}

/** The older half of `deleted` and `holding` by time, and at least one of them. */
export function roomPlan(
  deleted: readonly DeletedItem[],
  holding: readonly HoldingEntry[],
): RoomPlan {
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
