// Files that were chosen or dropped together (a folder, or a model in three files), read as one archive.

import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import { badFile, parseJson, zipLimits, type Archive } from './zip.ts';

/** A file from outside. `path` has `/` between folders; a file alone is only its name. */
export interface InputFile {
  readonly path: string;
  readonly blob: Blob;
}

/** The files by path; `name` stands for all of them in words. A path that is there twice keeps its first file. */
export function looseArchive(files: readonly InputFile[], name: string): Archive {
  const byPath = new Map<string, Blob>();
  for (const { path, blob } of files) if (!byPath.has(path)) byPath.set(path, blob);
  const bytes = async (path: string, limit: number): Promise<Result<Uint8Array>> => {
    const blob = byPath.get(path);
    if (!blob) return fail(badFile(name, `lacks “${path}”.`, 'Choose all of its files together.'));
    if (blob.size > limit) return fail(badFile(path, 'is too large.'));
    try {
      return succeed(new Uint8Array(await blob.arrayBuffer()));
    } catch (error) {
      return fail(badFile(path, `cannot be read (${messageOf(error)}).`, 'Choose it again.'));
    }
  };
  return {
    fileName: name,
    names: [...byPath.keys()],
    has: (path) => byPath.has(path),
    size: (path) => byPath.get(path)?.size ?? 0,
    bytes,
    async json(path) {
      const read = await bytes(path, zipLimits.textBytes);
      return read.ok ? parseJson(name, path, read.value) : read;
    },
    close: () => Promise.resolve(),
  };
}

/** The first 512 bytes and the size of a file: enough to tell what it is. */
export async function startOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.slice(0, 512).arrayBuffer());
}
