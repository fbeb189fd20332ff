// A deleted project goes for good, with everything that only it could bring back. Loads no picture.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { ProjectId, SampleId } from '#lib/core/project.ts';
import { allRequests, type Connection } from './connection.ts';
import { everything } from './everything.ts';
import { eachHistoryRow, historyRange } from './history-rows.ts';
import { idsNamed } from './named-ids.ts';
import { dropOwned, dropProjects } from './purge.ts';

/** Needs no other tab to be closed: what goes is this project's alone. Returns how many pictures went. */
export async function dropDeletedIn(
  connection: Connection,
  id: ProjectId,
): Promise<Result<number>> {
  const dropped = await connection.write([...everything], 'strict', async (transaction) => {
    const projects = transaction.objectStore('projects');
    if ((await projects.get(id))?.state !== 'deleted') return null;
    const samples = transaction.objectStore('samples');
    const own = new Set<SampleId>(await samples.index('projectId').getAllKeys(id));
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
    const gone = Array.from(own).filter((each) => held.has(each));
    await allRequests([
      ...gone.map((each) => () => images.delete(each)),
      ...stale.map((key) => () => embeddings.delete(key)),
    ]);
    return gone.length;
  });
  if (!dropped.ok) return dropped;
  return dropped.value === null ? fail({ code: 'project-missing' }) : succeed(dropped.value);
}
