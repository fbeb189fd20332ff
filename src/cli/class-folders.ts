// A folder of class folders: its pictures by class, in name order, read and embedded one at a time.

import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { describeFailure, fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import { looksLikePicture } from '#lib/exchange/file-kind.ts';
import { pictureProblem } from '#lib/exchange/picture-set.ts';
import { badFile, zipLimits } from '#lib/exchange/zip.ts';
import type { NodeEngine } from './node-engine.ts';
import { decodePicture, type NodePicture } from './node-pictures.ts';
import type { Console } from './verb.ts';

export interface ClassFolders {
  readonly name: string;
  readonly classes: readonly { readonly name: string; readonly files: readonly string[] }[];
}

export interface EmbeddedPicture {
  readonly file: string;
  /** The square that the page would keep. */
  readonly jpeg: Uint8Array;
  readonly embedding: Float32Array;
}

export interface EmbeddedSet {
  readonly name: string;
  /** In order of the folders' names, with at least one picture each. */
  readonly classes: readonly {
    readonly name: string;
    readonly pictures: readonly EmbeddedPicture[];
  }[];
}

const reportEvery = 100;
const advice = 'Give a folder that holds one folder of pictures for each class.';
/** Names with numbers in the order in which people count: 2 before 10. */
const { compare } = new Intl.Collator('en', { numeric: true });

/** Lists a folder. Fails when it cannot be read or has fewer than two folders with pictures. */
export async function listClassFolders(path: string): Promise<Result<ClassFolders>> {
  try {
    const entries = await readdir(path);
    const classes: { name: string; files: string[] }[] = [];
    for (const name of entries.sort(compare)) {
      if (!(await isFolder(join(path, name)))) continue;
      const names = (await readdir(join(path, name))).filter(looksLikePicture).sort(compare);
      if (names.length > 0) classes.push({ name, files: names.map((n) => join(path, name, n)) });
    }
    if (classes.length < 2) {
      return fail(badFile(path, 'has fewer than two folders with pictures.', advice));
    }
    return succeed({ name: basename(resolve(path)), classes });
  } catch (error) {
    return fail(badFile(path, `cannot be read as a folder (${messageOf(error)}).`, advice));
  }
}

/** Embeds every picture as the page would. Pictures that cannot be read are left out and named. */
export async function embedClassFolders(
  { name, classes }: ClassFolders,
  { engine }: NodeEngine,
  console: Console,
  signal: AbortSignal,
): Promise<Result<EmbeddedSet>> {
  const total = classes.reduce((sum, { files }) => sum + files.length, 0);
  let done = 0;
  const embedded: { name: string; pictures: EmbeddedPicture[] }[] = [];
  for (const entry of classes) {
    const pictures: EmbeddedPicture[] = [];
    for (const file of entry.files) {
      const picture = await embedFile(file, engine, signal);
      if (picture.ok) pictures.push(picture.value);
      else console.error(`Left out: ${describeFailure(picture.failure).what}`);
      done += 1;
      tellProgress(console, name, done, total);
    }
    if (pictures.length === 0) {
      return fail(badFile(`${name}/${entry.name}`, 'has no picture that can be read.', advice));
    }
    embedded.push({ name: entry.name, pictures });
  }
  return succeed({ name, classes: embedded });
}

/** Says now and then how far a slow verb is, and when it is through. */
export function tellProgress(console: Console, what: string, done: number, total: number): void {
  if (done % reportEvery !== 0 && done !== total) return;
  console.error(`${what}: ${done} of ${total} pictures`);
}

/** A link counts as what it leads to; one that leads nowhere is no folder. */
async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() ?? false;
}

/** Reads and decodes one picture file. */
export async function openPicture(file: string): Promise<Result<NodePicture>> {
  try {
    const bytes = await readFile(file);
    if (bytes.length > zipLimits.pictureBytes) return fail(badFile(file, 'is larger than 20 MB.'));
    const problem = pictureProblem(bytes);
    return problem === null ? await decodePicture(bytes, file) : fail(badFile(file, problem));
  } catch (error) {
    return fail(badFile(file, `cannot be read (${messageOf(error)}).`, 'Check the path.'));
  }
}

async function embedFile(
  file: string,
  engine: NodeEngine['engine'],
  signal: AbortSignal,
): Promise<Result<EmbeddedPicture>> {
  signal.throwIfAborted();
  const picture = await openPicture(file);
  if (!picture.ok) return picture;
  const frame = { image: picture.value, crop: { centreX: 0.5, centreY: 0.5, size: 1 } };
  const captured = await engine.capture({ frame }, { signal, onProgress: () => undefined });
  if (!captured.ok) return captured;
  const { jpeg, embedding } = captured.value;
  return succeed({ file, jpeg, embedding });
}
