// Paths on the command line → files that belong together, as the page would get them from one drop.

import { openAsBlob } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import { groupFiles, type FileGroup } from '#lib/exchange/group-files.ts';
import type { InputFile } from '#lib/exchange/loose-files.ts';
import { badFile, zipLimits } from '#lib/exchange/zip.ts';

/** Groups of the files at `paths`, folders walked through; a path that cannot be read is a failure in its place. */
export async function inputGroups(paths: readonly string[]): Promise<Result<FileGroup>[]> {
  const files: InputFile[] = [];
  const failures: Result<FileGroup>[] = [];
  for (const path of paths) {
    const read = await filesAt(path);
    if (read.ok) files.push(...read.value);
    else failures.push(read);
  }
  const groups = await groupFiles(files);
  return [...groups.map((group) => succeed(group)), ...failures];
}

async function filesAt(path: string): Promise<Result<InputFile[]>> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return await filesIn(path);
    return succeed([{ path: basename(path), blob: await openAsBlob(path) }]);
  } catch (error) {
    return fail(badFile(path, `cannot be read (${messageOf(error)}).`, 'Check the path.'));
  }
}

async function filesIn(path: string): Promise<Result<InputFile[]>> {
  const name = basename(resolve(path));
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const found = entries.filter((entry) => entry.isFile());
  if (found.length === 0) return fail(badFile(name, 'is an empty folder.'));
  if (found.length > zipLimits.entries) {
    return fail(badFile(name, 'holds more than 200 000 files.'));
  }
  const files: InputFile[] = [];
  for (const entry of found) {
    const full = join(entry.parentPath, entry.name);
    const inside = relative(path, full).split(sep).join('/');
    files.push({ path: `${name}/${inside}`, blob: await openAsBlob(full) });
  }
  return succeed(files);
}
