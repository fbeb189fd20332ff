// The race of the lessons in Node, on folders of pictures as the app imports them: the site's own backbone, real takes.
import { createCanvas, loadImage, type Image } from '@napi-rs/canvas';
import { openAsBlob, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  defaultNetworkSpec,
  defaultStack,
  withOutputs,
  type PictureSet,
} from '#lib/convnet/network.ts';
import { cropRect } from '#lib/core/crop.ts';
import { succeed } from '#lib/core/failure.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { Engine } from '#lib/engine/engine.ts';
import type { Pictures } from '#lib/engine/pictures.ts';
import { openFiles } from '#lib/exchange/open-file.ts';
import { readPictureBytes } from '#lib/exchange/picture-set.ts';
import { drawRace, type RaceSample } from '#lib/learning/race.ts';
import { runRace, type RacePoint } from '#lib/learning/race-run.ts';
import { calm, fetchFrom, startOptions, surroundings, valueOf } from '#tests/engine/node-engine.ts';

export type Racer = 'transfer' | 'scratch';

export interface FolderRace {
  readonly folder: string;
  readonly draws: number;
  /** Only every n-th picture of a take races; the pictures of a burst are near-duplicates. */
  readonly everyNth?: number;
  readonly onTraining?: (words: string) => void;
}

export interface FolderRaceResult {
  readonly takes: number;
  readonly pictures: number;
  readonly points: readonly RacePoint<Racer>[];
}

const root = resolve(import.meta.dirname, '../..');
export const gestures = join(root, '../shared/data/images/gestures_regalleoc');

const pictures: Pictures = {
  pixels(image, crop, sidePx) {
    const source = image as unknown as Image;
    const { xPx, yPx, sizePx } = cropRect(source.width, source.height, crop);
    const context = createCanvas(sidePx, sidePx).getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(source, xPx, yPx, sizePx, sizePx, 0, 0, sidePx, sidePx);
    return Promise.resolve(context.getImageData(0, 0, sidePx, sidePx).data);
  },
  encodeJpeg: () => Promise.reject(new Error('nothing is kept here')),
  decode: async (jpeg) => succeed((await loadImage(Buffer.from(jpeg))) as unknown as ImageBitmap),
};

/** The site's own models, as the engine fetches them. */
function siteFiles(): Record<string, Uint8Array> {
  const models = join(root, 'static/models');
  const names = readdirSync(models, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => /\.(json|bin)$/.test(name));
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(models, name))]));
}

/** The pictures of a folder of classes, with the classes and takes that an import gives them. */
export async function importedFolders(folder: string) {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = await Promise.all(
    paths
      .filter((path) => /\.(jpe?g|png)$/i.test(path))
      .map(async (path) => ({ path: `set/${path}`, blob: await openAsBlob(join(folder, path)) })),
  );
  const { content } = valueOf(await openFiles(files, 'set'));
  if (content.kind !== 'folders') throw new Error('these are no folders of classes');
  return content.set;
}

export async function raceOnFolders(race: FolderRace): Promise<FolderRaceResult> {
  const engine = new Engine(surroundings({ pictures, fetch: fetchFrom(siteFiles()) }));
  try {
    valueOf(await engine.start(startOptions, calm));
    return await raceWith(engine, race);
  } finally {
    engine.dispose();
  }
}

async function raceWith(
  engine: Engine,
  { folder, draws: drawCount, everyNth = 1, onTraining }: FolderRace,
): Promise<FolderRaceResult> {
  const set = await importedFolders(folder);
  const classCount = set.classNames.length;
  const samples: RaceSample[] = [];
  const embeddings: Float32Array[] = [];
  const grids: Float32Array[] = [];
  for (const [n, entry] of set.pictures.entries()) {
    if (n % everyNth !== 0) continue;
    const jpeg = valueOf(await readPictureBytes(set, entry));
    samples.push({
      classIndex: entry.classIndex,
      takeId: `${entry.classIndex} ${entry.take}`,
    });
    embeddings.push(valueOf(await engine.embedJpeg({ jpeg }, calm)).embedding);
    grids.push(valueOf(await engine.readGrid({ jpeg, input: defaultStack.input }, calm)));
  }
  const indexesOf = (chosen: readonly number[]): Uint16Array =>
    Uint16Array.from(chosen, (n) => samples[n]?.classIndex ?? 0);
  const gridsOf = (chosen: readonly number[]): Float32Array =>
    Float32Array.from(chosen.flatMap((n) => Array.from(grids[n] ?? [])));
  const embeddingsOf = (chosen: readonly number[]): Float32Array[] =>
    chosen.flatMap((n) => embeddings[n] ?? []);
  const stack = withOutputs(defaultStack, classCount);
  const points: RacePoint<Racer>[] = [];
  const draws = Array.from({ length: drawCount }, (_, seed) =>
    drawRace(samples, classCount, seed + 1),
  ).filter((draw) => draw !== null);
  await runRace<Racer>({
    samples,
    classCount,
    draws,
    signal: calm.signal,
    contestants: {
      async transfer(train, test) {
        const request = {
          spec: defaultHeadSettings.ridge,
          train: { embeddings: embeddingsOf(train), classIndexes: indexesOf(train) },
          test: embeddingsOf(test),
        };
        const { named, fitMs } = valueOf(await engine.tryHead(request, calm));
        return succeed({ named, learnMs: fitMs });
      },
      async scratch(train, test, seed) {
        const learned: PictureSet = { inputs: gridsOf(train), classIndexes: indexesOf(train) };
        const spec = { ...defaultNetworkSpec, seed };
        const request = { stack, spec, train: learned, test: gridsOf(test) };
        const report = valueOf(await engine.trainNetwork(request, calm));
        const { epoch = 0, loss = 0 } = report.history.at(-1) ?? {};
        const took = `${Math.round(report.trainMs)} ms`;
        onTraining?.(`${train.length} pictures: ${epoch} epochs, loss ${loss.toFixed(3)}, ${took}`);
        return succeed({ named: report.named, learnMs: report.trainMs });
      },
    },
    onPoint: (point) => points.push(point),
  });
  const takes = new Set(samples.map(({ takeId }) => takeId)).size;
  return { takes, pictures: samples.length, points };
}
