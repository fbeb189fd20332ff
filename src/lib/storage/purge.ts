// What nothing refers to any more leaves the database: deleted projects with all they hold, and the pictures and
// embeddings of samples that are gone. Reads keys only, so that no picture is loaded.

import type { Result } from '#lib/core/failure.ts';
import type { Connection } from './connection.ts';

const everything = ['projects', 'samples', 'images', 'embeddings', 'heads'] as const;

/** Returns how many pictures went. */
export function purgeRemoved(connection: Connection): Promise<Result<number>> {
  return connection.write([...everything], 'relaxed', async (transaction) => {
    const projects = transaction.objectStore('projects');
    const samples = transaction.objectStore('samples');
    const images = transaction.objectStore('images');
    const embeddings = transaction.objectStore('embeddings');
    const heads = transaction.objectStore('heads');

    const rows = await projects.getAll();
    const removed = rows.filter((row) => row.removed).map(({ id }) => id);
    for (const id of removed) {
      const ids = await samples.index('projectId').getAllKeys(id);
      await Promise.all([projects.delete(id), ...ids.map((sampleId) => samples.delete(sampleId))]);
    }

    const [projectIds, sampleIds] = await Promise.all([
      projects.getAllKeys(),
      samples.getAllKeys(),
    ]);
    const kept = new Set(sampleIds);
    const keptProjects = new Set(projectIds);
    const orphans = (await images.getAllKeys()).filter((id) => !kept.has(id));
    const stale = (await embeddings.getAllKeys()).filter(([, sampleId]) => !kept.has(sampleId));
    const headless = (await heads.getAllKeys()).filter(([id]) => !keptProjects.has(id));
    await Promise.all([
      ...orphans.map((id) => images.delete(id)),
      ...stale.map((key) => embeddings.delete(key)),
      ...headless.map((key) => heads.delete(key)),
    ]);
    return orphans.length;
  });
}
