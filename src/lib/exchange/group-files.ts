// Which of the files that came together belong together: a folder, the parts of one model, loose pictures.

import { shortText } from '#lib/core/clean-text.ts';
import { kindOfBytes } from './file-kind.ts';
import { startOf, type InputFile } from './loose-files.ts';
import { isFilm } from './motion-jpeg.ts';

export interface FileGroup {
  /** What the group is called in words: its folder or its only file. */
  readonly name: string;
  readonly files: readonly InputFile[];
}

/** More of a name does not fit on a screen. */
const nameLimit = 120;

/** Each thing is opened and told by itself; more at once is a mistake, or meant as one folder. */
export const mostGroups = 50;

/** One group for each thing to open, in the order in which they came. Folders are told by the first part of the path. */
export async function groupFiles(files: readonly InputFile[]): Promise<FileGroup[]> {
  const groups = new Map<string, { name: string; files: InputFile[] }>();
  const models = await modelFiles(files.filter(({ path }) => !path.includes('/')));
  for (const [i, file] of files.entries()) {
    const { key, name } = await placeOf(file, i, models);
    const group = groups.get(key) ?? { name, files: [] };
    groups.set(key, group);
    group.files.push(file);
  }
  return Array.from(groups, ([key, group]) => {
    const several = key === 'pictures' && group.files.length > 1;
    return { ...group, name: several ? `${group.files.length} pictures` : shown(group.name) };
  });
}

async function placeOf(
  { path, blob }: InputFile,
  index: number,
  models: readonly string[],
): Promise<{ key: string; name: string }> {
  const at = path.indexOf('/');
  if (at >= 0) return { key: `folder ${path.slice(0, at)}`, name: path.slice(0, at) };
  const model = modelOf(path, models);
  if (model !== null) return { key: `model ${model}`, name: model };
  const isPicture = kindOfBytes(await startOf(blob)) === 'picture' && !isFilm(path);
  return { key: isPicture ? 'pictures' : `file ${index}`, name: path };
}

/** The model a file is or belongs to; null when it stands for itself. */
function modelOf(path: string, models: readonly string[]): string | null {
  if (models.includes(path)) return path;
  if (!/^metadata\.json$|\.bin$/i.test(path)) return null;
  const named = models.find((model) => path.startsWith(`${model.replace(/\.json$/i, '')}.`));
  return named ?? models[0] ?? null;
}

const looksAtBytes = 65_536;

/** Names of the layers models among loose files: `model.json`, and whatever says inside that it is one. */
async function modelFiles(files: readonly InputFile[]): Promise<string[]> {
  const found: string[] = [];
  for (const { path, blob } of files) {
    if (!/\.json$/i.test(path)) continue;
    const start = path === 'model.json' ? '' : await blob.slice(0, looksAtBytes).text();
    if (path === 'model.json' || /"(modelTopology|weightsManifest)"/.test(start)) found.push(path);
  }
  return found;
}

const shown = (name: string): string => shortText(name, nameLimit) || 'file';
