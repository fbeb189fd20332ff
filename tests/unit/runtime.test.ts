// handful-runtime as it is built: a plain Node program loads an exported folder with it and gets what the engine says.
import { createCanvas } from '@napi-rs/canvas';
import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildRuntime } from '../../scripts/runtime.mjs';
import { startEngine, type NodeEngine } from '../../src/cli/node-engine.ts';
import { decodePicture } from '../../src/cli/node-pictures.ts';
import { centreSquare } from '#lib/core/crop.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import type { HeadFileInput } from '#lib/exchange/head-file.ts';
import { knnJsonParts } from '#lib/exchange/knn-json.ts';
import { readOnnx } from '#lib/exchange/onnx-file.ts';
import { writeOnnxFile } from '#lib/exchange/onnx-out.ts';
import { openFiles } from '#lib/exchange/open-file.ts';
import { pngOf } from '#lib/exchange/png.ts';
import { writeModelPage } from '#lib/exchange/web-page.ts';
import { openArchive } from '#lib/exchange/zip.ts';
import type { GestureEvent } from '#lib/runtime/web/handful-runtime.d.ts';
import { calm, valueOf } from '../engine/node-engine.ts';

const classes = ['red', 'blue'].map((name) => ({ id: name, name }));
let folder = '';
let started: NodeEngine;
let zip: Blob;
let input: HeadFileInput;

function drawn(hue: number, n: number, width = 200, height = 150): Buffer {
  const context = createCanvas(width, height).getContext('2d');
  context.fillStyle = `hsl(${hue} 70% ${30 + 10 * n}%)`;
  context.fillRect(20 * n, 10, 120, 120);
  return context.canvas.toBuffer('image/png');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-runtime-'));
  started = valueOf(await startEngine(null, calm.signal));
  const { engine, state } = started;
  const pictures = [];
  const samples = [];
  for (const [i, hue] of [0, 220, 0, 220].entries()) {
    const seen = valueOf(await engine.inputPixels({ jpeg: drawn(hue, i) }, calm));
    const picture = await pngOf(seen.rgba, seen.sidePx);
    const { embedding } = valueOf(await engine.embedJpeg({ jpeg: picture }, calm));
    pictures.push({ picture, embedding });
    samples.push({ id: `${i}`, classId: classes[i % 2]?.id ?? '', embedding });
  }
  valueOf(await engine.putSamples({ samples }, calm));
  valueOf(await engine.fit({ spec: defaultHeadSettings.ridge, classes }, calm));
  const head = valueOf(await engine.wholeHead(null, calm));
  if (!head) throw new Error('no head');
  const said = [];
  for (const { picture, embedding } of pictures) {
    const { prediction } = valueOf(await engine.classifyJpeg({ jpeg: picture }, calm));
    said.push({
      picture,
      embedding,
      probabilities: prediction?.probabilities ?? new Float32Array(),
    });
  }
  const files = valueOf(await engine.backboneFiles(null, calm));
  if (!files) throw new Error('no files');
  input = {
    head,
    backbone: state.backbone,
    whitening: valueOf(await engine.whiteningAsset(null, calm)),
    unknownThreshold: null,
    unknownEnabled: true,
    frame: centreSquare,
    gestures: null,
    golden: said,
    samples,
  };
  zip = await writeModelPage({ ...input, files }, []);
  await buildRuntime(folder);
  // As after `npm install` in that folder.
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  const archive = valueOf(await openArchive(zip, 'page.zip'));
  for (const name of archive.names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), valueOf(await archive.bytes(name, 1e8)));
  }
}, 120_000);
afterAll(async () => {
  started.engine.dispose();
  await rm(folder, { recursive: true });
});

async function onnxZip(): Promise<Blob> {
  const folded = valueOf(await started.engine.foldedBackbone(null, calm));
  if (!folded) throw new Error('no layers');
  return writeOnnxFile({ ...input, folded, name: 'Test', examples: {} });
}

async function runNode(program: string): Promise<unknown> {
  await writeFile(join(folder, 'program.mjs'), program);
  const { stdout } = await promisify(execFile)('node', [join(folder, 'program.mjs')]);
  return JSON.parse(stdout) as unknown;
}

test('in plain Node it says what the engine says, of golden pictures and of any other', async () => {
  const bytes = drawn(200, 2, 640, 480);
  await writeFile(join(folder, 'picture.png'), bytes);
  await writeFile(join(folder, 'red.png'), input.golden[0]?.picture ?? '');
  const canvas = JSON.stringify(resolve('node_modules/@napi-rs/canvas/index.js'));
  const answered = (await runNode(`
    import { createRequire } from 'node:module';
    import { load } from './handful-runtime.js';
    const { createCanvas, loadImage } = createRequire(import.meta.url)(${canvas});
    const model = await load(new URL('./model/', import.meta.url), { createCanvas });
    const picture = await loadImage(new URL('./picture.png', import.meta.url));
    const side = model.inputSize;
    const grey = { width: side, height: side, data: new Uint8ClampedArray(4 * side * side).fill(128) };
    const seen = await model.classify(picture);
    const none = await model.classify(grey);
    const red = await model.classify(await loadImage(new URL('./red.png', import.meta.url)));
    const gestures = model.gestures({ smoothingMs: 0 });
    const frames = [red, red, red, none, none, none];
    const events = frames.flatMap((frame, i) => gestures.push(frame, 100 * i));
    console.log(JSON.stringify({
      labels: model.labels, test: await model.selfTest(), seen, grey: none, events: [...events, ...gestures.rest(600)],
    }));
  `)) as {
    labels: string[];
    test: { pictures: number; largestDifference: number; passed: boolean };
    seen: { label: string | null; classes: { probability: number }[]; similarity: number };
    grey: { label: string | null };
    events: GestureEvent[];
  };
  expect(answered.labels).toEqual(['red', 'blue']);
  expect(answered.test).toMatchObject({ pictures: 4, passed: true });
  expect(answered.test.largestDifference).toBeLessThan(1e-5);
  const { engine } = started;
  const image = valueOf(await decodePicture(bytes, 'picture'));
  const own = valueOf(await engine.classify({ frame: { image, crop: centreSquare } }, calm));
  own?.probabilities.forEach((p, c) => {
    expect(Math.abs(p - (answered.seen.classes[c]?.probability ?? 9))).toBeLessThan(1e-4);
  });
  expect(Math.abs((own?.largestCosine ?? 9) - answered.seen.similarity)).toBeLessThan(1e-4);
  // Nothing like any sample.
  expect(answered.grey.label).toBeNull();
  expect(answered.events.map(({ type, label, atMs }) => `${type} ${label} ${atMs}`)).toEqual([
    'enter red 200',
    'leave red 300',
    'enter null 500',
    'leave null 600',
  ]);
});

/** An example as it is shown, in the folder where the person would put it. */
async function runExample(name: string, ...args: string[]): Promise<string> {
  await cp(`src/lib/core/snippets/${name}`, join(folder, name));
  const { stdout } = await promisify(execFile)('node', [name, ...args], { cwd: folder });
  return stdout;
}

describe('examples, run as they are shown', () => {
  test('the runtime in Node names a picture', async () => {
    await writeFile(join(folder, 'red.png'), drawn(0, 1));
    expect(await runExample('runtime-node.mjs', 'red.png')).toMatch(/^(red|none of these) 0\.\d+/);
  });

  test('ONNX Runtime in Node says what the runtime says', async () => {
    const onnx = valueOf(await openArchive(await onnxZip(), 'onnx.zip'));
    for (const name of ['model.onnx', 'labels.txt', 'contract.json']) {
      await writeFile(join(folder, name), valueOf(await onnx.bytes(name, 1e8)));
    }
    const [picture] = input.golden;
    await writeFile(join(folder, 'golden.png'), picture?.picture ?? '');
    const lines = (await runExample('onnx-node.mjs', 'golden.png')).trim().split('\n');
    for (const [c, name] of ['red', 'blue'].entries()) {
      const [label, probability] = lines[c]?.split(' ') ?? [];
      expect(label).toBe(name);
      expect(Math.abs(Number(probability) - (picture?.probabilities[c] ?? 9))).toBeLessThan(1e-3);
    }
  });

  const python = spawnSync('python3', ['--version']).status === 0;
  test.skipIf(!python)('Python compiles, and asks the graph for names that it has', async () => {
    for (const name of ['onnx-classify.py', 'folders-keras.py']) {
      await cp(`src/lib/core/snippets/${name}`, join(folder, name));
      await promisify(execFile)('python3', ['-m', 'py_compile', join(folder, name)]);
    }
    const text = await readFile(join(folder, 'onnx-classify.py'), 'utf8');
    const onnx = valueOf(await openArchive(await onnxZip(), 'onnx.zip'));
    const graph = valueOf(readOnnx(valueOf(await onnx.bytes('model.onnx', 1e8)), 'model.onnx'));
    const asked = /run\(\["(\w+)"\], \{"(\w+)": image\}\)/.exec(text);
    expect(graph.outputs.map(({ name }) => name)).toContain(asked?.[1]);
    expect(graph.inputs.map(({ name }) => name)).toEqual([asked?.[2]]);
    expect(graph.inputs[0]?.shape[1]).toBe(started.state.backbone.inputSizePx);
    for (const file of ['model.onnx', 'labels.txt']) expect(onnx.has(file)).toBe(true);
  });

  test('knn-classifier takes the data', async () => {
    const { engine } = started;
    valueOf(await engine.fit({ spec: defaultHeadSettings.knn, classes }, calm));
    const fitted = valueOf(await engine.wholeHead(null, calm));
    if (fitted?.kind !== 'knn') throw new Error('another head');
    await writeFile(join(folder, 'samples.knn.json'), [...knnJsonParts(fitted)].join(''));
    expect((await runExample('knn-node.mjs', 'samples.knn.json')).trim()).toBe('red');
  });
});

test('what is missing or too large for a picture without canvas is said in words', async () => {
  const words = (await runNode(`
    import { load } from './handful-runtime.js';
    const why = (work) => work.then(() => '', (error) => error.message);
    const model = await load(new URL('./model/', import.meta.url));
    console.log(JSON.stringify([
      await why(load(new URL('./nowhere/', import.meta.url))),
      await why(model.classify({ width: 9, height: 9, data: new Uint8ClampedArray(324) })),
    ]));
  `)) as string[];
  expect(words[0]).toContain('lacks “files.json”');
  expect(words[1]).toContain('createCanvas');
});

test('the zip opens in Handful again as a head', async () => {
  const opened = valueOf(await openFiles([{ path: 'page.zip', blob: zip }], 'page.zip'));
  expect(opened.content.kind).toBe('head');
  await opened.close();
  const types = await readFile(join(folder, 'handful-runtime.d.ts'), 'utf8');
  expect(types).toContain('export declare function load');
  let lines = 0;
  for (const name of ['page.html.txt', 'page.js', 'page.css']) {
    lines += (await readFile(join(folder, name), 'utf8')).split('\n').length - 1;
  }
  expect(lines).toBeLessThan(150);
});

test('docs/runtime.md says how large it is', async () => {
  const text = await readFile('docs/runtime.md', 'utf8');
  const module = await readFile(join(folder, 'handful-runtime.js'));
  const said = /ES module \((\d+) KB, (\d+) KB compressed\)/.exec(text)?.slice(1).map(Number);
  const real = [module.length / 1000, gzipSync(module, { level: 9 }).length / 1000];
  for (const [i, size] of real.entries())
    expect(Math.abs(size - (said?.[i] ?? 0))).toBeLessThan(0.02 * size);
});
