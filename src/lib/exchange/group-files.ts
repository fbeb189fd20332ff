// Which of the files that came together belong together: a folder, the parts of one model, loose pictures.

import { kindOfBytes } from './file-kind.ts';
import { startOf, type InputFile } from './loose-files.ts';

export interface FileGroup {
  /** What the group is called in words: its folder or its only file. */
  readonly name: string;
  readonly files: readonly InputFile[];
}

/** One group for each thing to open, in the order in which they came. Folders are told by the first part of the path. */
export async function groupFiles(files: readonly InputFile[]): Promise<FileGroup[]> {
  const groups = new Map<string, InputFile[]>();
  const loose = files.filter(({ path }) => !path.includes('/'));
  const model = loose.some(({ path }) => path === 'model.json');
  const isPart = (path: string): boolean => model && /^(model|metadata)\.json$|\.bin$/i.test(path);
  for (const [i, file] of files.entries()) {
    const { path, blob } = file;
    const at = path.indexOf('/');
    const isPicture = at < 0 && kindOfBytes(await startOf(blob)) === 'picture';
    const key =
      at >= 0
        ? `folder ${path.slice(0, at)}`
        : isPart(path)
          ? 'model'
          : isPicture
            ? 'pictures'
            : `file ${i}`;
    const list = groups.get(key);
    if (list) list.push(file);
    else groups.set(key, [file]);
  }
  return Array.from(groups, ([key, list]) => ({ name: nameOf(key, list), files: list }));
}

function nameOf(key: string, files: readonly InputFile[]): string {
  if (key === 'model') return 'model.json';
  if (key.startsWith('folder ')) return key.slice('folder '.length);
  return files.length === 1 ? (files[0]?.path ?? 'file') : `${files.length} pictures`;
}
