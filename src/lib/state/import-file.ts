// An opened file becomes a project of its own, or part of the open one; whatever fails on the way, nothing has changed.

import { applyChange, type Change } from '#lib/core/change.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import {
  emptyProject,
  freeColour,
  freeName,
  type ClassId,
  type Project,
  type ProjectClass,
  type Sample,
} from '#lib/core/project.ts';
import type { ProjectFile } from '#lib/exchange/project-file.ts';
import { newId, nowMs } from './clock.ts';
import { keepOwnFiles } from './import-own-files.ts';
import {
  uniqueName,
  withClassIds,
  type Imported,
  type ImportParts,
  type ImportPlace,
} from './import-parts.ts';
import { projectFeed, type SampleFeed } from './sample-feed.ts';
import { guarded, stage, type StageContext, type Staged } from './staging.ts';

/** A project file as a project of its own, with the head that came with it. */
export async function importProject(
  parts: ImportParts,
  file: ProjectFile,
  context: StageContext,
): Promise<Result<Imported>> {
  const { sources, kept, projects } = parts;
  const feed = projectFeed(file, parts.engine.ready?.backbone ?? null);
  const { document, classIds } = feed;
  const project: Project = {
    ...document.project,
    name: uniqueName(projects, document.project.name),
    updatedAtMs: nowMs(),
  };
  return guarded(sources.store, project, async () => {
    const staged = await stage(sources.store, project, feed, context);
    if (!staged.ok) return staged;
    if (file.importedHead) {
      const own = withClassIds(file.importedHead, classIds);
      const written = await kept.keepImported(project.id, own);
      if (!written.ok) return written;
    }
    const files = await keepOwnFiles(sources.store, file, project, context.signal);
    if (!files.ok) return files;
    const shown = await show(parts, project, staged.value);
    return shown.ok ? succeed({ ...shown.value, warnings: files.value }) : shown;
  });
}

/** Samples of `feed` into a new project called `name`, into the open one by class names, or into one class of it. */
export async function importSamples(
  parts: ImportParts,
  feed: SampleFeed,
  { name, place }: { readonly name: string; readonly place: ImportPlace },
  context: StageContext,
): Promise<Result<Imported>> {
  const { engine, projects, sources } = parts;
  if (place.kind !== 'new' && parts.open.readOnly) return fail({ code: 'project-elsewhere' });
  const base = emptyProject(newId(), name, engine.ready?.backbone.id ?? '', nowMs());
  const own: Project = {
    ...base,
    name: uniqueName(projects, base.name),
    classes: feed.classes,
  };
  const heir = place.kind === 'new' ? undefined : parts.open.project?.id;
  return guarded(sources.store, own, async () => {
    const staged = await stage(sources.store, own, feed, { ...context, heir });
    if (!staged.ok) return staged;
    return place.kind === 'new'
      ? show(parts, own, staged.value)
      : merge(parts, own, staged.value, place);
  });
}

async function show(
  { projects }: ImportParts,
  project: Project,
  { samples, skipped }: Staged,
): Promise<Result<Imported>> {
  const shown = await projects.add(project.id, `open “${project.name}”`);
  if (!shown.ok) return shown;
  return succeed({ checked: samples.length, skipped, warnings: [], largestDifference: null });
}

/** One atomic write moves the staged samples over; then the open project shows them. */
async function merge(
  { open, sources }: ImportParts,
  staging: Project,
  { samples, skipped }: Staged,
  place: ImportPlace,
): Promise<Result<Imported>> {
  const { store, saver } = sources;
  await saver.flush();
  const { document } = open;
  if (!document) return fail({ code: 'project-missing' });
  const { classes: added, classIds } = mergedClasses(
    document.project.classes,
    staging.classes,
    place,
  );
  const moved = samples.map((sample): Sample => {
    return { ...sample, classId: classIds.get(sample.classId) ?? sample.classId };
  });
  const change = importChange(document.project.classes.length, added, moved);
  const after = applyChange(document, change);
  // Pictures and embeddings lie under the samples' ids already: only the rows change hands.
  const put = moved.map((sample) => ({ sample }));
  const written = await store.commit({ project: after.project, put, removed: [] });
  if (!written.ok) return written;
  open.addImported(staging.name, change);
  return succeed({ checked: samples.length, skipped, warnings: [], largestDifference: null });
}

/** Which class each incoming one becomes: the named one, one of the same name, or a new one. */
function mergedClasses(
  present: readonly ProjectClass[],
  incoming: readonly ProjectClass[],
  place: ImportPlace,
): { classes: ProjectClass[]; classIds: Map<ClassId, ClassId> } {
  const classes: ProjectClass[] = [];
  const classIds = new Map<ClassId, ClassId>();
  for (const entry of incoming) {
    const all = [...present, ...classes];
    const same = place.kind === 'class' ? null : present.find(({ name }) => name === entry.name);
    if (place.kind === 'class') classIds.set(entry.id, place.classId);
    else if (same) classIds.set(entry.id, same.id);
    else {
      const taken = all.map(({ name }) => name);
      classes.push({ ...entry, colour: freeColour(all), name: freeName(entry.name, taken) });
    }
  }
  return { classes, classIds };
}

function importChange(
  index: number,
  added: readonly ProjectClass[],
  samples: readonly Sample[],
): Change {
  const classes = added.map((entry, i) => {
    return { kind: 'add-class', class: entry, index: index + i, samples: [] } as const;
  });
  return { kind: 'several', changes: [...classes, { kind: 'add-samples', samples }] };
}
