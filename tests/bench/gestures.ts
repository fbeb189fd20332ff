// From frames to events on the camera films: false switches a minute and delay, before smoothing and after.
// npx tsx tests/bench/gestures.ts
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { frameOf, noGestures, stepGestures } from '#lib/core/gesture-events.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { verdictOf, type Prediction } from '#lib/core/prediction.ts';
import type { CropFrame } from '#lib/core/project.ts';
import { seededRandom } from '#lib/core/random.ts';
import { defaultGestures, type GestureSettings } from '#lib/core/use-settings.ts';
import { readFilm } from '#lib/exchange/motion-jpeg.ts';
import { startEngine, type NodeEngine } from '../../src/cli/node-engine.ts';
import { decodePicture } from '../../src/cli/node-pictures.ts';
import { calm, valueOf } from '../engine/node-engine.ts';

const folder = resolve(import.meta.dirname, '../../../shared/data/video');
/** Both films: three seconds of each, twice, at 30 frames a second; every other one of them is looked at. */
const shown = ['up', 'down', 'empty'] as const;
const framesPerSecond = 15;
const holdFrames = 3 * framesPerSecond;
const crop = { centreX: 0.5, centreY: 0.5, size: 1 };

interface Teaching {
  readonly name: string;
  readonly classes: readonly string[];
  readonly shots: number;
  /** Each frame through another crop: a hand that moves, a camera that is pushed. */
  readonly shaken: boolean;
}

const teachings: readonly Teaching[] = [
  { name: 'three classes, 20 shots', classes: shown, shots: 20, shaken: false },
  { name: 'up and down, 3 shots', classes: ['up', 'down'], shots: 3, shaken: false },
  { name: 'three classes, 20 shots, shaken', classes: shown, shots: 20, shaken: true },
  { name: 'three classes, 3 shots, shaken', classes: shown, shots: 3, shaken: true },
  { name: 'up and empty, 3 shots, shaken', classes: ['up', 'empty'], shots: 3, shaken: true },
];

const median = (smoothingMs: number): GestureSettings => ({ ...defaultGestures, smoothingMs });
const exponential = (smoothingMs: number): GestureSettings => ({
  ...defaultGestures,
  smoothing: 'exponential',
  smoothingMs,
});
const plain: GestureSettings = { ...defaultGestures, smoothingMs: 0, dwellMs: 0, coolDownMs: 0 };

/** null: the winner of each frame, as the live result names it without smoothing. */
const ways: readonly (readonly [string, GestureSettings | null])[] = [
  ['each frame by itself', null],
  ['two limits only', plain],
  ['dwell 150 ms', { ...plain, dwellMs: 150 }],
  ['median 300 ms', { ...median(300), dwellMs: 0, coolDownMs: 0 }],
  ['median 200 ms, dwell 150 ms', median(200)],
  ['median 300 ms, dwell 150 ms (default)', median(300)],
  ['median 300 ms, dwell 300 ms', { ...median(300), dwellMs: 300 }],
  ['median 500 ms, dwell 150 ms', median(500)],
  ['exponential 100 ms, dwell 150 ms', exponential(100)],
  ['exponential 200 ms, dwell 150 ms', exponential(200)],
  ['exponential 300 ms, dwell 150 ms', exponential(300)],
];

async function main(): Promise<void> {
  if (!existsSync(folder)) {
    process.stdout.write('skipped: no ../shared/data\n');
    return;
  }
  const node = valueOf(await startEngine(null, calm.signal));
  const teach = await embeddingsOf(node, 'thumbs-teach.mjpeg');
  const film = await picturesOf('thumbs-live.mjpeg');
  const threshold = node.state.backbone.unknownThreshold;
  process.stdout.write('| | ' + teachings.map(({ name }) => name).join(' | ') + ' |\n');
  process.stdout.write(`|---|${teachings.map(() => '---').join('|')}|\n`);
  const columns: (readonly (Prediction | null)[])[] = [];
  for (const teaching of teachings) columns.push(await predictions(node, teach, teaching, film));
  for (const [name, settings] of ways) {
    const cells = columns.map((column, i) => {
      const names = settings
        ? eventNames(column, settings, threshold)
        : column.map((each) => nameOf(each && verdictOf(each, threshold)));
      return words(judged(names, teachings[i]?.classes ?? []));
    });
    process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`);
  }
  node.engine.dispose();
}

async function picturesOf(name: string): Promise<Uint8Array[]> {
  const bytes = readFileSync(join(folder, name));
  // A film gives 300 pictures at most: every other one of the 540 here.
  const half = await readFilm(new Blob([bytes]), name);
  const { set } = valueOf(half ?? { ok: false, failure: { code: 'too-few-classes' } });
  const all: Uint8Array[] = [];
  for (const { path } of set.pictures) all.push(valueOf(await set.archive.bytes(path, 1e7)));
  const wanted = 2 * shown.length * holdFrames;
  return Array.from(
    { length: wanted },
    (_, i) => all[Math.floor((i * all.length) / wanted)],
  ).filter((each) => each !== undefined);
}

async function embeddingsOf({ engine }: NodeEngine, name: string): Promise<Float32Array[]> {
  const list: Float32Array[] = [];
  for (const bytes of await picturesOf(name)) {
    const image = valueOf(await decodePicture(bytes, name));
    list.push(valueOf(await engine.capture({ frame: { image, crop } }, calm)).embedding);
  }
  return list;
}

const truthAt = (frame: number): string =>
  shown[Math.floor(frame / holdFrames) % shown.length] ?? '';

async function predictions(
  { engine }: NodeEngine,
  teach: readonly Float32Array[],
  { classes, shots, shaken }: Teaching,
  film: readonly Uint8Array[],
): Promise<(Prediction | null)[]> {
  valueOf(await engine.clearSamples(null, calm));
  const samples = classes.flatMap((classId) => {
    const own = teach.filter((_, i) => truthAt(i) === classId);
    return Array.from({ length: shots }, (_, i) => ({
      id: `${classId} ${i}`,
      classId,
      embedding: own[Math.floor(((i + 0.5) * own.length) / shots)] ?? new Float32Array(0),
    }));
  });
  valueOf(await engine.putSamples({ samples }, calm));
  const named = classes.map((id) => ({ id, name: id }));
  valueOf(await engine.fit({ spec: defaultHeadSettings.ridge, classes: named }, calm));
  const random = seededRandom(7);
  const list: (Prediction | null)[] = [];
  for (const bytes of film) {
    const image = valueOf(await decodePicture(bytes, 'film'));
    const frame = { image, crop: shaken ? shakenCrop(random) : crop };
    list.push(valueOf(await engine.classify({ frame }, calm)));
  }
  return list;
}

/** A square of 0.6 to 1 of the shorter side, up to a tenth off the middle. */
function shakenCrop(random: () => number): CropFrame {
  const off = (): number => 0.5 + 0.2 * (random() - 0.5);
  return { centreX: off(), centreY: off(), size: 0.6 + 0.4 * random() };
}

function nameOf(verdict: ReturnType<typeof verdictOf>): string {
  if (!verdict) return '';
  return verdict.kind === 'class' ? verdict.classId : 'unknown';
}

/** What was entered last, frame by frame; '' before anything was. */
function eventNames(
  frames: readonly (Prediction | null)[],
  settings: GestureSettings,
  threshold: number | null,
): string[] {
  let state = noGestures;
  let name = '';
  return frames.map((prediction, i) => {
    if (!prediction) return name;
    const atMs = (i * 1000) / framesPerSecond;
    const step = stepGestures(state, frameOf(prediction, threshold, atMs), settings);
    state = step.state;
    for (const { kind, classId } of step.events) if (kind === 'enter') name = classId ?? 'unknown';
    return name;
  });
}

interface Judged {
  readonly falseAMinute: number;
  /** Of each change of what is shown that was noticed before the next. */
  readonly delaysMs: readonly number[];
  readonly changes: number;
}

/** A switch to anything but what is shown is false; the delay runs from a change of what is shown to the first right name. */
function judged(names: readonly string[], classes: readonly string[]): Judged {
  const truth = names.map((_, i) => (classes.includes(truthAt(i)) ? truthAt(i) : 'unknown'));
  let wrong = 0;
  names.forEach((name, i) => {
    const stays = name === names[i - 1] || name === truth[i];
    // What was shown until a moment ago is late, not false.
    if (!stays && name !== '') wrong += 1;
  });
  const starts = truth.flatMap((name, i) => (name === truth[i - 1] ? [] : [i]));
  const delaysMs = starts.flatMap((start, n) => {
    const end = starts[n + 1] ?? names.length;
    const at = names.findIndex((name, i) => i >= start && i < end && name === truth[start]);
    return at < 0 ? [] : [((at - start) * 1000) / framesPerSecond];
  });
  const minutes = names.length / framesPerSecond / 60;
  return { falseAMinute: wrong / minutes, delaysMs, changes: starts.length };
}

function words({ falseAMinute, delaysMs, changes }: Judged): string {
  const sorted = delaysMs.slice().sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const missed = changes - delaysMs.length;
  const delays = `${middle.toFixed(0)} (${(sorted.at(-1) ?? NaN).toFixed(0)}) ms`;
  return `${falseAMinute.toFixed(1)}; ${delays}${missed > 0 ? `, ${missed} of ${changes} missed` : ''}`;
}

await main();
