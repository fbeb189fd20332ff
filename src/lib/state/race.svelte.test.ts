import { expect, test } from 'vitest';
import { defaultNetworkSpec, defaultStack, networkFacts } from '#lib/convnet/network.ts';
import { succeed } from '#lib/core/failure.ts';
import type { Sample } from '#lib/core/project.ts';
import { Race, type RaceParts } from './race.svelte.ts';

const classOf = (id: string) => ({ id, name: id, colour: 0, enabled: true });
const sampleOf = (classId: string, take: number, n: number): Sample => ({
  id: `${classId} ${take} ${n}`,
  classId,
  takeId: `${classId} ${take}`,
  capturedAtMs: n,
  source: 'file',
  sizePx: 224,
});
const samplesOf = (ids: readonly string[], takes: number): Sample[] =>
  ids.flatMap((id) =>
    Array.from({ length: takes * 2 }, (_, n) => sampleOf(id, Math.floor(n / 2), n)),
  );

function setUp(takes = 2) {
  const project = $state({
    id: 'p',
    backboneId: 'net@1',
    classes: [classOf('a'), classOf('b')],
    samples: samplesOf(['a', 'b'], takes),
  });
  const stack = $state({ value: defaultStack });
  const client = {
    embedJpeg: () => Promise.resolve(succeed({ embedding: new Float32Array(4) })),
    readGrid: () => Promise.resolve(succeed(new Float32Array(784))),
    tryHead: ({ test: asked }: { test: unknown[] }) =>
      Promise.resolve(succeed({ named: new Uint16Array(asked.length), fitMs: 3 })),
    trainNetwork: () => Promise.resolve(succeed({ named: new Uint16Array(8), trainMs: 30 })),
  };
  const jpeg = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array(1));
  const parts = {
    engine: { client, ready: { backbone: { embeddingSize: 4, parameters: 100 } } },
    open: {
      get document() {
        return { project };
      },
      get project() {
        return project;
      },
      get learnable() {
        return project.classes;
      },
      get samples() {
        return project.samples;
      },
    },
    sources: {
      client,
      pictures: { jpeg },
      saver: { fresh: () => undefined },
      store: {
        readEmbeddings: (_: string, __: string, ids: readonly string[]) =>
          Promise.resolve(succeed(new Map(ids.map((id) => [id, new Float32Array(4)])))),
      },
    },
    grids: {
      read: ({ samples }: { samples: readonly Sample[] }) =>
        Promise.resolve(succeed(new Map(samples.map(({ id }) => [id, new Float32Array(784)])))),
    },
    scratch: {
      spec: defaultNetworkSpec,
      builder: {
        get stack() {
          return stack.value;
        },
        get facts() {
          return networkFacts(stack.value);
        },
      },
    },
    notices: { announce: () => undefined },
  } as unknown as RaceParts;
  return { race: new Race(parts), project, stack };
}

async function raced() {
  const set = setUp();
  await set.race.run();
  expect(set.race.points.length).toBeGreaterThan(0);
  expect(set.race.old).toBe(false);
  return set;
}

test('a race is of its project: another one has none, and coming back it is there', async () => {
  const { race, project } = await raced();
  project.id = 'q';
  expect(race.points).toEqual([]);
  expect(race.setting).toBeNull();
  expect(race.resultsOf('transfer')).toEqual([]);
  project.id = 'p';
  expect(race.points.length).toBeGreaterThan(0);
});

test('more samples, other classes or another network make it an old one', async () => {
  const { race, project, stack } = await raced();
  const { samples, classes } = project;
  project.samples = [...samples, sampleOf('a', 5, 99)];
  expect(race.old).toBe(true);
  project.samples = samples;
  expect(race.old).toBe(false);
  project.classes = [classOf('a'), classOf('c')];
  expect(race.old).toBe(true);
  project.classes = classes;
  stack.value = { ...defaultStack, layers: defaultStack.layers.slice(1) };
  expect(race.old).toBe(true);
  expect(race.points.length).toBeGreaterThan(0);
});

test('the time of a first look is measured, and what each racer learns counted', async () => {
  const { race } = await raced();
  expect(race.setting).toMatchObject({
    classCount: 2,
    frozen: 100,
    trained: { transfer: 10, scratch: 260 + 40_348 + 58 },
  });
  expect(race.setting?.lookMs).toBeGreaterThanOrEqual(0);
});

test('what is lacking tells imported pictures from recorded ones', () => {
  const { race, project } = setUp(1);
  project.samples = project.samples.map((sample) =>
    sample.classId === 'b' ? { ...sample, source: 'camera' as const } : sample,
  );
  expect(race.lacking).toEqual([
    { name: 'a', takes: 1, missing: 1, samples: 2, imported: true },
    { name: 'b', takes: 1, missing: 1, samples: 2, imported: false },
  ]);
});
