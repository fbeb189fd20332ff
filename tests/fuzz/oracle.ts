// What must hold for any file whatsoever: it comes in whole, or is refused in words and nothing has changed.
import { describeFailure, type Failure } from '#lib/core/failure.ts';
import { nameLimit } from '#lib/core/project.ts';
import type { LoadedBackbone } from '#lib/core/backbone.ts';
import type { EngineClient } from '#lib/engine/client.ts';
import { withInstalled } from '#lib/engine/backbones/catalogue.ts';
import { groupFiles, mostGroups } from '#lib/exchange/group-files.ts';
import { openFiles, summaryOf, type OpenedFile } from '#lib/exchange/open-file.ts';
import { sha256Of } from '#lib/exchange/file-hash.ts';
import { statedSize } from '#lib/exchange/file-kind.ts';
import type { ProjectFile } from '#lib/exchange/project-file.ts';
import type { TmModel } from '#lib/exchange/tm-model.ts';
import { createHead } from '#lib/learning/create-head.ts';
import type { TrainedHead } from '#lib/learning/head.ts';
import { keepOwnFiles } from '#lib/state/import-own-files.ts';
import { stage } from '#lib/state/staging.ts';
import { pictureFeed, projectFeed } from '#lib/state/sample-feed.ts';
import { MemoryStore } from '#lib/storage/memory-store.ts';
import { emptyProject, type Project } from '#lib/core/project.ts';
import { ownFileLimits } from '#lib/core/own-file.ts';
import { ownFilesOf } from '#lib/core/use-settings.ts';
import { readWave } from '#lib/core/wave.ts';
import type { Case } from './mutate.ts';

export interface Verdict {
  /** Kind of the import, `refused`, or `nothing` for a case without files. */
  readonly outcome: string;
  /** Rules that were broken, in words. */
  readonly broken: readonly string[];
}

const quiet = { signal: new AbortController().signal, onProgress: () => undefined };
const mostRead = 300;
const wordsLimit = 600;
const unfit = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;
const inUse = { id: 'net@1', sha256: 'ab'.repeat(32), embeddingSize: 6 } as LoadedBackbone;

/** Opens, sums up, reads every picture and stages what `files` hold. */
export async function judge({ files }: Case): Promise<Verdict> {
  const broken: string[] = [];
  const outcomes: string[] = [];
  const world = watchWorld(broken);
  const groups = await groupFiles(files);
  if (groups.length > mostGroups) return { outcome: 'too many at once', broken };
  for (const group of groups) {
    checkText(group.name, 'a group', 120, broken);
    const opened = await openFiles(group.files, group.name);
    if (!opened.ok) {
      checkFailure(opened.failure, broken);
      outcomes.push('refused');
      continue;
    }
    checkSummary(opened.value, broken);
    outcomes.push(await take(opened.value, broken));
    await opened.value.close();
  }
  world.check();
  return { outcome: outcomes[0] ?? 'nothing', broken };
}

async function take({ content, name }: OpenedFile, broken: string[]): Promise<string> {
  switch (content.kind) {
    case 'head': {
      checkHead(content.file.head, broken);
      const around = await content.model?.();
      if (around?.ok) checkModel(around.value, broken);
      else if (around) checkFailure(around.failure, broken);
      return 'head';
    }
    case 'tm-model':
      checkModel(content.model, broken);
      return 'tm-model';
    case 'knn':
      for (const { label, values } of content.data.classes) {
        checkText(label, 'a label', nameLimit, broken);
        if (!values.every(Number.isFinite)) broken.push('a row that is no numbers');
      }
      return 'knn';
    case 'video':
      // What a browser plays, it plays itself.
      return 'video';
    case 'project': {
      const feed = projectFeed(content.file, inUse);
      if (content.file.importedHead) checkHead(content.file.importedHead, broken);
      await checkOwnFiles(content.file, feed.document.project, broken);
      return stageAll(feed, feed.document.project, broken, 'project');
    }
    case 'tm-project':
    case 'folders':
    case 'pictures': {
      const context = { client: fakeClient, backboneId: 'net@1', startMs: 1 };
      const feed = pictureFeed(content.set, context);
      const project = { ...emptyProject('new', name, 'net@1', 1), classes: feed.classes };
      return stageAll(feed, project, broken, content.kind);
    }
  }
}

/** What actions show and play comes in as Handful itself would have kept it, or is left out in words. */
async function checkOwnFiles(file: ProjectFile, project: Project, broken: string[]): Promise<void> {
  const store = new MemoryStore();
  await store.commit({ project, put: [], removed: [], staged: true });
  const warnings = await keepOwnFiles(store, file, project, quiet.signal);
  if (!warnings.ok) return void broken.push('a file of an action ends the import');
  for (const words of warnings.value) checkText(words, 'a warning', wordsLimit, broken);
  let kept = 0;
  for (const [hash, { kind, file: own }] of ownFilesOf(project)) {
    checkText(own.name, 'the name of an action’s file', ownFileLimits.letters, broken);
    const read = await store.readFile(hash);
    if (!read.ok || !read.value) continue;
    kept += 1;
    if ((await sha256Of(read.value)) !== hash) broken.push('a file under a hash not its own');
    if (kind === 'sound' && !readWave(read.value)) broken.push('a sound that is none');
    const size = statedSize(read.value);
    const sidePx = Math.max(size?.widthPx ?? Infinity, size?.heightPx ?? Infinity);
    if (kind === 'picture' && sidePx > ownFileLimits.pictureSidePx) broken.push('a huge picture');
  }
  const named = ownFilesOf(project).size;
  if (kept + warnings.value.length !== named) broken.push('a file of an action is lost unsaid');
  await store.purge();
  if ((await store.usage()).usedBytes !== 0) broken.push('files of actions were left behind');
}

/** Stages into a store that holds a project already; after a failure nothing else may be seen in it. */
async function stageAll(
  feed: Parameters<typeof stage>[2],
  project: Parameters<typeof stage>[1],
  broken: string[],
  kind: string,
): Promise<string> {
  const store = new MemoryStore();
  await store.commit({ project: emptyProject('old', 'Old', 'net@1', 1), put: [], removed: [] });
  const before = JSON.stringify(await store.list());
  const some = { ...feed, count: Math.min(feed.count, mostRead) };
  const staged = await stage(store, project, some, quiet);
  if (JSON.stringify(await store.list()) !== before) broken.push('a half-read project is seen');
  if (!staged.ok) {
    checkFailure(staged.failure, broken);
    await store.purge();
    if (JSON.stringify(await store.list()) !== before) broken.push('a failure changed the store');
    if ((await store.usage()).usedBytes !== 0) broken.push('a failure left pictures behind');
    return 'refused';
  }
  if (staged.value.firstFailure) checkFailure(staged.value.firstFailure, broken);
  const added = { kind: 'add-project', projectId: project.id, opens: true } as const;
  const shown = await store.changeList(added, 1, null);
  const loaded = await store.load(project.id);
  if (!shown.ok || !loaded.ok) broken.push('what was read cannot be opened');
  else if (loaded.value.samples.length !== staged.value.samples.length) {
    broken.push('samples are missing');
  }
  return kind;
}

/** The engine as far as it is asked here; a picture that is too large must never reach it. */
const fakeClient = {
  embedJpeg: ({ jpeg }: { jpeg: Uint8Array }) => {
    bearable(jpeg);
    return Promise.resolve({ ok: true, value: { embedding: new Float32Array(6).fill(0.5) } });
  },
  capture: () =>
    Promise.resolve({
      ok: true,
      value: { jpeg: Uint8Array.of(255, 216, 255), sizePx: 256, embedding: new Float32Array(6) },
    }),
} as unknown as EngineClient;

/** Stands for the browser's decoder, which would have to hold every pixel. */
export async function decodeOnPaper(blob: Blob): Promise<ImageBitmap> {
  bearable(new Uint8Array(await blob.arrayBuffer()));
  return { width: 1, height: 1, close: () => undefined };
}

function bearable(bytes: Uint8Array): void {
  const size = statedSize(bytes);
  if (!size || size.widthPx * size.heightPx > 64e6) throw new RangeError('a bomb was decoded');
}

function checkHead(head: TrainedHead, broken: string[]): void {
  for (const label of head.labels) checkText(label, 'a label', nameLimit, broken);
  const live = createHead(head, null);
  if (!live.ok) return checkFailure(live.failure, broken);
  const sum = live.value
    .predict(Float32Array.from({ length: head.dimension }, (_, i) => i % 3))
    .reduce((total, p) => total + p, 0);
  if (!(Math.abs(sum - 1) < 1e-3)) broken.push(`probabilities add up to ${sum}`);
}

function checkModel({ head, backbone }: TmModel, broken: string[]): void {
  checkHead(head, broken);
  const installed = withInstalled({ entries: [], skipped: [] }, backbone);
  if (!installed.ok) broken.push('a backbone that the engine refuses');
}

function checkSummary(opened: OpenedFile, broken: string[]): void {
  checkText(opened.name, 'a name', nameLimit, broken);
  const { classes, takes, warnings } = summaryOf(opened);
  for (const { name, samples } of classes) {
    checkText(name, 'a class', nameLimit, broken);
    if (!Number.isInteger(samples) || samples < 0) broken.push('a strange count');
  }
  if (!Number.isInteger(takes) || takes < 0) broken.push('a strange count of takes');
  for (const warning of warnings) checkText(warning, 'a warning', wordsLimit, broken);
}

function checkFailure(failure: Failure, broken: string[]): void {
  const { what, next } = describeFailure(failure);
  checkText(what, 'what happened', wordsLimit, broken);
  checkText(next, 'what to do', wordsLimit, broken);
  if (failure.code !== 'bad-file') return;
  checkText(failure.fileName || '-', 'a file’s name', wordsLimit, broken);
  checkText(failure.reason, 'a reason', wordsLimit, broken);
}

function checkText(text: string, what: string, limit: number, broken: string[]): void {
  if (text.trim() === '') broken.push(`${what} is empty`);
  if (Array.from(text).length > limit) broken.push(`${what} is endless`);
  if (unfit.test(text)) broken.push(`${what} is not fit to show: ${JSON.stringify(text)}`);
}

/** Nothing may be asked of the network, and what all objects inherit stays as it was. */
function watchWorld(broken: string[]): { check: () => void } {
  const inherited = [Object.prototype, Array.prototype, Function.prototype, Map.prototype];
  const names = (): string =>
    JSON.stringify(inherited.map((each) => Reflect.ownKeys(each).map(String)));
  const before = names();
  globalThis.fetch = (input) => {
    broken.push(`the network was asked for ${JSON.stringify(input)}`);
    return Promise.reject(new TypeError('no network'));
  };
  return {
    check() {
      if (names() !== before || 'polluted' in {})
        broken.push('what all objects inherit was changed');
    },
  };
}
