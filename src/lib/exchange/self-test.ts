// The self-test of exported models: what is in the file is read, run on the file's golden pictures, and compared with
// what the file says about them. Whoever has an engine runs it: the page and the command line.

import * as v from 'valibot';
import { describeFailure, fail, succeed, type Result } from '#lib/core/failure.ts';
import type { OnnxGraph } from '#lib/core/onnx-graph.ts';
import type { TrainedHead } from '#lib/learning/head.ts';
import { insideFolder, rootedArchive } from './archive-root.ts';
import { largestDifference, readGolden, type GoldenSample } from './golden.ts';
import { readHead } from './head-file.ts';
import { readOnnx } from './onnx-file.ts';
import { onnxName } from './onnx-out.ts';
import { checked } from './schema.ts';
import { ownFolder } from './tm-model-out.ts';
import { modelFolder } from './web-page.ts';
import { badFile, openArchive, zipLimits, type Archive } from './zip.ts';

export type ExportKind = 'head' | 'layers' | 'onnx' | 'runtime';

export interface LayersFile {
  /** Text of `model.json`. */
  readonly model: string;
  readonly weights: Uint8Array;
  readonly inputSizePx: number;
}

/** Runs what was read on pictures: probabilities of each, or why it cannot be run here. */
export interface ModelRunner {
  head(head: TrainedHead, pictures: readonly Uint8Array[]): Answers;
  layers(file: LayersFile, pictures: readonly Uint8Array[]): Answers;
  graph(graph: OnnxGraph, pictures: readonly Uint8Array[]): Answers;
  /** Loads the folder into `handful-runtime` and lets it test itself. */
  folder(read: (name: string) => Promise<Uint8Array>): Promise<Result<FolderTest>>;
}

type Answers = Promise<Result<readonly Float32Array[]>>;

export interface FolderTest {
  readonly pictures: number;
  readonly largestDifference: number;
}

export interface SelfTest {
  readonly kind: ExportKind;
  /** Golden pictures that were compared. */
  readonly pictures: number;
  /** Of any probability; Infinity when what came out is not comparable; null without pictures. */
  readonly largestDifference: number | null;
  /** Up to here the file says the same. */
  readonly tolerance: number;
  readonly passed: boolean;
}

const tolerances: Readonly<Record<ExportKind, number>> = {
  head: 1e-4,
  layers: 1e-3,
  onnx: 1e-3,
  runtime: 1e-4,
};

/** Reads and runs a file that Handful exported. Fails (`bad-file`) when it is none, or holds no golden samples. */
export async function selfTest(
  blob: Blob,
  fileName: string,
  runner: ModelRunner,
): Promise<Result<SelfTest>> {
  const opened = await openArchive(blob, fileName);
  if (!opened.ok) return opened;
  try {
    return await testArchive(rootedArchive(opened.value).archive, runner);
  } finally {
    await opened.value.close();
  }
}

async function testArchive(archive: Archive, runner: ModelRunner): Promise<Result<SelfTest>> {
  const folder = insideFolder(archive, modelFolder);
  if (folder.has('files.json')) return testFolder(folder, runner);
  const inside = insideFolder(archive, ownFolder);
  if (inside.has('golden.json')) {
    return archive.has(onnxName)
      ? testGraph(archive, inside, runner)
      : testLayers(archive, inside, runner);
  }
  if (archive.has('golden.json') && archive.has('metadata.json')) {
    const file = await readHead(archive);
    if (!file.ok) return file;
    const { head, golden } = file.value;
    return compared('head', golden, await runner.head(head, picturesOf(golden)));
  }
  const advice = 'Choose a model that Handful saved: a head, a whole model, or a web page.';
  return fail(badFile(archive.fileName, 'holds no golden samples to check it by.', advice));
}

const sizeSchema = v.object({
  imageSize: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1024)),
});

async function testLayers(
  archive: Archive,
  inside: Archive,
  runner: ModelRunner,
): Promise<Result<SelfTest>> {
  const golden = await readGolden(inside);
  if (!golden.ok) return golden;
  const facts = await archive.json('metadata.json');
  if (!facts.ok) return facts;
  const size = checked(sizeSchema, facts.value);
  if (!size.success) {
    return fail(badFile(archive.fileName, 'is damaged (metadata.json has no imageSize).'));
  }
  const model = await archive.bytes('model.json', zipLimits.textBytes);
  if (!model.ok) return model;
  const weights = await archive.bytes('weights.bin', zipLimits.modelBytes);
  if (!weights.ok) return weights;
  const file = {
    model: new TextDecoder().decode(model.value),
    weights: weights.value,
    inputSizePx: size.output.imageSize,
  };
  const answers = await runner.layers(file, picturesOf(golden.value));
  return compared('layers', golden.value, answers);
}

async function testGraph(
  archive: Archive,
  inside: Archive,
  runner: ModelRunner,
): Promise<Result<SelfTest>> {
  const golden = await readGolden(inside);
  if (!golden.ok) return golden;
  const bytes = await archive.bytes(onnxName, zipLimits.numbersBytes);
  if (!bytes.ok) return bytes;
  const graph = readOnnx(bytes.value, onnxName);
  if (!graph.ok) return graph;
  return compared('onnx', golden.value, await runner.graph(graph.value, picturesOf(golden.value)));
}

async function testFolder(folder: Archive, runner: ModelRunner): Promise<Result<SelfTest>> {
  const read = async (name: string): Promise<Uint8Array> => {
    const bytes = await folder.bytes(name, zipLimits.numbersBytes);
    if (bytes.ok) return bytes.value;
    throw new Error(describeFailure(bytes.failure).what);
  };
  const tested = await runner.folder(read);
  if (!tested.ok) return tested;
  const { pictures, largestDifference: most } = tested.value;
  return succeed(verdict('runtime', pictures, pictures === 0 ? null : most));
}

const picturesOf = (golden: readonly GoldenSample[]): Uint8Array[] =>
  golden.map(({ picture }) => picture);

function compared(
  kind: ExportKind,
  golden: readonly GoldenSample[],
  answers: Awaited<Answers>,
): Result<SelfTest> {
  if (!answers.ok) return answers;
  const none = new Float32Array();
  const gaps = golden.map(({ probabilities }, i) =>
    largestDifference(answers.value[i] ?? none, probabilities),
  );
  const most = gaps.length === 0 ? null : Math.max(...gaps);
  return succeed(verdict(kind, gaps.length, most));
}

function verdict(kind: ExportKind, pictures: number, most: number | null): SelfTest {
  const tolerance = tolerances[kind];
  const passed = most === null || most <= tolerance;
  return { kind, pictures, largestDifference: most, tolerance, passed };
}
