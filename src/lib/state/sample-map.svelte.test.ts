import { expect, test } from 'vitest';
import { succeed } from '#lib/core/failure.ts';
import type { Sample } from '#lib/core/project.ts';
import type { MapKind } from '#lib/core/sample-map.ts';
import type { ProjectionClient, ProjectionOptions } from '#lib/projection/client.ts';
import { Projector } from '#lib/projection/projector.ts';
import type { ProjectionVerb, ProjectionVerbs } from '#lib/projection/protocol.ts';
import { SampleMap, type SampleMapParts } from './sample-map.svelte.ts';

const sampleOf = (n: number, classId = n % 2 === 0 ? 'a' : 'b'): Sample => ({
  id: `s${n}`,
  classId,
  takeId: `t${n % 4}`,
  capturedAtMs: n,
  source: 'file',
  sizePx: 256,
});
const embeddingOf = (id: string): Float32Array => {
  const n = Number(id.slice(1));
  return Float32Array.of(1 + (n % 2), 1, 0.1 * n, 0.5);
};

/** The real projector without its worker; UMAP waits until it is let go. */
class FakeClient {
  readonly asked: string[] = [];
  readonly placed: number[] = [];
  disposed = false;
  letGo: () => void = () => undefined;
  #projector = new Projector();

  async ask<V extends ProjectionVerb>(
    verb: V,
    request: ProjectionVerbs[V]['request'],
    { signal, onProgress }: ProjectionOptions = {},
  ): Promise<unknown> {
    await Promise.resolve();
    const pause = (): Promise<void> => {
      signal?.throwIfAborted();
      return Promise.resolve();
    };
    switch (verb) {
      case 'begin':
        this.asked.push('begin');
        this.#projector.begin(request as ProjectionVerbs['begin']['request']);
        return succeed(null);
      case 'change': {
        const change = request as ProjectionVerbs['change']['request'];
        this.asked.push(`+${change.put.length} −${change.removed.length}`);
        this.#projector.change(change);
        return succeed(null);
      }
      case 'umap':
        this.asked.push('umap');
        onProgress?.(0.25, 1);
        await new Promise<void>((resolve, reject) => {
          this.letGo = resolve;
          const aborted = (): void => reject(new DOMException('', 'AbortError'));
          signal?.addEventListener('abort', aborted);
        });
        return succeed(await this.#projector.umap({ pause, onProgress: () => undefined }));
      case 'umapAgain':
        this.asked.push('umapAgain');
        return succeed(await this.#projector.umapAgain(pause));
      case 'place': {
        const { embedding, kind } = request as { embedding: Float32Array; kind: MapKind };
        this.placed.push(embedding[2] ?? 0);
        return succeed(this.#projector.place({ kind, embedding }));
      }
      case 'pca':
        break;
    }
    this.asked.push('pca');
    return succeed(this.#projector.pca());
  }

  dispose(): void {
    this.disposed = true;
  }
}

function setUp(count = 12) {
  const project = $state({
    id: 'p',
    backboneId: 'net@1',
    classes: ['a', 'b'].map((id) => ({ id, enabled: true })),
  });
  const held = $state({ samples: Array.from({ length: count }, (_, n) => sampleOf(n)) });
  const client = new FakeClient();
  const parts = {
    engine: {
      ready: { backbone: { embeddingSize: 4 } },
      client: { whiteningAsset: () => Promise.resolve(succeed(null)) },
    },
    open: {
      get document() {
        return { project, samples: held.samples };
      },
      get classes() {
        return project.classes;
      },
      get samples() {
        return held.samples;
      },
    },
    model: { settled: () => Promise.resolve() },
    sources: {
      saver: { fresh: () => undefined },
      store: {
        readEmbeddings: (_: string, __: string, ids: readonly string[]) =>
          Promise.resolve(succeed(new Map(ids.map((id) => [id, embeddingOf(id)])))),
      },
    },
    notices: { report: () => undefined },
  } as unknown as SampleMapParts;
  const map = new SampleMap(parts, () => client as unknown as ProjectionClient);
  return { map, client, held, project };
}

test('only what changed goes over; a class that is switched off leaves the map', async () => {
  const { map, client, held, project } = setUp();
  await map.refresh(map.samples);
  expect(map.layout?.ids).toHaveLength(12);
  held.samples = [...held.samples.slice(1), sampleOf(20)];
  await map.refresh(map.samples);
  expect(client.asked).toEqual(['begin', '+12 −0', 'pca', '+0 −1', '+1 −0', 'pca']);
  expect(map.layout?.ids).not.toContain('s0');
  project.classes = [
    { id: 'a', enabled: true },
    { id: 'b', enabled: false },
  ];
  await map.refresh(map.samples);
  expect(map.layout?.ids.every((id) => Number(id.slice(1)) % 2 === 0)).toBe(true);
});

test('another backbone begins anew', async () => {
  const { map, client, project } = setUp();
  await map.refresh(map.samples);
  project.backboneId = 'net@2';
  await map.refresh(map.samples);
  expect(client.asked.filter((verb) => verb === 'begin')).toHaveLength(2);
  expect(map.layout?.ids).toHaveLength(12);
});

test('UMAP is worked out once; cancelled, the map before stays', async () => {
  const { map, client } = setUp();
  await map.refresh(map.samples);
  const first = map.choose('umap');
  await Promise.resolve();
  await Promise.resolve();
  expect(map.progress).toBe(0.25);
  await map.cancel();
  await first;
  expect([map.kind, map.layout?.kind, map.progress]).toEqual(['pca', 'pca', null]);
  const second = map.choose('umap');
  await Promise.resolve();
  await Promise.resolve();
  client.letGo();
  await second;
  expect([map.kind, map.layout?.kind, map.progress]).toEqual(['umap', 'umap', null]);
  await map.choose('pca');
  await map.choose('umap');
  expect(client.asked.filter((verb) => verb === 'umap')).toHaveLength(2);
  expect(map.layout?.kind).toBe('umap');
});

test('of live pictures the newest waits, the others are passed over; without one there is no point', async () => {
  const { map, client } = setUp();
  await map.refresh(map.samples);
  for (const n of [1, 2, 3, 4]) map.follow(Float32Array.of(1, 1, n, 1));
  while (client.placed.length < 2) await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(client.placed).toEqual([1, 4]);
  expect(map.live?.nearest).toHaveLength(3);
  map.follow(null);
  expect(map.live).toBeNull();
});

test('nobody looks any more: the worker goes', async () => {
  const { map, client } = setUp();
  await map.refresh(map.samples);
  map.leave();
  expect(client.disposed).toBe(true);
  expect(map.layout).toBeNull();
});
