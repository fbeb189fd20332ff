// An opened file becomes a project of its own, or part of the open one; whatever fails on the way, nothing has changed.

import { applyChange, type Change } from '#lib/core/change.ts';
import { fail, succeed, type Failure, type Result } from '#lib/core/failure.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import {
  defaultLive,
  emptyProject,
  freeColour,
  freeName,
  type ClassId,
  type Project,
  type ProjectClass,
  type Sample,
} from '#lib/core/project.ts';
import { largestDifference, type HeadFile } from '#lib/exchange/head-file.ts';
import type { ProjectFile } from '#lib/exchange/project-file.ts';
import type { TmModel } from '#lib/exchange/tm-model.ts';
import type { TrainedHead } from '#lib/learning/head.ts';
import { newId, nowMs } from './clock.ts';
import type { EmbeddingSources } from './embeddings.ts';
import type { Engine } from './engine.svelte.ts';
import type { KeptHeads } from './kept-heads.ts';
import type { OpenProject } from './project.svelte.ts';
import type { Projects } from './projects.svelte.ts';
import { newClasses, projectFeed, type SampleFeed } from './sample-feed.ts';
import { guarded, stage, type StageContext, type Staged } from './staging.ts';

export interface ImportParts {
  readonly engine: Engine;
  readonly open: OpenProject;
  readonly sources: EmbeddingSources;
  readonly kept: KeptHeads;
  readonly projects: Projects;
}

export interface Imported {
  /** Samples that came in, or golden pictures that were compared. */
  readonly checked: number;
  /** Samples that could not be read. */
  readonly skipped: number;
  readonly largestDifference: number | null;
}

/** Where samples go: into a new project, or into the open one (all into one class of it when that is named). */
export type ImportPlace =
  | { readonly kind: 'new' }
  | { readonly kind: 'merge' }
  | { readonly kind: 'class'; readonly classId: ClassId };

/** Opens a trained head as a project with its classes and no samples, and checks it on its own golden pictures. */
export async function importHead(
  parts: ImportParts,
  { head, golden, unknownThreshold }: HeadFile,
  name: string,
): Promise<Result<Imported>> {
  const misfit = backboneMisfit(parts.engine, head);
  if (misfit) return fail(misfit);
  const shown = await showHead(parts, head, name, unknownThreshold);
  if (!shown.ok) return shown;
  let most = 0;
  for (const { jpeg, probabilities } of golden) {
    const answered = await parts.engine.client.classifyJpeg({ jpeg });
    if (!answered.ok) return answered;
    const now = answered.value.prediction?.probabilities ?? new Float32Array();
    most = Math.max(most, largestDifference(now, probabilities));
  }
  return succeed({
    checked: golden.length,
    skipped: 0,
    largestDifference: golden.length > 0 ? most : null,
  });
}

/** Keeps a model's backbone on the device, and shows its head as a project that can go on being taught. */
export async function importModel(
  parts: ImportParts,
  { backbone, head }: TmModel,
  name: string,
): Promise<Result<Imported>> {
  const { sources, engine } = parts;
  const added = await engine.install(backbone);
  if (!added.ok) return added;
  const written = await sources.store.writeBackbone(backbone);
  if (!written.ok) return written;
  const shown = await showHead(parts, head, name, null);
  if (!shown.ok) return shown;
  return succeed({ checked: 0, skipped: 0, largestDifference: null });
}

/** A new project with a head's classes, which predicts with that head at once. */
export async function showHead(
  { sources, kept, projects }: ImportParts,
  head: TrainedHead,
  name: string,
  unknownThreshold: number | null,
): Promise<Result<null>> {
  const project = headProject(head, uniqueName(projects, name), unknownThreshold);
  const classIds = new Map(head.classIds.map((id, i) => [id, project.classes[i]?.id ?? id]));
  const committed = await sources.store.commit({ project, put: [], removed: [] });
  if (!committed.ok) return committed;
  const written = await kept.keepImported(project.id, withClassIds(head, classIds));
  if (!written.ok) return written;
  return projects.add(project.id, `open “${project.name}”`);
}

/** A project file as a project of its own, with the head that came with it. */
export async function importProject(
  parts: ImportParts,
  file: ProjectFile,
  context: StageContext,
): Promise<Result<Imported>> {
  const { sources, kept, projects } = parts;
  const feed = projectFeed(file);
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
    return show(parts, project, staged.value);
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
  return succeed({ checked: samples.length, skipped, largestDifference: null });
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
  return succeed({ checked: samples.length, skipped, largestDifference: null });
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

/** Why a head cannot be used here, or null. */
function backboneMisfit(engine: Engine, head: TrainedHead): Failure | null {
  const { ready } = engine;
  if (!ready) return { code: 'head-mismatch', reason: 'the network is not loaded yet' };
  const installed = ready.catalogue.some(({ id }) => id === head.backboneId);
  if (!installed) {
    return {
      code: 'head-mismatch',
      reason: `it was made with the backbone “${head.backboneId}”, which is not installed here`,
    };
  }
  if (ready.backbone.id === head.backboneId && ready.backbone.sha256 !== head.backboneSha256) {
    return {
      code: 'head-mismatch',
      reason: 'its backbone has the same name as the one here but other weights',
    };
  }
  return null;
}

function uniqueName(projects: Projects, name: string): string {
  return freeName(
    name,
    projects.list.map((entry) => entry.name),
  );
}

function headProject(head: TrainedHead, name: string, unknownThreshold: number | null): Project {
  return {
    ...emptyProject(newId(), name, head.backboneId, nowMs()),
    classes: newClasses(head.labels),
    heads: { ...defaultHeadSettings, selected: head.kind, [head.kind]: head.spec },
    live: { ...defaultLive, unknownThreshold: unknownThreshold ?? defaultLive.unknownThreshold },
  };
}

function withClassIds(head: TrainedHead, ids: ReadonlyMap<string, string>): TrainedHead {
  return { ...head, classIds: head.classIds.map((id) => ids.get(id) ?? id) };
}
