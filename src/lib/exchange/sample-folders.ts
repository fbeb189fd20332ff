// Folders of pictures by class, as Keras, PyTorch's ImageFolder and the Jetson course read them; `samples.json` may
// tell takes and times. Takes without it: one for each folder that holds pictures; where all pictures of a class lie in
// one folder, the gaps between the numbers in their names tell (`bursts.ts`).

import * as v from 'valibot';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { cleanName, type ProjectDocument } from '#lib/core/project.ts';
import type { ArchiveSink } from './archive-sink.ts';
import type { RootedArchive } from './archive-root.ts';
import { gapWords } from './bursts.ts';
import { looksLikePicture } from './file-kind.ts';
import { classFolders, type FolderStyle } from './folder-names.ts';
import { byName, placeByFolder, takesOfNames, untoldWords, type Placed } from './folder-places.ts';
import { checkCounts, mostPictures, type PictureEntry, type PictureSet } from './picture-set.ts';
import { checked, issueWords } from './schema.ts';
import { badFile, createArchive, zipLimits, type Archive } from './zip.ts';

const listSchema = v.object({
  format: v.literal('handful-samples'),
  version: v.literal(1),
  name: v.optional(v.string()),
  classes: v.pipe(v.array(v.object({ name: v.string(), folder: v.string() })), v.maxLength(10_000)),
  samples: v.pipe(
    v.array(
      v.object({
        file: v.string(),
        take: v.string(),
        capturedAtMs: v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15)),
      }),
    ),
    v.maxLength(mostPictures),
  ),
});
type SampleList = v.InferOutput<typeof listSchema>;

export interface SampleFolders {
  readonly name: string | null;
  readonly set: PictureSet;
  readonly warnings: readonly string[];
  /** Whether a class has all of its pictures in one take only because nothing says otherwise. */
  readonly takesUntold: boolean;
}

/** Reads the names (and `samples.json`). Null when no picture lies there. */
export async function readSampleFolders(
  rooted: RootedArchive,
): Promise<Result<SampleFolders | null>> {
  const { archive, root } = rooted;
  const paths = archive.names.filter(looksLikePicture);
  if (paths.length === 0) return succeed(null);
  const listed = await readList(archive);
  if (!listed.ok) return listed;
  const list = listed.value;
  const told = takesOfNames(placeByFolder(paths, root ?? 'Pictures'));
  const placed = withList(told.placed, list);
  const order = await classOrder(archive, placed, list);
  const set = checkCounts(setOf(archive, placed, order));
  if (!set.ok) return set;
  const others = archive.names.length - paths.length - extras(archive);
  const warnings =
    others > 0
      ? [`${others} ${others === 1 ? 'file is' : 'files are'} no picture and left out.`]
      : [];
  if (!list && told.byGap) warnings.push(`Takes were told by the file names: ${gapWords}.`);
  const takesUntold = !list && told.untold;
  if (takesUntold) warnings.push(untoldWords);
  return succeed({ name: list?.name ?? root, set: set.value, warnings, takesUntold });
}

const extras = (archive: Archive): number =>
  ['samples.json', 'labels.txt'].filter((name) => archive.has(name)).length;

async function readList(archive: Archive): Promise<Result<SampleList | null>> {
  if (!archive.has('samples.json')) return succeed(null);
  const json = await archive.json('samples.json');
  if (!json.ok) return json;
  const parsed = checked(listSchema, json.value);
  if (parsed.success) return succeed(parsed.output);
  // Another program's list of that name is none of ours; a broken one of ours is damage.
  const ours = v.is(v.object({ format: v.literal('handful-samples') }), json.value);
  if (!ours) return succeed(null);
  const reason = `is damaged (samples.json: ${issueWords(parsed.issues)}).`;
  return fail(badFile(archive.fileName, reason));
}

function withList(placed: readonly Placed[], list: SampleList | null): Placed[] {
  const facts = new Map(list?.samples.map((sample) => [sample.file, sample]));
  const names = new Map(list?.classes.map(({ folder, name }) => [folder, name]));
  return placed.map((entry) => {
    const known = facts.get(entry.path);
    const className = names.get(entry.className) ?? entry.className;
    if (!known) return { ...entry, className };
    return { ...entry, className, take: known.take, capturedAtMs: known.capturedAtMs };
  });
}

/** Classes in the order of `samples.json`, else of `labels.txt`, else by name. */
async function classOrder(
  archive: Archive,
  placed: readonly Placed[],
  list: SampleList | null,
): Promise<string[]> {
  const found = [...new Set(placed.map(({ className }) => className))].sort(byName);
  const wanted = list?.classes.map(({ name }) => name) ?? (await readLabels(archive));
  const known = new Set(found);
  const first = [...new Set(wanted)].filter((name) => known.has(name));
  const empty = list?.classes.map(({ name }) => name).filter((name) => !known.has(name)) ?? [];
  return [...new Set([...first, ...found, ...empty])];
}

async function readLabels(archive: Archive): Promise<string[]> {
  if (!archive.has('labels.txt')) return [];
  const read = await archive.bytes('labels.txt', 1024 * 1024);
  if (!read.ok) return [];
  return new TextDecoder()
    .decode(read.value)
    .split(/\r?\n/)
    .map((line) => line.trim());
}

function setOf(archive: Archive, placed: readonly Placed[], order: readonly string[]): PictureSet {
  const classIndex = new Map(order.map((name, i) => [name, i]));
  const takes = new Map<string, Map<string, number>>();
  const sorted = placed.toSorted(
    (a, b) =>
      (classIndex.get(a.className) ?? 0) - (classIndex.get(b.className) ?? 0) ||
      (a.capturedAtMs ?? 0) - (b.capturedAtMs ?? 0) ||
      byName(a.path, b.path),
  );
  const pictures = sorted.map(({ className, take, path, capturedAtMs }): PictureEntry => {
    const own = takes.get(className) ?? new Map<string, number>();
    takes.set(className, own);
    const number = own.get(take) ?? own.size;
    own.set(take, number);
    return { classIndex: classIndex.get(className) ?? 0, take: number, path, capturedAtMs };
  });
  const classNames = order.map((name, i) => cleanName(name, `Class ${i + 1}`));
  return { archive, classNames, pictures };
}

export interface FoldersInput {
  readonly document: ProjectDocument;
  /** How folders are named after classes; the class's own names are in `samples.json` in any case. */
  readonly style?: FolderStyle;
  readonly jpeg: (id: string) => Promise<Uint8Array | null>;
  readonly sink?: ArchiveSink;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Writes `<class>/<n>.jpg` and `samples.json` as a zip. Rejects with AbortError when aborted. */
export async function writeSampleFolders(input: FoldersInput): Promise<Blob> {
  const { document, signal, onProgress } = input;
  const archive = createArchive(input.sink);
  const folders = classFolders(document.project, input.style ?? 'plain');
  const counts = new Map<string, number>();
  const listed: SampleList['samples'] = [];
  for (const [done, sample] of document.samples.entries()) {
    signal.throwIfAborted();
    onProgress(done, document.samples.length);
    const folder = folders.get(sample.classId);
    const jpeg = await input.jpeg(sample.id);
    if (folder === undefined || !jpeg) continue;
    const number = (counts.get(folder) ?? 0) + 1;
    counts.set(folder, number);
    const file = `${folder}/${String(number).padStart(5, '0')}.jpg`;
    await archive.bytes(file, jpeg, true);
    listed.push({ file, take: sample.takeId, capturedAtMs: sample.capturedAtMs });
  }
  const classes = document.project.classes.map(({ id, name }) => ({
    name,
    folder: folders.get(id) ?? '',
  }));
  const list: SampleList = {
    format: 'handful-samples',
    version: 1,
    name: document.project.name,
    classes,
    samples: listed,
  };
  await archive.text('samples.json', JSON.stringify(list));
  return archive.finish();
}

/** How many of `samples` the folders of a zip that was just written hold, every picture read once. */
export async function countFolders(
  set: PictureSet,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<Result<number>> {
  for (const [done, { path }] of set.pictures.entries()) {
    signal.throwIfAborted();
    onProgress(done, set.pictures.length);
    const read = await set.archive.bytes(path, zipLimits.pictureBytes);
    if (!read.ok) return read;
  }
  return succeed(set.pictures.length);
}
