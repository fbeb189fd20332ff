// What nothing refers to any more leaves the database: deleted projects with all they hold, the rests of imports, and
// the pictures and embeddings of samples that are gone and that no undo can bring back. Loads no picture.

import type { ProjectId } from '#lib/core/project.ts';
import type { EverythingTransaction } from './everything.ts';
import { eachHistoryRow, historyRange } from './history-rows.ts';
import { filesOf, idsNamed } from './named-ids.ts';
import { listOwner, type ProjectRow } from './schema.ts';
import type { ImageKey } from './store.ts';

export interface PurgeBounds {
  /** Projects deleted later stay. */
  readonly deletedUntilMs: number;
  /** Imports under way. */
  readonly importing: ReadonlySet<ProjectId>;
  /** Pictures that stay although nothing in storage names them. */
  readonly kept: ReadonlySet<ImageKey>;
}

/** Whether a project's row goes. */
export function isLeft({ id, state, changedAtMs }: ProjectRow, bounds: PurgeBounds): boolean {
  if (state === 'staged') return !bounds.importing.has(id);
  return state === 'deleted' && changedAtMs <= bounds.deletedUntilMs;
}

/** Returns how many pictures went. */
export async function purgeRows(
  transaction: EverythingTransaction,
  bounds: PurgeBounds,
): Promise<number> {
  const projects = transaction.objectStore('projects');
  const rows = await projects.getAll();
  await dropProjects(
    transaction,
    rows.filter((row) => isLeft(row, bounds)).map(({ id }) => id),
  );
  const keptProjects = new Set(await projects.getAllKeys());
  await dropOwned(transaction, keptProjects);
  return dropPictures(transaction, bounds.kept);
}

/** Drops rows of projects and all that is theirs but the pictures. */
export async function dropProjects(
  transaction: EverythingTransaction,
  ids: readonly ProjectId[],
): Promise<void> {
  const samples = transaction.objectStore('samples');
  for (const id of ids) {
    const sampleIds = await samples.index('projectId').getAllKeys(id);
    await Promise.all([
      transaction.objectStore('projects').delete(id),
      transaction.objectStore('history').delete(historyRange(id)),
      transaction.objectStore('positions').delete(id),
      ...sampleIds.map((sampleId) => samples.delete(sampleId)),
    ]);
  }
}

/** Drops heads and steps of the list that belong to none of `projects`. */
export async function dropOwned(
  transaction: EverythingTransaction,
  projects: ReadonlySet<ProjectId>,
): Promise<void> {
  await Promise.all([dropHeads(transaction, projects), dropListed(transaction, projects)]);
}

/** Pictures that samples have, and files that actions need. */
export async function usedPictures(transaction: EverythingTransaction): Promise<Set<ImageKey>> {
  const [sampleIds, projects] = await Promise.all([
    transaction.objectStore('samples').getAllKeys(),
    transaction.objectStore('projects').getAll(),
  ]);
  return new Set([...sampleIds, ...filesOf(projects)]);
}

/** Pictures that nothing uses, whether or not a history may want them back. */
export async function unusedPictures(transaction: EverythingTransaction): Promise<ImageKey[]> {
  const [used, imageIds] = await Promise.all([
    usedPictures(transaction),
    transaction.objectStore('images').getAllKeys(),
  ]);
  return imageIds.filter((id) => !used.has(id));
}

async function dropPictures(
  transaction: EverythingTransaction,
  kept: ReadonlySet<ImageKey>,
): Promise<number> {
  const images = transaction.objectStore('images');
  const embeddings = transaction.objectStore('embeddings');
  const used = new Set([...(await usedPictures(transaction)), ...kept]);
  const keys = await embeddings.getAllKeys();
  let stale = keys.filter(([, sampleId]) => !used.has(sampleId));
  let orphans = (await images.getAllKeys()).filter((id) => !used.has(id));
  if (stale.length + orphans.length === 0) return 0;
  // Histories are read only when there is something that one of them may hold.
  const named = new Set<ImageKey>();
  await eachHistoryRow(transaction.objectStore('history'), null, ({ change }) => {
    for (const id of idsNamed(change)) named.add(id);
  });
  stale = stale.filter(([, sampleId]) => !named.has(sampleId));
  orphans = orphans.filter((id) => !named.has(id));
  await Promise.all([
    ...orphans.map((id) => images.delete(id)),
    ...stale.map((key) => embeddings.delete(key)),
  ]);
  return orphans.length;
}

async function dropHeads(
  transaction: EverythingTransaction,
  projects: ReadonlySet<ProjectId>,
): Promise<void> {
  const heads = transaction.objectStore('heads');
  const headless = (await heads.getAllKeys()).filter(([id]) => !projects.has(id));
  await Promise.all(headless.map((key) => heads.delete(key)));
}

/** Steps of the list that name a project that is gone. */
async function dropListed(
  transaction: EverythingTransaction,
  projects: ReadonlySet<ProjectId>,
): Promise<void> {
  const history = transaction.objectStore('history');
  const rows = await history.getAll(historyRange(listOwner));
  const gone = rows.filter(
    ({ change }) => 'projectId' in change && !projects.has(change.projectId),
  );
  await Promise.all(gone.map(({ entry }) => history.delete(historyRange(listOwner, entry))));
}
