// A full copy of a project inside the database, one picture in memory at a time, all of it or nothing.
// Its history stays behind: nobody has done anything to the copy yet.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { ProjectId, SampleId } from '#lib/core/project.ts';
import type { Connection } from './connection.ts';
import type { HeadSlot } from './schema.ts';
import { openRow } from './project-row.ts';
import { copyOf } from './summary.ts';

const slots: readonly HeadSlot[] = ['trained', 'imported'];
const everything = ['projects', 'samples', 'images', 'embeddings', 'heads'] as const;

export async function duplicateProject(
  connection: Connection,
  id: ProjectId,
  copy: { readonly id: ProjectId; readonly name: string; readonly nowMs: number },
  newSampleId: () => SampleId,
): Promise<Result<null>> {
  const copied = await connection.write([...everything], 'strict', async (transaction) => {
    const projects = transaction.objectStore('projects');
    const samples = transaction.objectStore('samples');
    const images = transaction.objectStore('images');
    const embeddings = transaction.objectStore('embeddings');
    const heads = transaction.objectStore('heads');

    const row = await projects.get(id);
    if (row?.state !== 'open') return false;
    // `add`, here and below: an id that is taken must stop the copy, not overwrite what is there.
    await projects.add(openRow(copyOf(row.project, copy)));

    const newIds = new Map<SampleId, SampleId>();
    // Keys first: the cursor must not walk into rows that the copy adds.
    for (const oldId of await samples.index('projectId').getAllKeys(id)) {
      const sampleId = newSampleId();
      newIds.set(oldId, sampleId);
      const [old, jpeg] = await Promise.all([samples.get(oldId), images.get(oldId)]);
      if (!old) continue;
      const sample = { ...old.sample, id: sampleId };
      await samples.add({ id: sampleId, projectId: copy.id, sample });
      if (jpeg) await images.add(jpeg, sampleId);
    }

    const ofProject = IDBKeyRange.bound([id], [id, []]);
    let cursor = await embeddings.index('project').openCursor(ofProject);
    while (cursor) {
      const sampleId = newIds.get(cursor.value.sampleId);
      if (sampleId !== undefined) {
        await embeddings.add({ ...cursor.value, sampleId, projectId: copy.id });
      }
      cursor = await cursor.continue();
    }

    for (const slot of slots) {
      const head: unknown = await heads.get([id, slot]);
      if (head !== undefined) await heads.add(head, [copy.id, slot]);
    }
    return true;
  });
  if (!copied.ok) return copied;
  return copied.value ? succeed(null) : fail({ code: 'project-missing' });
}
