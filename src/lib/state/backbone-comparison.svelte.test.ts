import { expect, test } from 'vitest';
import { fail, succeed } from '#lib/core/failure.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import type { ProjectDocument } from '#lib/core/project.ts';
import type { EngineClient } from '#lib/engine/client.ts';
import { BackboneComparison, type ComparingParts } from './backbone-comparison.svelte.ts';

const classOf = (id: string) => ({ id, name: id, colour: 0, enabled: true });
const sampleIds = ['a1', 'a2', 'b1', 'b2'];
const factsOf = (id: string) => ({ id, name: `Network ${id}`, bytes: 1000 });

/** Every sample is a take of its own; `right[id]` says which of them a backbone names right. */
const right: Record<string, string[]> = { one: ['a1', 'b1', 'b2'], two: sampleIds };

class FakeClient {
  at = '';
  put: string[] = [];
  disposed = false;
  start = () => Promise.resolve(succeed({}));
  useBackbone({ backboneId }: { backboneId: string }) {
    this.at = backboneId;
    if (backboneId !== 'gone') return Promise.resolve(succeed({ backbone: factsOf(backboneId) }));
    return Promise.resolve(fail({ code: 'backbone-unavailable', name: 'gone', detail: '404' }));
  }
  clearSamples = () => Promise.resolve(succeed(null));
  putSamples({ samples }: { samples: { id: string }[] }) {
    this.put = samples.map(({ id }) => id);
    return Promise.resolve(succeed(null));
  }
  embedJpeg = () => Promise.resolve(succeed({ embedding: new Float32Array(2) }));
  fit = () => Promise.resolve(succeed(null));
  classifyJpeg = () =>
    Promise.resolve(
      succeed({ prediction: { timing: { preprocessMs: 1, embedMs: 20, predictMs: 2 } } }),
    );
  evaluate() {
    const outcomes = sampleIds.map((id) => {
      const classIndex = id.startsWith('a') ? 0 : 1;
      const named = right[this.at]?.includes(id) ? classIndex : 1 - classIndex;
      return { id, takeId: id, classIndex, predictedIndex: named };
    });
    const share = (right[this.at]?.length ?? 0) / sampleIds.length;
    const honest = { accuracy: { value: share }, logLoss: 0, outcomes };
    return Promise.resolve(succeed({ evaluation: { honest }, cost: null }));
  }
  dispose(): void {
    this.disposed = true;
  }
}

function setUp(catalogue: readonly string[]) {
  const clients: FakeClient[] = [];
  const reported: unknown[] = [];
  const kept: string[] = [];
  const samples = sampleIds.map((id, n) => {
    const classId = id.slice(0, 1);
    return { id, classId, takeId: id, capturedAtMs: n, source: 'file', sizePx: 256 } as const;
  });
  const state = $state<{ document: ProjectDocument }>({
    document: {
      project: {
        id: 'p',
        backboneId: 'one',
        classes: [classOf('a'), classOf('b')],
        heads: defaultHeadSettings,
      } as unknown as ProjectDocument['project'],
      samples,
    },
  });
  const listeners: ((change: null, document: ProjectDocument) => void)[] = [];
  const change = (part: Partial<ProjectDocument['project']>, fewer = samples.length): void => {
    const { project } = state.document;
    state.document = { project: { ...project, ...part }, samples: samples.slice(0, fewer) };
    for (const listener of listeners) listener(null, state.document);
  };
  const engine = {
    ready: { backend: 'wasm', catalogue: catalogue.map(factsOf) },
    startOptions: (backboneId: string) => Promise.resolve({ backboneId }),
  };
  const parts = {
    engine,
    open: {
      get document() {
        return state.document;
      },
      get project() {
        return state.document.project;
      },
      onChange: (listener: (typeof listeners)[number]) => listeners.push(listener),
      onShow: () => undefined,
      edit: change,
    },
    sources: {
      pictures: { jpeg: () => Promise.resolve(new Uint8Array(1)) },
      saver: { fresh: () => undefined },
      store: {
        readEmbeddings: () => Promise.resolve(succeed(new Map())),
        writeEmbeddings: (id: string, values: ReadonlyMap<string, unknown>) => {
          kept.push(`${id} ${values.size}`);
          return Promise.resolve(succeed(null));
        },
      },
    },
    notices: { report: (failure: unknown) => reported.push(failure) },
    createClient: () => {
      const client = new FakeClient();
      clients.push(client);
      return client as unknown as EngineClient;
    },
  };
  const comparison = new BackboneComparison(parts as unknown as ComparingParts);
  return { comparison, clients, reported, kept, change };
}

test('every backbone reads the samples beside the engine in use, and is set against the one in use', async () => {
  const { comparison, clients, kept } = setUp(['two', 'one']);
  await comparison.compare();
  const [one, two] = comparison.compared ?? [];
  expect(one).toMatchObject({ facts: { id: 'one' }, accuracy: { value: 0.75 }, frameMs: 23 });
  expect(one?.difference.mean).toBe(0);
  expect(two).toMatchObject({ facts: { id: 'two' }, difference: { mean: 0.25 } });
  expect(two?.difference.error).toBeGreaterThan(0);
  // What was computed is kept for the one that is taken into use.
  expect(kept).toEqual(['one 4', 'two 4']);
  expect(clients).toHaveLength(1);
  expect(clients[0]).toMatchObject({ disposed: true, put: sampleIds });
  expect(comparison.progress).toBeNull();
});

test('taking one into use keeps the table, another sample takes it away', async () => {
  const { comparison, change } = setUp(['one', 'two']);
  await comparison.compare();
  comparison.adopt('two');
  expect(comparison.compared?.map(({ difference }) => difference.mean)).toEqual([-0.25, 0]);
  change({}, 3);
  expect(comparison.compared).toBeNull();
});

test('one that does not arrive is named, the others are compared', async () => {
  const { comparison, reported } = setUp(['one', 'gone', 'two']);
  await comparison.compare();
  expect(comparison.compared?.map(({ facts }) => facts.id)).toEqual(['one', 'two']);
  expect(comparison.untried).toMatchObject([{ facts: { id: 'gone' } }]);
  expect(reported).toEqual([]);
});

test('cancelled, it says nothing and leaves no engine running', async () => {
  const { comparison, clients } = setUp(['one', 'two']);
  const running = comparison.compare();
  await expect.poll(() => clients.length).toBe(1);
  comparison.cancel();
  await running;
  expect(comparison.compared).toBeNull();
  expect(clients[0]?.disposed).toBe(true);
});
