// Room on a full disk: first what nobody can reach any more, then the older half of what could be taken back.
// Touches rows and keys only; no picture is loaded.

import { succeed, type Result } from '#lib/core/failure.ts';
import type { ProjectId } from '#lib/core/project.ts';
import type { Connection } from './connection.ts';
import { everything, type EverythingTransaction } from './everything.ts';
import { eachHistoryRow, historyRange } from './history-rows.ts';
import { idsNamed } from './named-ids.ts';
import { dropProjects, purgeRows, unusedPictures, type PurgeBounds } from './purge.ts';
import { isGivenUp, roomPlan, type NamingEntry } from './room-plan.ts';
import { listOwner } from './schema.ts';
import type { Room } from './store.ts';

export const noRoom: Room = {
  pictures: 0,
  projects: new Set(),
  trimmed: new Map(),
  undone: false,
};

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
    return { ...given, undone: true, pictures: await purgeRows(transaction, bounds) };
  });
}

async function giveUp(
  transaction: EverythingTransaction,
  { kept }: PurgeBounds,
): Promise<Pick<Room, 'projects' | 'trimmed'>> {
  const history = transaction.objectStore('history');
  const [projects, owners, unused] = await Promise.all([
    transaction.objectStore('projects').getAll(),
    transaction.objectStore('positions').getAllKeys(),
    unusedPictures(transaction),
  ]);
  const positions = new Map<ProjectId, number>();
  for (const owner of owners) {
    positions.set(owner, (await transaction.objectStore('positions').get(owner)) ?? 0);
  }
  const wanted = new Set(unused.filter((id) => !kept.has(id)));
  const entries: NamingEntry[] = [];
  await eachHistoryRow(history, null, ({ owner, entry, change }) => {
    if (owner === listOwner) return;
    const isDone = entry <= (positions.get(owner) ?? 0);
    entries.push({ owner, entry, isDone, names: idsNamed(change).filter((id) => wanted.has(id)) });
  });
  const deleted = projects
    .filter(({ state }) => state === 'deleted')
    .map(({ id, changedAtMs }) => ({ id, atMs: changedAtMs }));
  const plan = roomPlan(deleted, entries);
  await Promise.all([
    dropProjects(transaction, [...plan.projects]),
    ...entries
      .filter((each) => isGivenUp(plan, each))
      .map(({ owner, entry }) => history.delete(historyRange(owner, entry))),
  ]);
  return plan;
}
