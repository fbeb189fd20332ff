import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Result } from '#lib/core/failure.ts';
import { emptyProject, type ProjectDocument } from '#lib/core/project.ts';
import { documentArbitrary, jpegOf } from './exchange.test-helper.ts';
import { groupFiles } from './group-files.ts';
import { openFiles, summaryOf, type OpenedFile } from './open-file.ts';
import { writeSampleFolders } from './sample-folders.ts';
import { writeTmProject } from './tm-project.ts';
import { createArchive } from './zip.ts';

type Contents = Record<string, string | Uint8Array>;

async function zipOf(files: Contents): Promise<Blob> {
  const archive = createArchive();
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === 'string') await archive.text(name, content);
    else await archive.bytes(name, content, true);
  }
  return archive.finish();
}

const open = (blob: Blob, name = 'it.zip'): Promise<Result<OpenedFile>> =>
  openFiles([{ path: name, blob }], name);

async function summary(files: Contents, name = 'it.zip') {
  const opened = await open(await zipOf(files), name);
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
  return summaryOf(opened.value);
}

async function refusal(files: Contents | Blob, name = 'it.zip'): Promise<string> {
  const opened = await open(files instanceof Blob ? files : await zipOf(files), name);
  if (opened.ok || opened.failure.code !== 'bad-file') throw new Error('it was not refused');
  return opened.failure.reason;
}

const picture = jpegOf(1);
const image = '{"type":"image"}';
const quiet = { signal: new AbortController().signal, onProgress: () => undefined };

describe('opening', () => {
  test.each([
    ['nothing', new Blob([]), 'is empty'],
    ['a text', new Blob(['hello there']), 'not a zip'],
    ['half a zip', new Blob(['PK\x03\x04 and no more']), 'cannot be opened'],
    ['a sound', new Blob(['ID3\x03 la la']), 'a sound'],
    ['a Keras model', new Blob(['\x89HDF\r\n']), 'not a zip'],
    ['other JSON', new Blob(['{"a":1}']), 'JSON file'],
  ])('%s is refused', async (_, blob, words) => {
    expect(await refusal(blob)).toContain(words);
  });

  test.each<[Contents, string]>([
    [{}, 'holds no file'],
    [{ 'holiday.txt': 'sun' }, 'nothing that Handful can open'],
    [{ 'keras_model.h5': 'x', 'labels.txt': 'a' }, 'another kind of program'],
    [{ 'a.wav': 'x' }, 'sounds'],
    [{ 'manifest.json': '{"type":"pose"}', 'a-!-0.jpg': picture }, 'body poses'],
    [{ 'manifest.json': '{"type":"audio"}', 'a.zip': 'x' }, 'sounds'],
    [{ 'manifest.json': '{"type":"__proto__"}' }, 'unknown kind'],
    [{ 'manifest.json': '[]' }, 'manifest.json'],
    [{ 'manifest.json': '{{' }, 'manifest.json'],
    [{ '../up/1.jpg': picture }, 'points outside'],
  ])('a zip of %j is refused', async (files, words) => {
    expect(await refusal(files)).toContain(words);
  });

  test('clutter and one folder around all do not matter', async () => {
    const { classes } = await summary({
      'set/up/1.jpg': picture,
      'set/down/2.PNG': picture,
      '__MACOSX/set/up/._1.jpg': picture,
      'set/.DS_Store': 'x',
    });
    expect(classes.map(({ name }) => name)).toEqual(['down', 'up']);
  });

  test('files with unsafe names are left out of a folder', async () => {
    const blob = new Blob([picture.slice()]);
    const paths = ['set/up/1.jpg', 'set/../../x.jpg', '/root.jpg', 'C:\\x\\y.jpg'];
    const opened = await openFiles(
      paths.map((path) => ({ path, blob })),
      'set',
    );
    expect(opened.ok && summaryOf(opened.value)).toMatchObject({
      classes: [{ name: 'up', samples: 1 }],
      warnings: ['Left out for an unsafe name: 3 of the files.'],
    });
  });

  test('a picture of 20 000 × 20 000 pixels is refused before it is decoded', async () => {
    const png = new Uint8Array(33);
    png.set([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
    new DataView(png.buffer).setUint32(16, 20_000);
    new DataView(png.buffer).setUint32(20, 20_000);
    expect(await refusal(new Blob([png]), 'big.png')).toContain('20000 × 20000');
  });

  test('files that came together are told apart', async () => {
    const blob = new Blob([picture.slice()]);
    const zip = new Blob(['PK\x03\x04']);
    const groups = await groupFiles([
      { path: 'a.jpg', blob },
      { path: 'set/up/1.jpg', blob },
      { path: 'model.json', blob: new Blob(['{']) },
      { path: 'x.tm', blob: zip },
      { path: 'weights.bin', blob: new Blob(['1']) },
      { path: 'set/down/1.jpg', blob },
      { path: 'b.jpg', blob },
    ]);
    expect(groups.map(({ files }) => files.map(({ path }) => path))).toEqual([
      ['a.jpg', 'b.jpg'],
      ['set/up/1.jpg', 'set/down/1.jpg'],
      ['model.json', 'weights.bin'],
      ['x.tm'],
    ]);
  });
});

describe('models under any name', () => {
  const json = '{"modelTopology":{},"weightsManifest":[]}';

  test('each takes its own parts', async () => {
    const file = (path: string, text: string) => ({ path, blob: new Blob([text]) });
    const groups = await groupFiles([
      file('hands.weights.bin', '1'),
      file('fruit.json', json),
      file('knn.json', '{"dataset":{}}'),
      file('hands.json', json),
      file('metadata.json', '{}'),
      file('fruit.weights.bin', '1'),
    ]);
    expect(groups.map(({ name, files }) => [name, files.map(({ path }) => path)])).toEqual([
      ['hands.json', ['hands.weights.bin', 'hands.json']],
      ['fruit.json', ['fruit.json', 'metadata.json', 'fruit.weights.bin']],
      ['knn.json', ['knn.json']],
    ]);
  });

  test('one alone is told by its content, and what is missing is named', async () => {
    const model =
      '{"modelTopology":{},"ml5Specs":{"mapStringToIndex":["a","b"]},"weightsManifest":[{"paths":["./hands.weights.bin"],"weights":[]}]}';
    expect(await refusal(new Blob([model]), 'hands.json')).toContain('lacks “hands.weights.bin”');
  });
});

describe('Teachable Machine projects', () => {
  test('classes in order of appearance, samples by number, gaps begin a take', async () => {
    const opened = await open(
      await zipOf({
        'z -!- a-!-10.jpg': picture,
        'z -!- a-!-2.jpg': picture,
        'z -!- a-!-3.png': picture,
        'b-!-0.webp': picture,
        'b-!-x.jpg': picture,
        'manifest.json': image,
      }),
    );
    if (!opened.ok || opened.value.content.kind !== 'tm-project') throw new Error('not opened');
    const { classNames, pictures } = opened.value.content.set;
    expect(classNames).toEqual(['z -!- a', 'b']);
    expect(pictures.map(({ path, take }) => [path, take])).toEqual([
      ['z -!- a-!-2.jpg', 0],
      ['z -!- a-!-3.png', 0],
      ['z -!- a-!-10.jpg', 1],
      ['b-!-0.webp', 0],
    ]);
    expect(opened.value.warnings.join(' ')).toContain('1 file is no sample');
  });

  test('an empty one opens and says so', async () => {
    const { classes, takes, warnings } = await summary({ 'manifest.json': image });
    expect({ classes, takes, warnings }).toEqual({
      classes: [],
      takes: 0,
      warnings: ['It holds no samples.'],
    });
  });

  test('what is written opens with the same classes and samples', async () => {
    await fc.assert(
      fc.asyncProperty(documentArbitrary, async ({ project, samples }) => {
        const names = project.classes.map(({ name }) => name);
        const listed = samples.map(({ classId }, i) => ({
          classIndex: project.classes.findIndex(({ id }) => id === classId),
          jpeg: () => Promise.resolve(jpegOf(i)),
        }));
        const opened = await open(await writeTmProject('P', names, listed, quiet), 'p.tm');
        if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
        const { classes } = summaryOf(opened.value);
        expect(classes.reduce((sum, entry) => sum + entry.samples, 0)).toBe(samples.length);
        expect(classes.length).toBe(new Set(samples.map(({ classId }) => classId)).size);
      }),
      { numRuns: 30 },
    );
  });
});

describe('folders of pictures', () => {
  test.each<[string, Contents, [string, number][], number]>([
    [
      'plain',
      { 'b/1.jpg': picture, 'a/1.jpg': picture },
      [
        ['a', 1],
        ['b', 1],
      ],
      2,
    ],
    [
      'split for training, labels in order',
      {
        'train/up/1.jpg': picture,
        'val/up/1.jpg': picture,
        'train/down/1.jpg': picture,
        'labels.txt': 'up\ndown',
      },
      [
        ['up', 2],
        ['down', 1],
      ],
      3,
    ],
    [
      'takes in folders',
      { 'x/a/1.jpg': picture, 'x/b/1.jpg': picture, 'y/1.jpg': picture },
      [
        ['x', 2],
        ['y', 1],
      ],
      3,
    ],
    ['one class', { 'hands/1.jpg': picture, 'hands/10.jpg': picture }, [['hands', 2]], 1],
  ])('%s', async (_, files, classes, takes) => {
    const found = await summary(files);
    expect(found.kind).toBe('folders');
    expect(found.classes.map(({ name, samples }) => [name, samples])).toEqual(classes);
    expect(found.takes).toBe(takes);
  });

  const film = (from: number, count: number): Contents =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`a/${from + i}.jpg`, picture] as const),
    );

  test('gaps in the numbers of a folder begin takes, and the words say so', async () => {
    const opened = await open(
      await zipOf({ ...film(0, 12), ...film(100, 12), 'b/x.jpg': picture }),
    );
    if (!opened.ok) throw new Error('not opened');
    expect(summaryOf(opened.value).takes).toBe(3);
    expect(opened.value.warnings.join(' ')).toContain('Takes were told by the file names');
    expect(opened.value.takesUntold).toBe(false);
  });

  test('without a gap nothing tells takes apart, which is said; folders for takes tell them', async () => {
    const opened = await open(await zipOf(film(0, 20)));
    expect(opened.ok && opened.value.takesUntold).toBe(true);
    expect(opened.ok && opened.value.warnings.join(' ')).toContain('A folder for each take');
    const told: Contents = Object.fromEntries(
      Object.keys(film(0, 20)).map((path, i) => [
        path.replace('/', i < 7 ? '/first/' : '/second/'),
        picture,
      ]),
    );
    const folders = await open(await zipOf({ ...told, 'b/x.jpg': picture }));
    expect(folders.ok && folders.value.takesUntold).toBe(false);
    expect(folders.ok && summaryOf(folders.value).takes).toBe(3);
  });

  test('what is written opens with the same classes, samples, takes and times', async () => {
    await fc.assert(
      fc.asyncProperty(documentArbitrary, async (document) => {
        fc.pre(document.samples.length > 0);
        const jpeg = (): Promise<Uint8Array> => Promise.resolve(jpegOf(7));
        const opened = await open(await writeSampleFolders({ document, jpeg, ...quiet }));
        if (!opened.ok || !('set' in opened.value.content)) throw new Error('not opened');
        const { set } = opened.value.content;
        expect(takesIn(set.pictures, set.classNames)).toEqual(takesOf(document));
        expect(opened.value.name).toBe('P');
      }),
      { numRuns: 30 },
    );
  });

  const takesOf = ({ project, samples }: ProjectDocument): string[] => {
    const names = new Map(project.classes.map(({ id, name }) => [id, name.trim()]));
    return samples
      .map(({ classId, capturedAtMs }) => `${names.get(classId) ?? ''} ${capturedAtMs}`)
      .sort();
  };
  const takesIn = (
    pictures: readonly { classIndex: number; capturedAtMs: number | null }[],
    names: readonly string[],
  ): string[] =>
    pictures
      .map(({ classIndex, capturedAtMs }) => `${names[classIndex] ?? ''} ${capturedAtMs ?? ''}`)
      .sort();

  test('a class without samples stays', async () => {
    const classes = ['full', 'empty'].map((name, i) => ({
      id: name,
      name,
      colour: i,
      enabled: true,
    }));
    const project = { ...emptyProject('p', 'P', 'net@1', 5), classes };
    const samples = [
      {
        id: 's',
        classId: 'full',
        takeId: 't',
        capturedAtMs: 1,
        source: 'file',
        sizePx: 224,
      } as const,
    ];
    const jpeg = (): Promise<Uint8Array> => Promise.resolve(jpegOf(7));
    const opened = await open(
      await writeSampleFolders({ document: { project, samples }, jpeg, ...quiet }),
    );
    expect(opened.ok && summaryOf(opened.value).classes).toEqual([
      { name: 'full', samples: 1 },
      { name: 'empty', samples: 0 },
    ]);
  });
});
