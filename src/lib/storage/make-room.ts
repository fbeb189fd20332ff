// Room on a full disk: first what nobody can reach any more, then the older half of what could be taken back.
// Touches rows and keys only; no picture is loaded.

import { succeed, type Result } from '#lib/core/failure.ts';
import type { ProjectId, SampleId } from '#lib/core/project.ts';
import type { Connection } from './connection.ts';
import { everything, type EverythingTransaction } from './everything.ts';
import { historyRange } from './history-rows.ts';
import { idsNamed } from './named-ids.ts';
import { dropProjects, purgeRows, unusedPictures, type PurgeBounds } from './purge.ts';
import { roomPlan, type HoldingEntry } from './room-plan.ts';
import { listOwner, type HistoryRow } from './schema.ts';
import type { Room } from './store.ts';

export const noRoom: Room = { pictures: 0, projects: new Set(), trimmed: new Map() };

export async function makeRoomIn(
  connection: Connection,
  bounds: PurgeBounds,
): Promise<Result<Room>> {
  const names = [...everything];
  const purged = await connection.write(names, 'relaxed', (transaction) =>
    purgeRows(transaction, bounds),
  );
  if (!purged.ok) return purged;
  if (purged.value > 0) return succeed({ ...noRoom, pictures: purged.value });
  return connection.write(names, 'relaxed', async (transaction) => {
    const given = await giveUp(transaction, bounds);
    return { ...given, pictures: await purgeRows(transaction, bounds) };
  });
}

async function giveUp(
  transaction: EverythingTransaction,
  { kept }: PurgeBounds,
): Promise<Pick<Room, 'projects' | 'trimmed'>> {
  const [projects, rows, unused] = await Promise.all([
    transaction.objectStore('projects').getAll(),
    transaction.objectStore('history').getAll(),
    unusedPictures(transaction),
  ]);
  const positions = new Map<ProjectId, number>();
  const owners = new Set(rows.map(({ owner }) => owner));
  owners.delete(listOwner);
  for (const owner of owners) {
    positions.set(owner, (await transaction.objectStore('positions').get(owner)) ?? 0);
  }
  const isDone = ({ owner, entry }: HistoryRow): boolean => entry <= (positions.get(owner) ?? 0);
  const own = rows.filter(({ owner }) => owner !== listOwner);
  const wanted = new Set(unused.filter((id) => !kept.has(id)));
  const deleted = projects
    .filter(({ state }) => state === 'deleted')
    .map(({ id, changedAtMs }) => ({ id, atMs: changedAtMs }));
  const plan = roomPlan(deleted, holdingEntries(own.filter(isDone), wanted));
  const history = transaction.objectStore('history');
  await Promise.all([
    dropProjects(transaction, [...plan.projects]),
    ...own
      .filter((row) => !isDone(row) || row.entry <= (plan.trimmed.get(row.owner) ?? 0))
      .map(({ owner, entry }) => history.delete(historyRange(owner, entry))),
  ]);
  return plan;
}

/** For each picture of `wanted`, the last entry that names it: with that one it can go. */
export function holdingEntries(
  rows: readonly HistoryRow[],
  wanted: ReadonlySet<SampleId>,
): HoldingEntry[] {
  const last = new Map<SampleId, HistoryRow>();
  for (const row of rows) {
    for (const id of idsNamed([row])) {
      if (wanted.has(id) && row.entry >= (last.get(id)?.entry ?? 0)) last.set(id, row);
    }
  }
  return Array.from(new Set(last.values()), ({ owner, entry }) => ({ owner, entry }));
}
