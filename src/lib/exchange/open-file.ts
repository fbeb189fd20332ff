// What files from outside are, told by their content, and opened as that; everything else is refused in words.

import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import type { FileSummary } from '#lib/core/file-summary.ts';
import { cleanName } from '#lib/core/project.ts';
import { rootedArchive, type RootedArchive } from './archive-root.ts';
import { kindOfBytes, looksLikeAudio } from './file-kind.ts';
import { untoldWords } from './folder-places.ts';
import { readHead, type HeadFile } from './head-file.ts';
import { looseArchive, startOf, type InputFile } from './loose-files.ts';
import { countPictures, pictureProblem, type PictureSet } from './picture-set.ts';
import { readProject, type ProjectFile } from './project-file.ts';
import { readSampleFolders } from './sample-folders.ts';
import { readTmModel, type TmModel } from './tm-model.ts';
import { readTmProject } from './tm-project.ts';
import { badFile, openArchive, zipLimits, type Archive } from './zip.ts';

/** What was opened, by kind. A new kind is one member here, and the compiler shows every place to extend. */
export type OpenedContent =
  | { readonly kind: 'project'; readonly file: ProjectFile }
  | { readonly kind: 'head'; readonly file: HeadFile }
  | { readonly kind: 'tm-model'; readonly model: TmModel }
  | { readonly kind: 'tm-project' | 'folders' | 'pictures'; readonly set: PictureSet };

export interface OpenedFile {
  readonly content: OpenedContent;
  /** A name for the project that comes of it. */
  readonly name: string;
  /** Whole sentences. */
  readonly warnings: readonly string[];
  /** Folders of which nothing says which pictures were taken in one go. */
  readonly takesUntold: boolean;
  close(): Promise<void>;
}

/** Opens files that belong together: one file, a model in several, or all files of a folder named `name`. */
export async function openFiles(
  files: readonly InputFile[],
  name: string,
): Promise<Result<OpenedFile>> {
  const [first] = files;
  if (!first) return fail(badFile(name, 'is an empty folder.'));
  const alone = files.length === 1 && !first.path.includes('/');
  const archive = alone ? await openSingle(first) : succeed(looseArchive(files, name));
  if (!archive.ok) return archive;
  try {
    const opened = await openArchived(archive.value, name);
    if (!opened.ok) await archive.value.close();
    return opened;
  } catch (error) {
    await archive.value.close();
    throw error;
  }
}

/** Counts of what was opened. */
export function summaryOf({ content, warnings }: OpenedFile): FileSummary {
  return { kind: content.kind, ...countsOf(content), warnings };
}

function countsOf(content: OpenedContent): Pick<FileSummary, 'classes' | 'takes'> {
  switch (content.kind) {
    case 'project': {
      const { project, samples } = content.file.document;
      const shots = new Map<string, number>();
      for (const { classId } of samples) shots.set(classId, (shots.get(classId) ?? 0) + 1);
      const takes = new Set(
        samples.map(({ classId, takeId }) => JSON.stringify([classId, takeId])),
      );
      const classes = project.classes.map(({ id, name }) => ({
        name,
        samples: shots.get(id) ?? 0,
      }));
      return { classes, takes: takes.size };
    }
    case 'head':
      return { classes: content.file.head.labels.map((name) => ({ name, samples: 0 })), takes: 0 };
    case 'tm-model':
      return { classes: content.model.labels.map((name) => ({ name, samples: 0 })), takes: 0 };
    case 'tm-project':
    case 'folders':
    case 'pictures':
      return countPictures(content.set);
  }
}

/** A file alone: a zip is opened, a picture stands for itself, the rest is refused by what it is. */
async function openSingle({ path, blob }: InputFile): Promise<Result<Archive>> {
  try {
    switch (kindOfBytes(await startOf(blob))) {
      case 'zip':
        return await openArchive(blob, path);
      case 'picture':
        return succeed(looseArchive([{ path, blob }], path));
      case 'empty':
        return fail(badFile(path, 'is empty.'));
      case 'audio':
        return fail(badFile(path, 'is a sound. Handful learns from pictures only.'));
      case 'video':
        return fail(badFile(path, 'is a video.'));
      case 'hdf5':
      case 'tflite':
        return fail(badFile(path, `is ${otherModels}`, tfjsAdvice));
      case 'json':
        return fail(badFile(path, 'is a JSON file that Handful does not know.'));
      case 'other':
        return fail(badFile(path, otherWords(path)));
    }
  } catch (error) {
    return fail(badFile(path, `cannot be read (${messageOf(error)}).`, 'Choose it again.'));
  }
}

const otherWords = (name: string): string =>
  /\.(zip|tm)$/i.test(name) ? 'is not a zip file.' : 'is not a file that Handful can open.';
const otherModels = 'a model for another kind of program (Keras or TensorFlow Lite).';
const tfjsAdvice =
  'In Teachable Machine choose “Export Model”, “Tensorflow.js”, “Download my model”, and open that zip.';

async function openArchived(archive: Archive, name: string): Promise<Result<OpenedFile>> {
  const rooted = rootedArchive(archive);
  const content = await contentOf(rooted, name);
  if (!content.ok) return content;
  const { unsafe } = rooted;
  const warnings = unsafe === 0 ? [] : [`Left out for an unsafe name: ${unsafe} of the files.`];
  return succeed({
    content: content.value.content,
    name: cleanName(content.value.name ?? plainName(name), 'Opened file'),
    warnings: [...warnings, ...content.value.warnings],
    takesUntold: content.value.takesUntold ?? false,
    close: () => archive.close(),
  });
}

interface Found {
  readonly content: OpenedContent;
  readonly name: string | null;
  readonly warnings: readonly string[];
  readonly takesUntold?: boolean;
}

async function contentOf(rooted: RootedArchive, name: string): Promise<Result<Found>> {
  const { archive } = rooted;
  const has = (file: string): boolean => archive.has(file);
  if (archive.names.length === 0) return fail(badFile(name, 'holds no file.'));
  if (has('handful.json')) {
    const file = await readProject(archive);
    if (!file.ok) return file;
    const content = { kind: 'project', file: file.value } as const;
    return succeed({ content, name: file.value.document.project.name, warnings: [] });
  }
  if (has('metadata.json') && has('golden.json')) {
    const file = await readHead(archive);
    return file.ok
      ? succeed({ content: { kind: 'head', file: file.value }, name: null, warnings: [] })
      : file;
  }
  if (has('model.json')) {
    const read = await readTmModel(archive);
    if (!read.ok) return read;
    const model = read.value;
    const title = model.name ?? model.labels.slice(0, 3).join(', ');
    return succeed({ content: { kind: 'tm-model', model }, name: title, warnings: [] });
  }
  if (has('manifest.json')) {
    const read = await readTmProject(archive);
    if (!read.ok) return read;
    return succeed({ ...read.value, content: { kind: 'tm-project', set: read.value.set } });
  }
  return foldersOrRefusal(rooted, name);
}

async function foldersOrRefusal(rooted: RootedArchive, name: string): Promise<Result<Found>> {
  const folders = await readSampleFolders(rooted);
  if (!folders.ok) return folders;
  if (!folders.value) return fail(badFile(name, whatElse(rooted.archive)));
  const { set } = folders.value;
  const loose = rooted.root === null && set.pictures.every(({ path }) => !path.includes('/'));
  const problem = loose ? await firstProblem(set) : null;
  if (problem !== null) return fail(badFile(name, problem, 'Save it again as JPEG or PNG.'));
  const kind = loose ? 'pictures' : 'folders';
  // Loose pictures go into one class, mostly a few at a time.
  const { name: title, warnings, takesUntold } = folders.value;
  if (!loose) return succeed({ name: title, warnings, takesUntold, content: { kind, set } });
  const own = warnings.filter((words) => words !== untoldWords);
  return succeed({ name: title, warnings: own, content: { kind, set } });
}

/** A picture alone is looked at now; those of a set when they are read. */
async function firstProblem(set: PictureSet): Promise<string | null> {
  const [only, ...others] = set.pictures;
  if (!only || others.length > 0) return null;
  const read = await set.archive.bytes(only.path, zipLimits.pictureBytes);
  return read.ok ? pictureProblem(read.value) : 'cannot be read.';
}

function whatElse({ names }: Archive): string {
  const some = (pattern: RegExp): boolean => names.some((file) => pattern.test(file));
  if (some(/\.(h5|keras|tflite|pb)$/i)) return `is ${otherModels}`;
  if (names.some(looksLikeAudio)) return 'holds sounds. Handful learns from pictures only.';
  return 'holds nothing that Handful can open.';
}

/** The file's name without its endings. */
function plainName(name: string): string {
  return name.replace(/(\.(handful|head|folders))?\.(zip|tm|json)$/i, '').replace(/\.\w{3,4}$/, '');
}
