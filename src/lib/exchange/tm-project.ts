// Teachable Machine image projects (`.tm`): a zip of `manifest.json` and `<class name>-!-<index>.<suffix>`.
// Takes: by the gaps in the indexes, see `bursts.ts`.

import * as v from 'valibot';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { cleanName } from '#lib/core/project.ts';
import type { ArchiveSink } from './archive-sink.ts';
import { gapWords, takesByGap } from './bursts.ts';
import { looksLikePicture } from './file-kind.ts';
import { checkCounts, type PictureEntry, type PictureSet } from './picture-set.ts';
import { checked, issueWords } from './schema.ts';
import { badFile, createArchive, type Archive } from './zip.ts';

/** Anything but the type is ignored: `appdata` may hold the owner's publish token, which is never kept. */
const manifestSchema = v.object({
  type: v.string(),
  name: v.optional(v.nullable(v.string())),
});

export interface TmProject {
  readonly name: string | null;
  readonly set: PictureSet;
  readonly warnings: readonly string[];
}

const separator = '-!-';
const otherTypes: Readonly<Record<string, string>> = {
  audio: 'sounds',
  pose: 'body poses',
  tinyaudio: 'sounds',
};

/** Reads the manifest and the names; refuses audio and pose projects. */
export async function readTmProject(archive: Archive): Promise<Result<TmProject>> {
  const { fileName } = archive;
  const json = await archive.json('manifest.json');
  if (!json.ok) return json;
  const parsed = checked(manifestSchema, json.value);
  if (!parsed.success) {
    return fail(badFile(fileName, `is damaged (manifest.json: ${issueWords(parsed.issues)}).`));
  }
  const { type, name } = parsed.output;
  if (type !== 'image') return fail(wrongType(fileName, type));
  const { classNames, pictures, ignored } = readNames(archive.names);
  const set = checkCounts({ archive, classNames, pictures });
  if (!set.ok) return set;
  const warnings = warningsOf(set.value, ignored);
  const title = name === null || name === undefined ? null : cleanName(name, '');
  return succeed({ name: title === '' ? null : title, set: set.value, warnings });
}

function wrongType(fileName: string, type: string): ReturnType<typeof badFile> {
  const about = Object.hasOwn(otherTypes, type) ? otherTypes[type] : null;
  const what = about === null ? 'of an unknown kind' : `about ${about}`;
  return badFile(
    fileName,
    `is a Teachable Machine project ${what}. Handful learns from pictures only.`,
    'Choose an image project of Teachable Machine.',
  );
}

function readNames(names: readonly string[]): {
  classNames: string[];
  pictures: PictureEntry[];
  ignored: number;
} {
  const classes = new Map<string, { index: number; path: string }[]>();
  let ignored = 0;
  for (const path of names) {
    if (path === 'manifest.json') continue;
    const at = path.lastIndexOf(separator);
    const index = /^(\d{1,9})\.\w+$/.exec(path.slice(at + separator.length))?.[1];
    if (at < 0 || index === undefined || !looksLikePicture(path)) {
      ignored += 1;
      continue;
    }
    const name = path.slice(0, at);
    const list = classes.get(name) ?? [];
    list.push({ index: Number(index), path });
    classes.set(name, list);
  }
  const pictures = [...classes.values()].flatMap((list, classIndex) => {
    list.sort((a, b) => a.index - b.index);
    const numbers = list.map(({ index }) => index);
    const takes = takesByGap(numbers, 1);
    return list.map(({ path }, i): PictureEntry => {
      return { classIndex, take: takes[i] ?? 0, path, capturedAtMs: null };
    });
  });
  const classNames = Array.from(classes.keys(), (name, i) => cleanName(name, `Class ${i + 1}`));
  return { classNames, pictures, ignored };
}

function warningsOf({ classNames, pictures }: PictureSet, ignored: number): string[] {
  const warnings: string[] = [];
  warnings.push(
    pictures.length === 0
      ? 'It holds no samples.'
      : `Teachable Machine does not say which samples were recorded together: ${gapWords}.`,
  );
  if (new Set(classNames).size < classNames.length) {
    warnings.push('Some classes have the same name.');
  }
  if (ignored > 0) {
    warnings.push(`${ignored} ${ignored === 1 ? 'file is' : 'files are'} no sample and left out.`);
  }
  return warnings;
}

export interface TmSample {
  readonly classIndex: number;
  /** null: its picture is gone, and it is left out. */
  readonly jpeg: () => Promise<Uint8Array | null>;
}

/** Writes a `.tm` in the layout of Teachable Machine's own. Rejects with AbortError when aborted. */
export async function writeTmProject(
  name: string,
  classNames: readonly string[],
  samples: readonly TmSample[],
  {
    sink,
    signal,
    onProgress,
  }: {
    sink?: ArchiveSink;
    signal: AbortSignal;
    onProgress: (done: number, total: number) => void;
  },
): Promise<Blob> {
  const archive = createArchive(sink);
  const folders = distinctNames(classNames);
  const next = new Array<number>(classNames.length).fill(0);
  const order = samples.toSorted((a, b) => a.classIndex - b.classIndex);
  for (const [done, { classIndex, jpeg }] of order.entries()) {
    signal.throwIfAborted();
    onProgress(done, order.length);
    const bytes = await jpeg();
    if (!bytes) continue;
    const index = next[classIndex] ?? 0;
    next[classIndex] = index + 1;
    await archive.bytes(`${folders[classIndex] ?? ''}${separator}${index}.jpg`, bytes, true);
  }
  await archive.text('manifest.json', JSON.stringify(manifest(name)));
  return archive.finish();
}

function manifest(name: string): object {
  const appdata = {
    publishResults: {},
    trainEpochs: 50,
    trainBatchSize: 16,
    trainLearningRate: 0.001,
  };
  return { type: 'image', version: '2.4.14', appdata, name };
}

/** File names cannot hold a slash, and two classes of one name would become one. */
function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name.replaceAll(/[/\\]/g, '∕').replaceAll(separator, '-');
    let free = plain;
    for (let number = 2; taken.has(free); number += 1) free = `${plain} ${number}`;
    taken.add(free);
    return free;
  });
}
