// What a person did, written as one transaction: the change itself, and what it does to the history.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { HistoryWrite } from '#lib/core/history.ts';
import type { ListChange } from '#lib/core/list-change.ts';
import { allRequests, type Connection } from './connection.ts';
import { historyRequests } from './history-rows.ts';
import { ownBytes, ownFloats } from './own-bytes.ts';
import { changedRow, committedRow, isOutrun } from './project-row.ts';
import { listOwner } from './schema.ts';
import type { Commit } from './store.ts';

const committed = [
  'projects',
  'samples',
  'images',
  'embeddings',
  'heads',
  'backbones',
  'history',
  'positions',
] as const;
const listed = ['projects', 'history', 'positions'] as const;

export async function writeCommit(connection: Connection, commit: Commit): Promise<Result<null>> {
  const written = await connection.write([...committed], 'strict', async (transaction) => {
    const projects = transaction.objectStore('projects');
    const samples = transaction.objectStore('samples');
    const images = transaction.objectStore('images');
    const embeddings = transaction.objectStore('embeddings');
    const { project } = commit;
    const projectId = project.id;
    const filedUnder = commit.embeddingsUnder ?? projectId;
    const before = await projects.get(projectId);
    if (isOutrun(before, commit)) return false;
    const row = committedRow(before, project, commit.staged ?? false);
    const history = transaction.objectStore('history');
    const positions = transaction.objectStore('positions');
    const writes: (() => Promise<unknown>)[] = [
      () => projects.put(row),
      ...historyRequests({ history, positions }, projectId, commit.history),
    ];
    for (const { sample, jpeg, embedding } of commit.put) {
      const sampleId = sample.id;
      writes.push(() => samples.put({ id: sampleId, projectId, sample }));
      if (jpeg) writes.push(() => images.put(ownBytes(jpeg), sampleId));
      if (!embedding) continue;
      const { backboneId } = embedding;
      const values = ownFloats(embedding.values);
      writes.push(() => embeddings.put({ backboneId, sampleId, projectId: filedUnder, values }));
    }
    for (const { hash, bytes } of commit.files ?? []) {
      writes.push(() => images.put(ownBytes(bytes), hash));
    }
    for (const id of commit.removed) writes.push(() => samples.delete(id));
    const { model } = commit;
    if (model) {
      const heads = transaction.objectStore('heads');
      writes.push(() => heads.put(model.importedHead, [projectId, 'imported']));
      const { backbone } = model;
      const own = backbone && { ...backbone, weights: ownBytes(backbone.weights) };
      if (own) writes.push(() => transaction.objectStore('backbones').put(own));
    }
    await allRequests(writes);
    return true;
  });
  if (!written.ok) return written;
  return written.value ? succeed(null) : fail({ code: 'project-changed' });
}

export async function writeListChange(
  connection: Connection,
  {
    change,
    atMs,
    history,
  }: {
    readonly change: ListChange;
    readonly atMs: number;
    readonly history: HistoryWrite<ListChange> | null;
  },
): Promise<Result<null>> {
  const changed = await connection.write([...listed], 'strict', async (transaction) => {
    const projects = transaction.objectStore('projects');
    const row = await projects.get(change.projectId);
    if (!row) return false;
    const rows = transaction.objectStore('history');
    const positions = transaction.objectStore('positions');
    await allRequests([
      () => projects.put(changedRow(row, change, atMs)),
      ...historyRequests({ history: rows, positions }, listOwner, history),
    ]);
    return true;
  });
  if (!changed.ok) return changed;
  return changed.value ? succeed(null) : fail({ code: 'project-missing' });
}
