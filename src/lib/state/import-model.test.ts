import { describe, expect, test } from 'vitest';
import type { InstalledBackbone } from '#lib/core/backbone.ts';
import { fail, succeed, type Failure } from '#lib/core/failure.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import type { TmModel } from '#lib/exchange/tm-model.ts';
import { MemoryStore } from '#lib/storage/memory-store.ts';
import { importModel } from './import-model.ts';
import type { ImportParts } from './import-parts.ts';

const full: Failure = { code: 'storage-full' };

class FullStore extends MemoryStore {
  override commit(): ReturnType<MemoryStore['commit']> {
    return Promise.resolve(fail(full));
  }
}

const backbone: InstalledBackbone = {
  id: 'tm@1',
  name: 'TM',
  note: '',
  licence: 'Apache-2.0',
  manifest: '{}',
  weights: new Uint8Array(4),
};
const model: TmModel = {
  name: null,
  labels: ['a', 'b'],
  backbone,
  head: {
    kind: 'dense',
    spec: defaultHeadSettings.dense,
    backboneId: 'tm@1',
    backboneSha256: 'ab'.repeat(32),
    classIds: ['0', '1'],
    labels: ['a', 'b'],
    dimension: 1,
    sampleCount: 0,
    layers: [
      {
        kernel: new Float32Array(2),
        bias: new Float32Array(2),
        units: 2,
        activation: 'softmax',
      },
    ],
  },
};

/** The parts that an import touches, with what it did to them. */
function surroundings(store: MemoryStore, installs: boolean, present: readonly string[] = []) {
  const catalogue = new Set(present);
  const opened: string[] = [];
  const parts = {
    engine: {
      ready: { catalogue: present.map((id) => ({ id })) },
      install: ({ id }: InstalledBackbone) => {
        const damaged: Failure = { code: 'backbone-corrupt', name: id, detail: 'damaged' };
        if (installs) catalogue.add(id);
        return Promise.resolve(installs ? succeed(null) : fail(damaged));
      },
      uninstall: (id: string) => Promise.resolve(void catalogue.delete(id)),
    },
    sources: { store },
    projects: {
      list: [],
      add: async (projectId: string) => {
        opened.push(projectId);
        return store.changeList({ kind: 'add-project', projectId, opens: true }, 0, null);
      },
    },
  } as unknown as ImportParts;
  return { parts, catalogue, opened };
}

async function kept(store: MemoryStore): Promise<{ projects: number; backbones: number }> {
  const projects = await store.list();
  const backbones = await store.readBackbones();
  if (!projects.ok || !backbones.ok) throw new Error('cannot be read');
  return { projects: projects.value.length, backbones: backbones.value.length };
}

describe('a model from a file', () => {
  test('project, head and backbone are written together', async () => {
    const store = new MemoryStore();
    const { parts, catalogue, opened } = surroundings(store, true);
    expect((await importModel(parts, model, 'Fruit')).ok).toBe(true);
    expect(await kept(store)).toEqual({ projects: 1, backbones: 1 });
    expect([...catalogue]).toEqual(['tm@1']);
    const document = await store.load(opened[0] ?? '');
    if (!document.ok) throw new Error('not opened');
    const head = await store.readHead(document.value.project.id, 'imported');
    const classIds = document.value.project.classes.map(({ id }) => id);
    expect(head).toMatchObject({ ok: true, value: { classIds } });
  });

  test('a full disk leaves nothing behind', async () => {
    const store = new FullStore();
    const { parts, catalogue, opened } = surroundings(store, true);
    expect(await importModel(parts, model, 'Fruit')).toEqual({ ok: false, failure: full });
    expect(await kept(store)).toEqual({ projects: 0, backbones: 0 });
    expect([...catalogue, ...opened]).toEqual([]);
  });

  test('a backbone that was there before stays', async () => {
    const { parts, catalogue } = surroundings(new FullStore(), true, ['tm@1']);
    expect((await importModel(parts, model, 'Fruit')).ok).toBe(false);
    expect([...catalogue]).toEqual(['tm@1']);
  });

  test('a damaged backbone leaves nothing behind', async () => {
    const store = new MemoryStore();
    const { parts } = surroundings(store, false);
    expect((await importModel(parts, model, 'Fruit')).ok).toBe(false);
    expect(await kept(store)).toEqual({ projects: 0, backbones: 0 });
  });
});
