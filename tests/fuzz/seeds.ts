// What the fuzzer starts from: one good file of every kind, built here; genuine ones too where ../shared/data lies.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { succeed } from '#lib/core/failure.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { emptyProject, type Project, type Sample } from '#lib/core/project.ts';
import { defaultUse } from '#lib/core/use-settings.ts';
import { writeWave } from '#lib/core/wave.ts';
import type { LoadedBackbone } from '#lib/core/backbone.ts';
import { sha256Of } from '#lib/exchange/file-hash.ts';
import { writeHeadFile } from '#lib/exchange/head-file.ts';
import { openArchive } from '#lib/exchange/zip.ts';
import { knnJsonParts } from '#lib/exchange/knn-json.ts';
import { writeProjectFile } from '#lib/exchange/project-file.ts';
import { writeSampleFolders } from '#lib/exchange/sample-folders.ts';
import { writeTmProject } from '#lib/exchange/tm-project.ts';
import type { TrainedHead } from '#lib/learning/head.ts';
import { smallModel } from '../unit/layers-models.ts';
import { gif, jpeg, png, webp } from './picture-headers.ts';

export interface SeedEntry {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface Seed {
  readonly name: string;
  /** `zip`: the entries lie in one. `loose`: they were chosen together. */
  readonly kind: 'zip' | 'loose';
  readonly entries: readonly SeedEntry[];
}

const genuine = new URL('../../../shared/data/', import.meta.url).pathname;
const quiet = { signal: new AbortController().signal, onProgress: () => undefined };
const sha = 'ab'.repeat(32);
const dimension = 6;
/** Of a genuine project; more pictures of the same kind only take time. */
const mostEntries = 16;
const picture = (): Promise<Uint8Array> => Promise.resolve(jpeg(256, 256));

export async function buildSeeds(): Promise<Seed[]> {
  const project = await zipped('project', await projectBlob());
  const heads = await Promise.all(
    heads3().map(async (head) => zipped(`head-${head.kind}`, await headBlob(head))),
  );
  const names = ['Up', 'Down <b>', 'Ratón'];
  const samples = Array.from({ length: 9 }, (_, i) => ({ classIndex: i % 3, jpeg: picture }));
  const tm = await zipped('tm-project', await writeTmProject('Tm', names, samples, quiet));
  const folders = await zipped(
    'folders',
    await writeSampleFolders({ document: document(), jpeg: picture, ...quiet }),
  );
  const models = await Promise.all([
    model('tm-model', {}),
    model('tm-model-tiny', { channels: 1, side: 24 }),
    model('tm-model-list', { listConfig: true }),
    model('tm-model-renamed', { renamed: true, labels: ['a', 'b'] }),
  ]);
  const loose: Seed = { ...folders, name: 'loose-folders', kind: 'loose' };
  const parts: Seed = { ...models[0], name: 'loose-model', kind: 'loose' };
  return [project, ...heads, tm, folders, ...models, loose, parts, ...singles(), ...(await real())];
}

/** Pictures and JSON alone. */
function singles(): Seed[] {
  const knn = heads3().find((head) => head.kind === 'knn');
  if (!knn) throw new Error('there is a head of every kind');
  const files: [string, Uint8Array][] = [
    ['photo.jpg', jpeg(640, 480)],
    ['photo.png', png(640, 480)],
    ['photo.gif', gif(64, 48)],
    ['photo.webp', webp(64, 48)],
    ['film.mjpeg', Buffer.concat([jpeg(64, 48), jpeg(64, 48), jpeg(64, 48)])],
    ['list.json', Buffer.from('{"label":[1,2,3]}')],
    ['knn.json', Buffer.from([...knnJsonParts(knn)].join(''))],
  ];
  return files.map(([path, bytes]) => ({ name: path, kind: 'loose', entries: [{ path, bytes }] }));
}

async function real(): Promise<Seed[]> {
  if (!existsSync(genuine)) return [];
  const projects = readdirSync(join(genuine, 'tm-projects')).map((file) =>
    zipped(`genuine ${file}`, new Blob([readFileSync(join(genuine, 'tm-projects', file))])),
  );
  const folder = join(genuine, 'tm-models/desk-objects');
  const entries = readdirSync(folder).map((path) => ({
    path,
    bytes: new Uint8Array(readFileSync(join(folder, path))),
  }));
  return [...(await Promise.all(projects)), { name: 'genuine model', kind: 'zip', entries }];
}

async function zipped(name: string, blob: Blob): Promise<Seed> {
  const opened = await openArchive(blob, name);
  if (!opened.ok) throw new Error(`${name} cannot be opened`);
  const entries: SeedEntry[] = [];
  for (const path of opened.value.names) {
    const bytes = await opened.value.bytes(path, 1e9);
    const enough = entries.length >= mostEntries && /\.(jpe?g|png|webp)$/i.test(path);
    if (bytes.ok && !enough) entries.push({ path, bytes: bytes.value });
  }
  return { name, kind: 'zip', entries };
}

async function model(name: string, options: Parameters<typeof smallModel>[0]): Promise<Seed> {
  const { files, model: built } = await smallModel(options);
  built.dispose();
  const entries = Object.entries(files).map(([path, content]) => ({
    path,
    bytes: new Uint8Array(Buffer.from(content)),
  }));
  return { name, kind: 'zip', entries };
}

function document(): { project: ReturnType<typeof emptyProject>; samples: Sample[] } {
  const classes = ['Up', 'Down', '안녕'].map((name, i) => {
    return { id: `c${i}`, name, colour: i, enabled: true };
  });
  const samples = Array.from({ length: 9 }, (_, i): Sample => ({
    id: `s${i}`,
    classId: `c${i % 3}`,
    takeId: `t${i % 2}`,
    capturedAtMs: 1000 + i,
    source: 'camera',
    sizePx: 256,
  }));
  return { project: { ...emptyProject('p', 'P', 'net@1', 5), classes }, samples };
}

async function projectBlob(): Promise<Blob> {
  const { project, samples } = document();
  const embeddings = new Map(samples.map(({ id }, i) => [id, numbers(dimension, i)]));
  const files = [jpeg(640, 480), writeWave({ samples: numbers(200, 8), sampleRate: 44_100 })];
  const hashes = await Promise.all(files.map(sha256Of));
  const written = await writeProjectFile({
    document: { project: { ...project, use: useWith(hashes) }, samples },
    backbone: { id: 'net@1', sha256: sha },
    importedHead: heads3()[2] ?? null,
    embeddings: () => Promise.resolve(succeed(embeddings)),
    jpeg: picture,
    file: (hash) => Promise.resolve(files[hashes.indexOf(hash)] ?? null),
    ...quiet,
  });
  if (!written.ok) throw new Error('the project cannot be written');
  return written.value;
}

/** Actions that show a picture and play a sound of a person's own, by their hashes. */
function useWith([picture = '', sound = '']: readonly string[]): Project['use'] {
  const deeds = [
    { kind: 'text', text: 'A cat', picture: { hash: picture, name: 'cat.png' } },
    { kind: 'sound', sound: 'pop', own: { hash: sound, name: 'doorbell.mp3' } },
  ] as const;
  const actions = deeds.map((deed, i) => ({ id: `a${i}`, classId: `c${i}`, heldMs: 500, deed }));
  return { ...defaultUse, actions };
}

const numbers = (length: number, seed: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.abs(Math.sin(1 + i + 7 * seed)));

function heads3(): TrainedHead[] {
  const base = {
    backboneId: 'net@1',
    backboneSha256: sha,
    classIds: ['c0', 'c1', 'c2'],
    labels: ['Up', 'Down', '안녕'],
    dimension,
    sampleCount: 6,
  };
  const layer = { kernel: numbers(3 * dimension, 1), bias: numbers(3, 2), units: 3 };
  const { ridge, knn, dense } = defaultHeadSettings;
  return [
    { ...base, ...layer, kind: 'ridge', spec: ridge, features: 'sqrt' },
    {
      ...base,
      kind: 'knn',
      spec: knn,
      embeddings: numbers(6 * dimension, 3),
      classIndexes: Uint16Array.of(0, 0, 1, 1, 2, 2),
    },
    { ...base, kind: 'dense', spec: dense, layers: [{ ...layer, activation: 'softmax' }] },
  ];
}

function headBlob(head: TrainedHead): Promise<Blob> {
  const backbone: LoadedBackbone = {
    id: head.backboneId,
    name: 'Net',
    note: '',
    licence: 'Apache-2.0',
    embeddingSize: dimension,
    inputSizePx: 160,
    inputRange: [-1, 1],
    parameters: 1,
    bytes: 1,
    unknownThreshold: 0.8,
    sha256: sha,
    hasWhitening: false,
  };
  const golden = {
    picture: jpeg(256, 256),
    embedding: numbers(dimension, 5),
    probabilities: numbers(3, 6),
  };
  return writeHeadFile({
    head,
    backbone,
    whitening: null,
    unknownThreshold: 0.7,
    unknownEnabled: true,
    frame: { centreX: 0.5, centreY: 0.5, size: 1 },
    gestures: null,
    golden: [golden],
    samples: [{ id: '0', classId: head.classIds[0] ?? '', embedding: numbers(dimension, 7) }],
  });
}
