// Pictures and sounds of actions in a project file: each once, in `actions/`. Only what Handful itself keeps comes in: a JPEG of
// bearable size, or a plain wave file, with the hash by which the actions know it.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { ownFileLimits, type FileHash, type OwnFileKind } from '#lib/core/own-file.ts';
import type { Project } from '#lib/core/project.ts';
import { ownFilesOf } from '#lib/core/use-settings.ts';
import { readWave } from '#lib/core/wave.ts';
import { sha256Of } from './file-hash.ts';
import { statedSize } from './file-kind.ts';
import { safeName } from './folder-names.ts';
import { badFile, type Archive, type ArchiveWriter } from './zip.ts';

export interface ListedFile {
  readonly hash: FileHash;
  /** Name inside the zip. */
  readonly file: string;
}

/** null: it is gone. */
export type FileReader = (hash: FileHash) => Promise<Uint8Array | null>;

/** Writes what the project's actions need. Files that are gone are left out. */
export async function writeOwnFiles(
  archive: ArchiveWriter,
  project: Project,
  read: FileReader,
): Promise<ListedFile[]> {
  const listed: ListedFile[] = [];
  for (const { kind, file } of ownFilesOf(project).values()) {
    const bytes = await read(file.hash);
    if (!bytes) continue;
    const number = String(listed.length + 1).padStart(2, '0');
    const plain = safeName(file.name.replace(/\.\w{2,5}$/, ''));
    const name = `actions/${number} ${plain}`.trim() + endings[kind];
    // A picture is packed already.
    await archive.bytes(name, bytes, kind === 'picture');
    listed.push({ hash: file.hash, file: name });
  }
  return listed;
}

const endings: Readonly<Record<OwnFileKind, string>> = { picture: '.jpg', sound: '.wav' };

/** Bytes of one that is listed, checked; null: it is not. */
export async function readOwnFile(
  archive: Archive,
  listed: readonly ListedFile[],
  kind: OwnFileKind,
  hash: FileHash,
): Promise<Result<Uint8Array | null>> {
  const name = listed.find((entry) => entry.hash === hash)?.file;
  if (name === undefined) return succeed(null);
  const read = await archive.bytes(name, mostBytes[kind]);
  if (!read.ok) return read;
  const wrong = await problemOf(kind, hash, read.value);
  return wrong === null
    ? read
    : fail(badFile(archive.fileName, `is damaged (“${name}” ${wrong}).`));
}

const mostBytes: Readonly<Record<OwnFileKind, number>> = {
  picture: ownFileLimits.pictureBytes,
  sound: ownFileLimits.soundBytes,
};

async function problemOf(
  kind: OwnFileKind,
  hash: FileHash,
  bytes: Uint8Array,
): Promise<string | null> {
  const wrong = kind === 'picture' ? pictureProblem(bytes) : soundProblem(bytes);
  return wrong ?? ((await sha256Of(bytes)) === hash ? null : 'is not the file that it was');
}

/** Why bytes cannot be the picture of an action, or null. */
function pictureProblem(bytes: Uint8Array): string | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || bytes[2] !== 0xff) return 'is no JPEG';
  const size = statedSize(bytes);
  if (!size || Math.min(size.widthPx, size.heightPx) < 1) return 'does not say how large it is';
  const { widthPx, heightPx } = size;
  return Math.max(widthPx, heightPx) > ownFileLimits.pictureSidePx
    ? `is too large: ${widthPx} × ${heightPx} pixels`
    : null;
}

/** Why bytes cannot be the sound of an action, or null. */
function soundProblem(bytes: Uint8Array): string | null {
  const wave = readWave(bytes);
  if (!wave) return 'is no sound as Handful keeps them';
  const seconds = wave.samples.length / wave.sampleRate;
  return seconds > ownFileLimits.soundSeconds ? 'is too long' : null;
}
