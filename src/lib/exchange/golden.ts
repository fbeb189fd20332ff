// Golden samples: pictures with what the network and the head made of them, so that anybody can check what a file says.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { statedSize } from './file-kind.ts';
import { sampleProblem } from './jpeg.ts';
import { checked, goldenSchema, issueWords } from './schema.ts';
import { badFile, zipLimits, type Archive, type ArchiveWriter } from './zip.ts';

export interface GoldenSample {
  /** Exactly the pixels the network was fed with, as a PNG of its input's size; files of earlier versions hold JPEGs. */
  readonly picture: Uint8Array;
  readonly embedding: Float32Array;
  readonly probabilities: Float32Array;
}

const largestSidePx = 1024;

/** Writes `golden.json` and the pictures it names; `folder` is empty or ends in `/`. */
export async function writeGolden(
  archive: ArchiveWriter,
  folder: string,
  golden: readonly GoldenSample[],
): Promise<void> {
  const pictures = [];
  for (const [i, { picture, embedding, probabilities }] of golden.entries()) {
    const file = `golden/${i + 1}.${isPng(picture) ? 'png' : 'jpg'}`;
    await archive.bytes(`${folder}${file}`, picture, true);
    pictures.push({
      file,
      embedding: Array.from(embedding),
      probabilities: Array.from(probabilities),
    });
  }
  await archive.text(`${folder}golden.json`, JSON.stringify({ pictures }));
}

/** Reads what `writeGolden` wrote; every size is checked. */
export async function readGolden(archive: Archive): Promise<Result<GoldenSample[]>> {
  const json = await archive.json('golden.json');
  if (!json.ok) return json;
  const parsed = checked(goldenSchema, json.value);
  if (!parsed.success) {
    const reason = `is damaged (golden.json: ${issueWords(parsed.issues)}).`;
    return fail(badFile(archive.fileName, reason));
  }
  const golden: GoldenSample[] = [];
  for (const { file, embedding, probabilities } of parsed.output.pictures) {
    const picture = await archive.bytes(file, zipLimits.sampleBytes);
    if (!picture.ok) return picture;
    const wrong = goldenProblem(picture.value);
    if (wrong !== null) {
      return fail(badFile(archive.fileName, `is damaged (“${file}” ${wrong}).`));
    }
    golden.push({
      picture: picture.value,
      embedding: Float32Array.from(embedding),
      probabilities: Float32Array.from(probabilities),
    });
  }
  return succeed(golden);
}

/** Largest difference between two lists of probabilities; Infinity when their lengths differ or a number is none. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((most, value, i) => {
    const gap = Math.abs(value - (b[i] ?? 0));
    return Number.isNaN(gap) ? Infinity : Math.max(most, gap);
  }, 0);
}

const isPng = (bytes: Uint8Array): boolean => bytes[0] === 0x89 && bytes[1] === 0x50;

function goldenProblem(bytes: Uint8Array): string | null {
  if (!isPng(bytes)) return sampleProblem(bytes);
  const size = statedSize(bytes);
  const side = Math.max(size?.widthPx ?? 0, size?.heightPx ?? 0);
  return side >= 1 && side <= largestSidePx ? null : 'has an unusual size';
}
