// Zip archives in and out, with limits: what a file says about itself is not believed, and reading stops in time.

import {
  BlobReader,
  configure,
  TextReader,
  Uint8ArrayReader,
  ZipReader,
  ZipWriter,
  type FileEntry,
} from '@zip.js/zip.js';
import { shortText } from '#lib/core/clean-text.ts';
import { fail, messageOf, succeed, type Failure, type Result } from '#lib/core/failure.ts';
import { memorySink, type ArchiveSink } from './archive-sink.ts';
import { pause } from './pause.ts';
import { jsonLimits, jsonProblem } from './json-limits.ts';
import { statedCount } from './zip-count.ts';

// zip.js would start workers from blob: addresses, which the content security policy forbids.
configure({ useWebWorkers: false });

export const zipLimits = {
  archiveBytes: 4 * 1024 ** 3,
  /** A project holds 100 000 pictures at most, and listing more names keeps a page busy for seconds. */
  entries: 120_000,
  textBytes: jsonLimits.bytes,
  pictureBytes: 20 * 1024 ** 2,
  /** 50 000 embeddings of 1280 numbers. */
  numbersBytes: 256 * 1024 ** 2,
  modelBytes: 128 * 1024 ** 2,
  knnBytes: jsonLimits.bytes,
  /** A kept sample is a small square. */
  sampleBytes: 2 * 1024 ** 2,
} as const;

/** Files by name, read when they are asked for: a zip that was opened, or files that were chosen together. */
export interface Archive {
  readonly fileName: string;
  readonly names: readonly string[];
  has(name: string): boolean;
  /** Bytes of a file as the archive states them, not to be believed; 0 for a file that is not there. */
  size(name: string): number;
  /** Uncompressed bytes of a file; refuses more than `limit`, whatever the archive says. */
  bytes(name: string, limit: number): Promise<Result<Uint8Array>>;
  json(name: string): Promise<Result<unknown>>;
  close(): Promise<void>;
}

/** More of a name or of a reason does not fit on a screen. */
const wordLimits = { fileName: 120, reason: 300 } as const;

/** A refusal: `reason` goes on from the file's name. */
export function badFile(fileName: string, reason: string, advice?: string): Failure {
  return {
    code: 'bad-file',
    fileName: shortText(fileName, wordLimits.fileName),
    reason: shortText(reason, wordLimits.reason),
    advice:
      advice ??
      'Choose a project of Handful or Teachable Machine, a model of theirs, pictures, or a folder with one folder of pictures for each class.',
  };
}

/** Entries that are listed before the page may answer. */
const entriesAtOnce = 500;
/** A refusal of a zip or a folder with more files than `zipLimits.entries`. */
export const tooMany = (fileName: string): Failure =>
  badFile(fileName, `holds more than ${zipLimits.entries / 1000} 000 files.`);

const damaged = 'Download or copy the file again; this copy is damaged.';

/** Opens a zip without reading its files. */
export async function openArchive(blob: Blob, fileName: string): Promise<Result<Archive>> {
  if (blob.size > zipLimits.archiveBytes) return fail(badFile(fileName, 'is larger than 4 GB.'));
  const start = new Uint8Array(await blob.slice(0, 4).arrayBuffer());
  if (start[0] !== 0x50 || start[1] !== 0x4b) {
    return fail(badFile(fileName, 'is not a zip file.'));
  }
  if ((await statedCount(blob)) > zipLimits.entries) return fail(tooMany(fileName));
  // Names that point outside are left out by `rootedArchive`, for zips and folders alike.
  const reader = new ZipReader(new BlobReader(blob), { filenameValidation: 'tolerant' });
  const entries = new Map<string, FileEntry>();
  let listed = 0;
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      listed += 1;
      if (listed > zipLimits.entries) return fail(tooMany(fileName));
      if (entry.encrypted) {
        return fail(badFile(fileName, 'is locked with a password.', 'Save it again without one.'));
      }
      if (entry.directory) continue;
      entries.set(entry.filename, entry);
      if (entries.size % entriesAtOnce === 0) await pause();
    }
  } catch (error) {
    return fail(badFile(fileName, `cannot be opened (${messageOf(error)}).`, damaged));
  }
  return succeed({
    fileName,
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    size: (name) => entries.get(name)?.uncompressedSize ?? 0,
    bytes: (name, limit) => readEntry(fileName, name, entries.get(name), limit),
    async json(name) {
      const read = await readEntry(fileName, name, entries.get(name), zipLimits.textBytes);
      return read.ok ? parseJson(fileName, name, read.value) : read;
    },
    close: () => reader.close(),
  });
}

/** A zip that is being written. */
export interface ArchiveWriter {
  text(name: string, text: string): Promise<void>;
  /** `store`: without compression, for what is compressed already. */
  bytes(name: string, bytes: Uint8Array, store?: boolean): Promise<void>;
  finish(): Promise<Blob>;
}

export function createArchive(sink: ArchiveSink = memorySink()): ArchiveWriter {
  const writer = new ZipWriter(sink.writable);
  return {
    async text(name, text) {
      await writer.add(name, new TextReader(text));
    },
    async bytes(name, bytes, store = false) {
      await writer.add(name, new Uint8ArrayReader(bytes), { level: store ? 0 : 6 });
    },
    async finish() {
      await writer.close();
      return sink.file();
    },
  };
}

async function readEntry(
  fileName: string,
  name: string,
  entry: FileEntry | undefined,
  limit: number,
): Promise<Result<Uint8Array>> {
  if (!entry) return fail(badFile(fileName, `lacks “${name}”.`, damaged));
  const chunks: Uint8Array[] = [];
  let total = 0;
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      total += chunk.length;
      if (total > limit) throw new RangeError(`“${name}” is too large`);
      chunks.push(chunk.slice());
    },
  });
  try {
    if (entry.uncompressedSize > limit) throw new RangeError(`“${name}” is too large`);
    await entry.getData(sink, { checkSignature: true });
  } catch (error) {
    return fail(badFile(fileName, `is damaged (${messageOf(error)}).`, damaged));
  }
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return succeed(bytes);
}

export function parseJson(fileName: string, name: string, bytes: Uint8Array): Result<unknown> {
  const problem = jsonProblem(bytes);
  if (problem !== null) return fail(badFile(fileName, `is refused: “${name}” ${problem}.`));
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return succeed(value);
  } catch (error) {
    return fail(badFile(fileName, `is damaged (“${name}”: ${messageOf(error)}).`, damaged));
  }
}
