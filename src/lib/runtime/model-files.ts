// The files of an exported model: fetched by the page, read by Node, or handed over; listed in `files.json`.

import * as v from 'valibot';
import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import { badFile, parseJson, type Archive } from '#lib/exchange/zip.ts';

export type ReadFile = (name: string) => Promise<Uint8Array>;

const listSchema = v.object({ files: v.array(v.string()) });

/** The folder as an archive, so that its files are read and checked by the same code as everywhere. */
export async function modelArchive(folder: string, read: ReadFile): Promise<Result<Archive>> {
  const bytes = async (name: string, limit: number): Promise<Result<Uint8Array>> => {
    try {
      const file = await read(name);
      if (file.length <= limit) return succeed(file);
      return fail(badFile(folder, `holds “${name}”, which is too large.`));
    } catch (error) {
      const advice = 'Check the address: it is that of the folder with metadata.json in it.';
      return fail(badFile(folder, `lacks “${name}” (${messageOf(error)}).`, advice));
    }
  };
  const json = async (name: string): Promise<Result<unknown>> => {
    const text = await bytes(name, largestText);
    return text.ok ? parseJson(folder, name, text.value) : text;
  };
  const listed = await json('files.json');
  if (!listed.ok) return listed;
  const list = v.safeParse(listSchema, listed.value);
  if (!list.success) return fail(badFile(folder, 'is damaged (files.json).'));
  const names = list.output.files;
  return succeed({
    fileName: folder,
    names,
    has: (name) => names.includes(name),
    size: () => 0,
    bytes,
    json,
    close: () => Promise.resolve(),
  });
}

const largestText = 64 * 1024 ** 2;

/** Reads below `folder`, over the network or from the disk. */
export function readerAt(folder: URL): ReadFile {
  return (name) => readUrl(new URL(name, folder));
}

/** Bytes at an address; `file:` works in Node. */
export async function readUrl(url: URL): Promise<Uint8Array> {
  if (url.protocol === 'file:') {
    const { readFile } = globalThis.process.getBuiltinModule('node:fs/promises');
    return new Uint8Array(await readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
