// A classifier from a file becomes a project of its own that can go on being taught. Either all of it is there
// afterwards, its backbone too, or nothing has changed.

import { fail, succeed, type Failure, type Result } from '#lib/core/failure.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { defaultLive, emptyProject, type Project } from '#lib/core/project.ts';
import type { InstalledBackbone } from '#lib/core/backbone.ts';
import { largestDifference } from '#lib/exchange/golden.ts';
import type { HeadFile } from '#lib/exchange/head-file.ts';
import { knnHeadOf } from '#lib/exchange/knn-head.ts';
import type { KnnDataset } from '#lib/exchange/knn-json.ts';
import type { TmModel } from '#lib/exchange/tm-model.ts';
import type { TrainedHead } from '#lib/learning/head.ts';
import { newId, nowMs } from './clock.ts';
import type { Engine } from './engine.svelte.ts';
import { uniqueName, withClassIds, type Imported, type ImportParts } from './import-parts.ts';
import { chooseKnnBackbone } from './knn-backbone.ts';
import type { Commit } from '#lib/storage/store.ts';
import { newClasses } from './sample-feed.ts';
import { guarded } from './staging.ts';

const nothingCompared = { checked: 0, skipped: 0, warnings: [], largestDifference: null };

/** Opens a trained head as a project with its classes and no samples, and checks it on its own golden pictures. */
export async function importHead(
  parts: ImportParts,
  {
    file,
    model,
  }: { readonly file: HeadFile; readonly model: (() => Promise<Result<TmModel>>) | null },
  name: string,
): Promise<Result<Imported>> {
  const { head, golden, unknownThreshold } = file;
  const misfit = backboneMisfit(parts.engine, head);
  if (misfit && model && head.kind === 'dense') {
    const read = await model();
    return read.ok ? importModel(parts, read.value, name) : read;
  }
  if (misfit) return fail(misfit);
  const shown = await showHead(parts, { head, unknownThreshold, backbone: null }, name);
  if (!shown.ok) return shown;
  let most = 0;
  for (const { picture, probabilities } of golden) {
    const answered = await parts.engine.client.classifyJpeg({ jpeg: picture });
    if (!answered.ok) return answered;
    const now = answered.value.prediction?.probabilities ?? new Float32Array();
    most = Math.max(most, largestDifference(now, probabilities));
  }
  const difference = golden.length > 0 ? most : null;
  return succeed({ ...nothingCompared, checked: golden.length, largestDifference: difference });
}

/** Keeps a model's backbone on the device, and shows its head as a project that can go on being taught. */
export async function importModel(
  parts: ImportParts,
  { backbone, head }: TmModel,
  name: string,
): Promise<Result<Imported>> {
  const { engine } = parts;
  const known = engine.ready?.catalogue.some(({ id }) => id === backbone.id) ?? false;
  const added = await engine.install(backbone);
  if (!added.ok) return added;
  const shown = await showHead(parts, { head, unknownThreshold: null, backbone }, name);
  if (shown.ok) return succeed(nothingCompared);
  if (!known) await engine.uninstall(backbone.id);
  return shown;
}

/**
 * Nearest neighbours go on answering when the backbone their numbers come from is here; else the project has the class
 * names only, and says why.
 */
export async function importKnn(
  parts: ImportParts,
  set: KnnDataset,
  name: string,
): Promise<Result<Imported>> {
  const { backbone, warnings } = chooseKnnBackbone(set, parts.engine.ready);
  const head = backbone && knnHeadOf(set, backbone);
  const shown = head
    ? await showHead(parts, { head, unknownThreshold: null, backbone: null }, name)
    : await showClasses(
        parts,
        set.classes.map(({ label }) => label),
        name,
      );
  return shown.ok ? succeed({ ...nothingCompared, warnings }) : shown;
}

interface Shown {
  readonly head: TrainedHead;
  readonly unknownThreshold: number | null;
  /** Written with the project; null: it is here already. */
  readonly backbone: InstalledBackbone | null;
}

/** A new project with a head's classes, which predicts with that head at once. One write. */
async function showHead(
  { sources, projects }: ImportParts,
  { head, unknownThreshold, backbone }: Shown,
  name: string,
): Promise<Result<null>> {
  const project = headProject(head, uniqueName(projects, name), unknownThreshold);
  const classIds = new Map(head.classIds.map((id, i) => [id, project.classes[i]?.id ?? id]));
  const model = { importedHead: withClassIds(head, classIds), backbone };
  return addProject({ sources, projects }, project, model);
}

async function showClasses(
  { engine, sources, projects }: ImportParts,
  labels: readonly string[],
  name: string,
): Promise<Result<null>> {
  const backboneId = engine.ready?.backbone.id ?? '';
  const project: Project = {
    ...emptyProject(newId(), uniqueName(projects, name), backboneId, nowMs()),
    classes: newClasses(labels),
  };
  return addProject({ sources, projects }, project);
}

/** Written as a whole where nobody sees it, then taken into the list as a step that can be taken back. */
function addProject(
  { sources, projects }: Pick<ImportParts, 'sources' | 'projects'>,
  project: Project,
  model?: Commit['model'],
): Promise<Result<null>> {
  const { store } = sources;
  return guarded(store, project, async () => {
    const commit = { project, put: [], removed: [], staged: true };
    const written = await store.commit(model ? { ...commit, model } : commit);
    return written.ok ? projects.add(project.id, `open “${project.name}”`) : written;
  });
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

function headProject(head: TrainedHead, name: string, unknownThreshold: number | null): Project {
  return {
    ...emptyProject(newId(), name, head.backboneId, nowMs()),
    classes: newClasses(head.labels),
    heads: { ...defaultHeadSettings, selected: head.kind, [head.kind]: head.spec },
    live: { ...defaultLive, unknownThreshold: unknownThreshold ?? defaultLive.unknownThreshold },
  };
}
