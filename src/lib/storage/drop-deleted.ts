// A deleted project goes for good, with everything that only it could bring back. Loads no picture.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { ProjectId } from '#lib/core/project.ts';
import { allRequests, type Connection } from './connection.ts';
import { everything, type EverythingTransaction } from './everything.ts';
import { eachHistoryRow, historyRange } from './history-rows.ts';
import { filesOf, idsNamed } from './named-ids.ts';
import { dropOwned, dropProjects, usedPictures } from './purge.ts';
import type { ImageKey } from './store.ts';

/** Needs no other tab to be closed: what goes is this project's alone. Returns how many pictures went. */
export async function dropDeletedIn(
  connection: Connection,
  id: ProjectId,
): Promise<Result<number>> {
  const dropped = await connection.write([...everything], 'strict', async (transaction) => {
    const projects = transaction.objectStore('projects');
    const row = await projects.get(id);
    if (row?.state !== 'deleted') return null;
    const samples = transaction.objectStore('samples');
    const own = new Set<ImageKey>(await samples.index('projectId').getAllKeys(id));
    for (const hash of filesOf([row])) own.add(hash);
    await eachHistoryRow(transaction.objectStore('history'), historyRange(id), ({ change }) => {
      for (const named of idsNamed(change)) own.add(named);
    });
    const embeddings = transaction.objectStore('embeddings');
    const filed = IDBKeyRange.bound([id], [id, []]);
    const stale = await embeddings.index('project').getAllKeys(filed);
    await dropProjects(transaction, [id]);
    await dropOwned(transaction, new Set(await projects.getAllKeys()));
    const images = transaction.objectStore('images');
    const held = new Set(await images.getAllKeys());
    const elsewhere = await namedStill(transaction);
    const gone = Array.from(own).filter((each) => held.has(each) && !elsewhere.has(each));
    await allRequests([
      ...gone.map((each) => () => images.delete(each)),
      ...stale.map((key) => () => embeddings.delete(key)),
    ]);
    return gone.length;
  });
  if (!dropped.ok) return dropped;
  return dropped.value === null ? fail({ code: 'project-missing' }) : succeed(dropped.value);
}

/** What the projects that are left use, or may take back: actions of several projects may share a file. */
async function namedStill(transaction: EverythingTransaction): Promise<Set<ImageKey>> {
  const named = await usedPictures(transaction);
  await eachHistoryRow(transaction.objectStore('history'), null, ({ change }) => {
    for (const id of idsNamed(change)) named.add(id);
  });
  return named;
}
