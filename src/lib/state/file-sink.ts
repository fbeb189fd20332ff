// A file on the browser's own disk for a zip on its way to the person's downloads, so that its bytes are not in memory.
// Where the browser has no such disk, memory it is.

import { memorySink, type ArchiveSink } from '#lib/exchange/archive-sink.ts';
import { newId, nowMs } from './clock.ts';

export interface FileSink extends ArchiveSink {
  /** Deletes the file. */
  discard(): Promise<void>;
}

const folderName = 'files-on-their-way-out';
/** What is older was left by a tab that was closed too early. */
const leftoverMs = 60 * 60 * 1000;
/** Small pieces are gathered: every write is a round trip to another process. */
const gatherBytes = 1024 * 1024;

/**
 * Gives `work` a file to write to, and, when the disk turns out to be too full for it, once more memory.
 * Whoever hands the file on discards it; after a rejection it is gone.
 */
export async function withFileSink<T>(work: (sink: FileSink) => Promise<T>): Promise<T> {
  const sink = await openFileSink();
  try {
    return await work(sink);
  } catch (error) {
    await sink.discard();
    if (!(error instanceof DOMException) || error.name !== 'QuotaExceededError') throw error;
    return work(inMemory());
  }
}

/** A fresh file; deletes what earlier sessions left. */
async function openFileSink(): Promise<FileSink> {
  const folder = await ownFolder();
  if (!folder) return inMemory();
  const name = newId();
  try {
    await deleteLeftovers(folder);
    const handle = await folder.getFileHandle(name, { create: true });
    const target = await handle.createWritable();
    return {
      writable: gathered(target),
      file: () => handle.getFile(),
      async discard() {
        // A file that is still being written cannot be deleted.
        await target.abort();
        await deleteFile(folder, name);
      },
    };
  } catch (error) {
    await deleteFile(folder, name);
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    return inMemory();
  }
}

function inMemory(): FileSink {
  return { ...memorySink(), discard: () => Promise.resolve() };
}

/** null where the browser has no files of its own, or lends none (a private window). */
async function ownFolder(): Promise<FileSystemDirectoryHandle | null> {
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(folderName, { create: true });
  } catch (error) {
    if (error instanceof DOMException || error instanceof TypeError) return null;
    throw error;
  }
}

async function deleteLeftovers(folder: FileSystemDirectoryHandle): Promise<void> {
  const old: string[] = [];
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind !== 'file') continue;
    const { lastModified } = await handle.getFile();
    if (nowMs() - lastModified > leftoverMs) old.push(name);
  }
  for (const name of old) await deleteFile(folder, name);
}

async function deleteFile(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await folder.removeEntry(name);
  } catch (error) {
    // Gone already, or still held open: then it is a leftover of tomorrow.
    if (!(error instanceof DOMException)) throw error;
  }
}

function gathered(target: FileSystemWritableFileStream): WritableStream<Uint8Array> {
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let waiting = 0;
  const flush = async (): Promise<void> => {
    if (waiting === 0) return;
    const blob = new Blob(chunks);
    chunks = [];
    waiting = 0;
    await target.write(blob);
  };
  return new WritableStream<Uint8Array>({
    async write(chunk) {
      chunks.push(chunk.slice());
      waiting += chunk.length;
      if (waiting >= gatherBytes) await flush();
    },
    async close() {
      await flush();
      await target.close();
    },
    abort: (reason) => target.abort(reason),
  });
}
