// Paths on the command line → one group for each, in order; the files of one model in one directory are one group.

import { openAsBlob } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import type { FileGroup } from '#lib/exchange/group-files.ts';
import type { InputFile } from '#lib/exchange/loose-files.ts';
import { badFile, tooMany, zipLimits } from '#lib/exchange/zip.ts';

const modelParts = /^(model|metadata)\.json$|\.bin$/i;

/** A group for each path, folders walked through. What cannot be read is a failure in its place. */
export async function inputGroups(paths: readonly string[]): Promise<Result<FileGroup>[]> {
  const models = new Set(paths.filter((path) => basename(path) === 'model.json').map(directoryOf));
  const groups = new Map<string, string[]>();
  for (const [i, path] of paths.entries()) {
    const isPart = modelParts.test(basename(path)) && models.has(directoryOf(path));
    const key = isPart ? `model ${directoryOf(path)}` : `argument ${i}`;
    const list = groups.get(key);
    if (list) list.push(path);
    else groups.set(key, [path]);
  }
  return Promise.all(Array.from(groups.values(), groupAt));
}

const directoryOf = (path: string): string => dirname(resolve(path));

/** One folder, one file, or the files of one model. */
async function groupAt(paths: readonly string[]): Promise<Result<FileGroup>> {
  const files: InputFile[] = [];
  for (const path of paths) {
    try {
      if ((await stat(path)).isDirectory()) return await folderAt(path);
      files.push({ path: basename(path), blob: await openAsBlob(path) });
    } catch (error) {
      return fail(badFile(path, `cannot be read (${messageOf(error)}).`, 'Check the path.'));
    }
  }
  const name = paths.length === 1 ? basename(paths[0] ?? '') : 'model.json';
  return succeed({ name, files });
}

async function folderAt(path: string): Promise<Result<FileGroup>> {
  const name = basename(resolve(path));
  const files: InputFile[] = [];
  // Links are followed; one that leads back to a folder that was walked through is not, or the walk would never end.
  const walked = new Set<string>();
  const waiting = [''];
  for (let inside = waiting.pop(); inside !== undefined; inside = waiting.pop()) {
    const folder = await realpath(join(path, inside));
    if (walked.has(folder)) continue;
    walked.add(folder);
    for (const entry of (await readdir(folder)).sort()) {
      const found = await stat(join(folder, entry)).catch(() => null);
      const below = inside === '' ? entry : `${inside}/${entry}`;
      if (found?.isDirectory()) waiting.push(below);
      else if (found?.isFile()) {
        files.push({ path: `${name}/${below}`, blob: await openAsBlob(join(folder, entry)) });
      }
    }
    if (files.length > zipLimits.entries) return fail(tooMany(name));
  }
  return files.length > 0 ? succeed({ name, files }) : fail(badFile(name, 'is an empty folder.'));
}
