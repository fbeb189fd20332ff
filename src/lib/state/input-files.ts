// Files and folders that a person chose or dropped, as the exchange room reads them.

import type { InputFile } from '#lib/exchange/loose-files.ts';

const mostFiles = 200_000;

/** Chosen files; those of a chosen folder carry their path. */
export function inputFiles(files: readonly File[]): InputFile[] {
  return files.map((file) => ({ path: file.webkitRelativePath || file.name, blob: file }));
}

/** Everything in a drop, folders walked through. Call it inside the event: the entries are gone after it. */
export function droppedFiles(transfer: DataTransfer): Promise<InputFile[]> {
  const entries = Array.from(transfer.items)
    .filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry());
  const plain = inputFiles(Array.from(transfer.files));
  if (!entries.some((entry) => entry?.isDirectory)) return Promise.resolve(plain);
  return walkAll(entries.filter((entry) => entry !== null));
}

async function walkAll(entries: readonly FileSystemEntry[]): Promise<InputFile[]> {
  const files: InputFile[] = [];
  const waiting = entries.map((entry) => ({ entry, path: entry.name }));
  for (let next = waiting.shift(); next && files.length <= mostFiles; next = waiting.shift()) {
    const { entry, path } = next;
    if (isFile(entry)) files.push({ path, blob: await fileOf(entry) });
    else if (isFolder(entry)) {
      const inside = await entriesOf(entry);
      waiting.push(...inside.map((each) => ({ entry: each, path: `${path}/${each.name}` })));
    }
  }
  return files;
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A reader hands out its entries in portions, and an empty one at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0 || all.length > mostFiles) return all;
    all.push(...some);
  }
}
