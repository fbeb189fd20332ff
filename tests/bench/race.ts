// The race of lesson 5 on real webcam bursts: transfer against from scratch, by shots a class, on takes neither has seen.
// npx tsx tests/bench/race.ts [folder] [draws] [takes a class]
import { createCanvas, loadImage, type Image } from '@napi-rs/canvas';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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
import { drawRace, spreadOf, type RaceSample } from '#lib/learning/race.ts';
import { runRace, type RacePoint } from '#lib/learning/race-run.ts';
import { calm, fetchFrom, startOptions, surroundings, valueOf } from '#tests/engine/node-engine.ts';

type Name = 'transfer' | 'scratch';
const root = resolve(import.meta.dirname, '../..');
const folder = process.argv[2] ?? join(root, '../shared/data/images/gestures_regalleoc');
const drawCount = Number(process.argv[3] ?? 3);
const takesEach = Number(process.argv[4] ?? 5);

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

async function main(): Promise<void> {
  if (!existsSync(folder)) {
    process.stdout.write('skipped: no ../shared/data\n');
    return;
  }
  const engine = new Engine(surroundings({ pictures, fetch: fetchFrom(siteFiles()) }));
  valueOf(await engine.start(startOptions, calm));
  const classes = readdirSync(folder).sort();
  const samples: RaceSample[] = [];
  const embeddings: Float32Array[] = [];
  const grids: Float32Array[] = [];
  for (const [classIndex, name] of classes.entries()) {
    const files = readdirSync(join(folder, name)).sort();
    for (const [n, file] of files.entries()) {
      const jpeg = readFileSync(join(folder, name, file));
      const take = Math.floor((n * takesEach) / files.length);
      samples.push({ classIndex, takeId: `${name} ${take}` });
      embeddings.push(valueOf(await engine.embedJpeg({ jpeg }, calm)).embedding);
      grids.push(valueOf(await engine.readGrid({ jpeg, input: defaultStack.input }, calm)));
    }
  }
  const indexesOf = (chosen: readonly number[]): Uint16Array =>
    Uint16Array.from(chosen, (n) => samples[n]?.classIndex ?? 0);
  const gridsOf = (chosen: readonly number[]): Float32Array =>
    Float32Array.from(chosen.flatMap((n) => Array.from(grids[n] ?? [])));
  const embeddingsOf = (chosen: readonly number[]): Float32Array[] =>
    chosen.flatMap((n) => embeddings[n] ?? []);
  const stack = withOutputs(defaultStack, classes.length);
  const points: RacePoint<Name>[] = [];
  const draws = Array.from({ length: drawCount }, (_, seed) =>
    drawRace(samples, classes.length, seed + 1),
  ).filter((draw) => draw !== null);
  await runRace<Name>({
    samples,
    classCount: classes.length,
    draws,
    signal: calm.signal,
    contestants: {
      async transfer(train, test) {
        const { named, fitMs } = valueOf(
          await engine.tryHead(
            {
              spec: defaultHeadSettings.ridge,
              train: { embeddings: embeddingsOf(train), classIndexes: indexesOf(train) },
              test: embeddingsOf(test),
            },
            calm,
          ),
        );
        return succeed({ named, learnMs: fitMs });
      },
      async scratch(train, test, seed) {
        const set: PictureSet = { inputs: gridsOf(train), classIndexes: indexesOf(train) };
        const spec = { ...defaultNetworkSpec, seed };
        const request = { stack, spec, train: set, test: gridsOf(test) };
        const report = valueOf(await engine.trainNetwork(request, calm));
        const last = report.history.at(-1);
        process.stderr.write(
          `  ${train.length} pictures: ${last?.epoch ?? 0} epochs, loss ${last?.loss.toFixed(3) ?? ''}, ${Math.round(report.trainMs)} ms\n`,
        );
        return succeed({ named: report.named, learnMs: report.trainMs });
      },
    },
    onPoint: (point) => points.push(point),
  });
  print(points);
  engine.dispose();
}

function print(points: readonly RacePoint<Name>[]): void {
  const cell = (name: Name, shots: number): string => {
    const own = points.filter((point) => point.contestant === name && point.shots === shots);
    const accuracy = spreadOf(own.map((point) => point.accuracy));
    const ms = spreadOf(own.map((point) => point.learnMs));
    const percent = (share: number | undefined): string => ((share ?? 0) * 100).toFixed(1);
    return `${percent(accuracy?.mean)} ± ${percent(accuracy?.deviation)} % (${(ms?.mean ?? 0).toFixed(0)} ms)`;
  };
  const shots = [...new Set(points.map((point) => point.shots))];
  const rows = shots.map((n) => `| ${n} | ${cell('transfer', n)} | ${cell('scratch', n)} |`);
  process.stdout.write(
    ['| shots a class | transfer | scratch |', '|---|---|---|', ...rows, ''].join('\n'),
  );
}

await main();
