// What files from outside are, told by their content, and opened as that; everything else is refused in words.

import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import type { FileSummary } from '#lib/core/file-summary.ts';
import { cleanName } from '#lib/core/project.ts';
import { rootedArchive } from './archive-root.ts';
import { contentOf, otherModels } from './content-of.ts';
import { kindOfBytes } from './file-kind.ts';
import { looseArchive, startOf, type InputFile } from './loose-files.ts';
import { isFilm, readFilm, type Film } from './motion-jpeg.ts';
import { countsOf, type OpenedContent } from './opened-content.ts';
import { badFile, openArchive, tooMany, zipLimits, type Archive } from './zip.ts';

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
  if (files.length > zipLimits.entries) return fail(tooMany(name));
  const alone = files.length === 1 && !first.path.includes('/');
  const single = alone ? await openSingle(first) : succeed(looseArchive(files, name));
  if (!single.ok) return single;
  const { value: archive } = single;
  if ('content' in archive) return succeed(archive);
  try {
    const opened = await openArchived(archive, name);
    if (!opened.ok) await archive.close();
    return opened;
  } catch (error) {
    await archive.close();
    throw error;
  }
}

/** Counts of what was opened. */
export function summaryOf({ content, warnings }: OpenedFile): FileSummary {
  return { kind: content.kind, ...countsOf(content), warnings };
}

/** A file alone: a zip is opened, a picture, JSON or video stands for itself, the rest is refused by what it is. */
async function openSingle({ path, blob }: InputFile): Promise<Result<Archive | OpenedFile>> {
  try {
    if (isFilm(path)) {
      const film = await readFilm(blob, path);
      if (film?.ok === false) return film;
      if (film)
        return succeed(
          standing(path, { kind: 'pictures', set: film.value.set }, filmWords(film.value)),
        );
    }
    switch (kindOfBytes(await startOf(blob))) {
      case 'zip':
        return await openArchive(blob, path);
      case 'picture':
        return succeed(looseArchive([{ path, blob }], path));
      case 'json':
        // JSON is JSON whatever it is called.
        return succeed(looseArchive([{ path: path.replace(/(\.json)?$/i, '.json'), blob }], path));
      case 'video':
        return succeed(standing(path, { kind: 'video', fileName: path, blob }));
      case 'empty':
        return fail(badFile(path, 'is empty.'));
      case 'audio':
        return fail(badFile(path, 'is a sound. Handful learns from pictures only.'));
      case 'hdf5':
      case 'tflite':
        return fail(badFile(path, `is ${otherModels}`, tfjsAdvice));
      case 'other':
        return fail(badFile(path, otherWords(path)));
    }
  } catch (error) {
    return fail(badFile(path, `cannot be read (${messageOf(error)}).`, 'Choose it again.'));
  }
}

/** A file that is its own content. */
function standing(
  path: string,
  content: OpenedContent,
  warnings: readonly string[] = [],
): OpenedFile {
  const name = cleanName(plainName(path), 'Opened file');
  return { content, name, warnings, takesUntold: false, close: () => Promise.resolve() };
}

const filmWords = ({ frames, set }: Film): string[] =>
  frames > set.pictures.length
    ? [`The film has ${frames} frames; ${set.pictures.length} of them, evenly spread, are taken.`]
    : [];

const otherWords = (name: string): string =>
  /\.(zip|tm)$/i.test(name) ? 'is not a zip file.' : 'is not a file that Handful can open.';
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

/** The file's name without its endings. */
function plainName(name: string): string {
  return name
    .replace(/(\.(handful|head|folders|knn|tm-model))?\.(zip|tm|json)$/i, '')
    .replace(/\.\w{3,5}$/, '');
}
