// Motion JPEG: a film that is JPEG after JPEG. No browser plays it as a file, so it is cut here.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { cleanName } from '#lib/core/project.ts';
import { startOf, looseArchive } from './loose-files.ts';
import type { PictureSet } from './picture-set.ts';
import { badFile } from './zip.ts';

export interface Film {
  readonly set: PictureSet;
  /** Frames in the file; the set holds at most `mostFrames` of them, evenly spread. */
  readonly frames: number;
}

/** Most frames that one film gives: a take of more teaches nothing new. */
export const mostFrames = 300;
const mostBytes = 256 * 1024 ** 2;

/** Whether a name says so; a JPEG's first bytes look the same. */
export const isFilm = (path: string): boolean => /\.mjpe?g$/i.test(path);

/** The film's frames as pictures of one take; null when it is something else. */
export async function readFilm(blob: Blob, fileName: string): Promise<Result<Film> | null> {
  const start = await startOf(blob);
  if (start[0] !== 0xff || start[1] !== 0xd8) return null;
  if (blob.size > mostBytes)
    return fail(badFile(fileName, 'is larger than 256 MB.', 'Cut it shorter.'));
  const ranges = frameRanges(new Uint8Array(await blob.arrayBuffer()));
  if (ranges.length === 0) return fail(badFile(fileName, 'holds no whole picture.'));
  const chosen = spread(ranges, mostFrames);
  const files = chosen.map(([from, to], i) => ({
    path: `${String(i + 1).padStart(5, '0')}.jpg`,
    blob: blob.slice(from, to),
  }));
  const archive = looseArchive(files, fileName);
  const pictures = files.map(({ path }) => ({ classIndex: 0, take: 0, path, capturedAtMs: null }));
  const classNames = [cleanName(fileName.replace(/\.\w+$/, ''), 'Film')];
  return succeed({ set: { archive, classNames, pictures }, frames: ranges.length });
}

/** From each start of a picture to its end; inside a picture's data neither mark can stand. */
function frameRanges(bytes: Uint8Array): [number, number][] {
  const ranges: [number, number][] = [];
  let from = -1;
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const mark = bytes[at + 1];
    if (mark === 0xd8 && from < 0) from = at;
    if (mark === 0xd9 && from >= 0) {
      ranges.push([from, at + 2]);
      from = -1;
    }
  }
  return ranges;
}

/** At most `most` of a list, evenly, the first among them. */
export function spread<T>(list: readonly T[], most: number): T[] {
  const step = Math.max(1, list.length / most);
  return Array.from(
    { length: Math.min(most, list.length) },
    (_, i) => list[Math.floor(i * step)],
  ).filter((item) => item !== undefined);
}
