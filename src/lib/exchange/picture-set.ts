// Classes of pictures from outside, whatever the format they came in; pictures are read one at a time.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { kindOfBytes, statedSize } from './file-kind.ts';
import { sampleProblem } from './jpeg.ts';
import { badFile, zipLimits, type Archive } from './zip.ts';

export interface PictureEntry {
  /** Index into `classNames`. */
  readonly classIndex: number;
  /** Pictures of a class with the same number are one take; counted from 0 within the class. */
  readonly take: number;
  /** Name inside the archive. */
  readonly path: string;
  /** When it was recorded, where the file says so. */
  readonly capturedAtMs: number | null;
}

export interface PictureSet {
  readonly archive: Archive;
  readonly classNames: readonly string[];
  /** In order of capture, class by class. */
  readonly pictures: readonly PictureEntry[];
}

/** Most pixels a picture may have: decoding needs four bytes for each. */
const mostPixels = 64e6;
const longestSidePx = 16_384;

/** Shots and takes by class, in order of the classes. */
export function countPictures({ classNames, pictures }: PictureSet): {
  classes: { name: string; samples: number }[];
  takes: number;
} {
  const takes = new Set(pictures.map(({ classIndex, take }) => `${classIndex}/${take}`));
  const shots = new Array<number>(classNames.length).fill(0);
  for (const { classIndex } of pictures) shots[classIndex] = (shots[classIndex] ?? 0) + 1;
  const classes = classNames.map((name, i) => ({ name, samples: shots[i] ?? 0 }));
  return { classes, takes: takes.size };
}

/** Bytes of one picture, which are those of a picture of bearable size. They may still fail to decode. */
export async function readPictureBytes(
  { archive }: PictureSet,
  { path }: PictureEntry,
): Promise<Result<Uint8Array>> {
  const read = await archive.bytes(path, zipLimits.pictureBytes);
  if (!read.ok) return read;
  const wrong = pictureProblem(read.value);
  return wrong === null
    ? read
    : fail(badFile(path, wrong, 'Save it again as JPEG or PNG, at most 4000 pixels wide.'));
}

/** Bytes of a sample of Handful's own, which is a small JPEG. */
export async function readJpeg(archive: Archive, name: string): Promise<Result<Uint8Array>> {
  const read = await archive.bytes(name, zipLimits.sampleBytes);
  if (!read.ok) return read;
  const wrong = sampleProblem(read.value);
  return wrong === null
    ? read
    : fail(badFile(archive.fileName, `is damaged (“${name}” ${wrong}).`));
}

/** Why bytes cannot be taken as a picture, or null. */
export function pictureProblem(bytes: Uint8Array): string | null {
  if (kindOfBytes(bytes.subarray(0, 512)) !== 'picture') return 'is no picture.';
  const size = statedSize(bytes);
  // Without a size nobody knows what decoding would cost.
  if (!size) return 'is a damaged picture (it does not say how large it is).';
  const { widthPx, heightPx } = size;
  if (widthPx < 1 || heightPx < 1) return 'is a damaged picture (it says that it has no size).';
  return widthPx * heightPx > mostPixels || Math.max(widthPx, heightPx) > longestSidePx
    ? `is too large (${widthPx} × ${heightPx} pixels).`
    : null;
}

/** Refuses more classes or pictures than a project holds. */
export function checkCounts(set: PictureSet): Result<PictureSet> {
  const { fileName } = set.archive;
  if (set.classNames.length > mostClasses) {
    return fail(badFile(fileName, `has more than ${mostClasses} classes.`));
  }
  if (set.pictures.length > mostPictures) {
    return fail(badFile(fileName, `has more than ${mostPictures} pictures.`));
  }
  return succeed(set);
}

export const mostClasses = 1000;
/** Samples that a file of any kind may bring. */
export const mostPictures = 150_000;
