// What an archive holds, told by its files, and read as that; what Handful cannot open is refused in words.

import * as v from 'valibot';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { insideFolder, type RootedArchive } from './archive-root.ts';
import { looksLikeAudio } from './file-kind.ts';
import { untoldWords } from './folder-places.ts';
import { readHead } from './head-file.ts';
import { knnDatasetFrom } from './knn-json.ts';
import type { OpenedContent } from './opened-content.ts';
import { pictureProblem, type PictureSet } from './picture-set.ts';
import { readProject } from './project-file.ts';
import { readSampleFolders } from './sample-folders.ts';
import { readTmModel } from './tm-model.ts';
import { ownFolder } from './tm-model-out.ts';
import { readTmProject } from './tm-project.ts';
import { modelFolder } from './web-page.ts';
import { badFile, zipLimits, type Archive } from './zip.ts';

export interface Found {
  readonly content: OpenedContent;
  readonly name: string | null;
  readonly warnings: readonly string[];
  readonly takesUntold?: boolean;
}

export async function contentOf(rooted: RootedArchive, name: string): Promise<Result<Found>> {
  const { archive } = rooted;
  const has = (file: string): boolean => archive.has(file);
  if (archive.names.length === 0) {
    const all = 'holds no file but such whose name points outside of it.';
    return fail(badFile(name, rooted.unsafe > 0 ? all : 'holds no file.'));
  }
  if (has('handful.json')) {
    const file = await readProject(archive);
    if (!file.ok) return file;
    const content = { kind: 'project', file: file.value } as const;
    return succeed({ content, name: file.value.document.project.name, warnings: [] });
  }
  if (has('metadata.json') && has('golden.json')) return headFound(archive, null);
  const own = insideFolder(archive, ownFolder);
  if (own.has('golden.json')) return headFound(own, has('model.json') ? archive : null);
  const page = insideFolder(archive, modelFolder);
  if (page.has('golden.json')) return headFound(page, null);
  if (has('model.json')) return modelFound(archive, 'model.json');
  if (has('manifest.json')) {
    const read = await readTmProject(archive);
    if (!read.ok) return read;
    return succeed({ ...read.value, content: { kind: 'tm-project', set: read.value.set } });
  }
  return (await jsonFound(archive)) ?? foldersOrRefusal(rooted, name);
}

async function headFound(archive: Archive, around: Archive | null): Promise<Result<Found>> {
  const file = await readHead(archive);
  if (!file.ok) return file;
  const model = around && (() => readTmModel(around));
  return succeed({ content: { kind: 'head', file: file.value, model }, name: null, warnings: [] });
}

async function modelFound(archive: Archive, path: string): Promise<Result<Found>> {
  const read = await readTmModel(archive, path);
  if (!read.ok) return read;
  const model = read.value;
  const title = model.name ?? model.labels.slice(0, 3).join(', ');
  return succeed({ content: { kind: 'tm-model', model }, name: title, warnings: [] });
}

const mostJsonFiles = 20;
const modelSchema = v.object({ modelTopology: v.looseObject({}) });

/** JSON under any name: a layers model (as ml5 saves them) or the data of nearest neighbours. Null: neither. */
async function jsonFound(archive: Archive): Promise<Result<Found> | null> {
  const paths = archive.names.filter((path) => /^[^/]+\.json$/i.test(path));
  for (const path of paths.slice(0, mostJsonFiles)) {
    if (archive.size(path) > zipLimits.knnBytes) {
      if (archive.names.length === 1)
        return fail(badFile(path, 'is a JSON file of more than 64 MB.'));
      continue;
    }
    const json = await archive.json(path);
    if (!json.ok) {
      if (archive.names.length === 1) return json;
      continue;
    }
    if (v.is(modelSchema, json.value)) return modelFound(archive, path);
    const set = knnDatasetFrom(json.value, path);
    if (!set) continue;
    if (!set.ok) return set;
    return succeed({
      content: { kind: 'knn', data: set.value },
      name: null,
      warnings: set.value.warnings,
    });
  }
  return null;
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

export const otherModels = 'a model for another kind of program (Keras or TensorFlow Lite).';

function whatElse({ names }: Archive): string {
  const some = (pattern: RegExp): boolean => names.some((file) => pattern.test(file));
  if (some(/\.(h5|keras|tflite|pb)$/i)) return `is ${otherModels}`;
  if (names.some(looksLikeAudio)) return 'holds sounds. Handful learns from pictures only.';
  if (names.length === 1 && some(/\.json$/i)) return 'is a JSON file that Handful does not know.';
  return 'holds nothing that Handful can open.';
}
