import { afterEach, expect, test, vi } from 'vitest';
import { createArchive, openArchive } from '#lib/exchange/zip.ts';
import { withFileSink, type FileSink } from './file-sink.ts';

/** A browser's own files, as far as they are used: names and bytes. `roomBytes` is what the disk still takes. */
function fakeDisk(roomBytes: number): { files: Map<string, Blob>; getDirectory: () => unknown } {
  const files = new Map<string, Blob>();
  const fileOf = (name: string) => ({
    kind: 'file',
    getFile: () =>
      Promise.resolve(Object.assign(files.get(name) ?? new Blob(), { lastModified: 1 })),
    createWritable: () => {
      const parts: Blob[] = [];
      return Promise.resolve({
        write(part: Blob) {
          if (part.size > roomBytes) throw new DOMException('full', 'QuotaExceededError');
          parts.push(part);
          return Promise.resolve();
        },
        close: () => Promise.resolve(files.set(name, new Blob(parts))),
        abort: () => Promise.resolve(),
      });
    },
  });
  const folder = {
    getFileHandle(name: string) {
      files.set(name, new Blob());
      return Promise.resolve(fileOf(name));
    },
    removeEntry: (name: string) => Promise.resolve(files.delete(name)),
    async *entries() {
      await Promise.resolve();
      for (const name of files.keys()) yield [name, fileOf(name)];
    },
  };
  const root = { getDirectoryHandle: () => Promise.resolve(folder) };
  return { files, getDirectory: () => Promise.resolve(root) };
}

const useDisk = (storage: object): void => void vi.stubGlobal('navigator', { storage });

async function writeZip(sink: FileSink): Promise<Blob> {
  const archive = createArchive(sink);
  await archive.bytes('a.bin', new Uint8Array(3_000_000).fill(7), true);
  await archive.text('b.txt', 'hello');
  return archive.finish();
}

async function namesIn(blob: Blob): Promise<readonly string[]> {
  const opened = await openArchive(blob, 'a.zip');
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
  const read = await opened.value.bytes('a.bin', 4_000_000);
  expect(read.ok && read.value.length).toBe(3_000_000);
  return opened.value.names;
}

afterEach(() => vi.unstubAllGlobals());

test('a zip goes to a file of the browser, which is deleted afterwards', async () => {
  const disk = fakeDisk(Infinity);
  disk.files.set('left by a tab that was closed', new Blob());
  useDisk(disk);
  const discard = await withFileSink(async (sink) => {
    expect(await namesIn(await writeZip(sink))).toEqual(['a.bin', 'b.txt']);
    expect(disk.files.size).toBe(1);
    return () => sink.discard();
  });
  await discard();
  expect(disk.files.size).toBe(0);
});

test('on a full disk it is written in memory, and nothing stays on the disk', async () => {
  const disk = fakeDisk(1000);
  useDisk(disk);
  expect(await namesIn(await withFileSink(writeZip))).toEqual(['a.bin', 'b.txt']);
  expect(disk.files.size).toBe(0);
});

test('where the browser lends no files it is written in memory', async () => {
  useDisk({ getDirectory: () => Promise.reject(new DOMException('no', 'SecurityError')) });
  expect(await namesIn(await withFileSink(writeZip))).toEqual(['a.bin', 'b.txt']);
  useDisk({});
  expect(await namesIn(await withFileSink(writeZip))).toEqual(['a.bin', 'b.txt']);
});

test('work that rejects leaves no file', async () => {
  const disk = fakeDisk(Infinity);
  useDisk(disk);
  const stopped = new DOMException('Stopped.', 'AbortError');
  await expect(withFileSink(() => Promise.reject(stopped))).rejects.toBe(stopped);
  expect(disk.files.size).toBe(0);
});
