// What an action shows or plays lives and goes as samples do: with undo, reload, copies, deletion for good, a full disk, and
// another tab; and it comes in with a project file.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fail, succeed } from '#lib/core/failure.ts';
import { defaultUse, ownFilesOf, useOf, type UseSettings } from '#lib/core/use-settings.ts';
import { badFile } from '#lib/exchange/zip.ts';
import { MemoryStore } from '#lib/storage/memory-store.ts';
import { keepOwnFiles } from './import-own-files.ts';
import { openWorld, type UndoWorld } from './undo-world.test-helper.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const later = (): void => void vi.setSystemTime(Date.now() + 10_000);
const bell = { hash: 'b'.repeat(64), bytes: Uint8Array.of(1, 2, 3) };
const cat = { hash: 'c'.repeat(64), bytes: Uint8Array.of(4, 5) };
type Own = typeof bell;

const playing = (...files: readonly Own[]): UseSettings => {
  const actions = files.map(({ hash }, i) => {
    const deed = { kind: 'sound', sound: 'ding', own: { hash, name: `${i}.mp3` } } as const;
    return { id: `a${i}`, classId: null, heldMs: 500, deed };
  });
  return { ...defaultUse, actions };
};

function choose({ open }: UndoWorld, file: Own): void {
  later();
  open.editUse(playing(file), 'choose', { files: [file] });
}

async function worldWithClass(): Promise<UndoWorld> {
  const world = await openWorld();
  world.open.addClass('Up');
  return world;
}

const named = ({ open }: UndoWorld): string[] => [...ownFilesOf(open.project ?? {}).keys()];

describe('what an action plays', () => {
  test('is there at once, and after a reload; undo, redo and purge leave it', async () => {
    let world = await worldWithClass();
    choose(world, bell);
    expect(await world.pictures.file(bell.hash)).toEqual(bell.bytes);
    world = await world.reload();
    expect(await world.pictures.file(bell.hash)).toEqual(bell.bytes);
    choose(world, cat);
    await world.undoing.undo();
    expect(named(world)).toEqual([bell.hash]);
    // Opening a world purges.
    world = await world.reload();
    expect(await world.pictures.file(cat.hash)).toEqual(cat.bytes);
    await world.undoing.redo();
    expect(named(world)).toEqual([cat.hash]);
    await world.undoing.undo();
    await world.undoing.undo();
    expect(named(world)).toEqual([]);
    world = await world.reload();
    await world.undoing.redo();
    expect(await world.pictures.file(bell.hash)).toEqual(bell.bytes);
  });

  test('goes when nothing can bring it back', async () => {
    let world = await worldWithClass();
    choose(world, bell);
    await world.undoing.undo();
    later();
    // What was undone cannot be done again after this.
    world.open.addClass('Down');
    world = await world.reload();
    expect(await world.pictures.file(bell.hash)).toBeNull();
  });

  test('is a copy’s as well, and goes with the last project that is deleted for good', async () => {
    const world = await worldWithClass();
    choose(world, bell);
    const id = world.open.project?.id ?? '';
    await world.projects.duplicate(id);
    const copy = world.projects.list.find((entry) => entry.id !== id)?.id ?? '';
    later();
    await world.projects.remove(id);
    await world.projects.removeForGood(id);
    expect(world.open.project?.id).toBe(copy);
    expect(await world.pictures.file(bell.hash)).toEqual(bell.bytes);
    later();
    await world.projects.remove(copy);
    await world.projects.removeForGood(copy);
    expect(await world.pictures.file(bell.hash)).toBeNull();
  });

  test('on a full disk it is kept in memory, and written when there is room', async () => {
    const world = await worldWithClass();
    await world.saver.flush();
    const commit = world.store.commit.bind(world.store);
    const full = vi
      .spyOn(world.store, 'commit')
      .mockResolvedValue({ ok: false, failure: { code: 'storage-full' } });
    const room = vi.spyOn(world.store, 'makeRoom');
    choose(world, bell);
    await world.saver.flush();
    expect(world.saver.status).toBe('unsaved');
    expect(room.mock.calls[0]?.[0].has(bell.hash)).toBe(true);
    expect(await world.pictures.file(bell.hash)).toEqual(bell.bytes);
    full.mockImplementation(commit);
    await world.saver.tryAgain();
    expect(world.saver.freshFile(bell.hash)).toBeNull();
    expect(await world.pictures.file(bell.hash)).toEqual(bell.bytes);
  });

  test('is followed by another tab', async () => {
    const world = await worldWithClass();
    await world.saver.flush();
    const other = await openWorld(world.open.project?.id ?? null);
    choose(world, bell);
    await world.saver.flush();
    const read = await other.store.load(world.open.project?.id ?? '');
    if (!read.ok) throw new Error('not read');
    other.open.follow(read.value, { parts: [], position: 0 });
    expect(named(other)).toEqual([bell.hash]);
    expect(await other.pictures.file(bell.hash)).toEqual(bell.bytes);
  });

  test('a picture that was gone is found when it is chosen again', async () => {
    vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:cat');
    const world = await worldWithClass();
    world.open.editUse(playing(cat), 'choose', {});
    expect(await world.pictures.fileAddress(cat.hash)).toBeNull();
    choose(world, cat);
    expect(await world.pictures.fileAddress(cat.hash)).toBe('blob:cat');
  });
});

describe('from a project file', () => {
  const signal = new AbortController().signal;

  test('all that can be read comes in, and the rest is told by name', async () => {
    const world = await worldWithClass();
    const { project } = world.open;
    if (!project) throw new Error('no project');
    const dog = { hash: 'd'.repeat(64), bytes: Uint8Array.of(6) };
    const store = new MemoryStore();
    const wanted = { ...project, use: playing(bell, cat, dog) };
    await store.commit({ project: wanted, put: [], removed: [], staged: true });
    const file = (hash: string) => {
      if (hash === bell.hash) return Promise.resolve(succeed(bell.bytes));
      const damaged = fail(badFile('p.zip', 'is damaged (“actions/01.wav” is too long).'));
      return Promise.resolve(hash === cat.hash ? damaged : succeed(null));
    };
    expect(await keepOwnFiles(store, { file }, wanted, signal)).toEqual({
      ok: true,
      value: [
        '“1.mp3” of an action is left out: “p.zip” is damaged (“actions/01.wav” is too long).',
        '“2.mp3” of an action is not in the file.',
      ],
    });
    expect(await store.readFile(bell.hash)).toEqual(succeed(bell.bytes));
    expect(await store.readFile(cat.hash)).toEqual(succeed(null));
    expect(await store.list()).toEqual(succeed([]));
    expect(useOf(wanted).actions).toHaveLength(3);
  });

  test('a full disk ends the import', async () => {
    const world = await worldWithClass();
    const { project } = world.open;
    if (!project) throw new Error('no project');
    const commit = () => Promise.resolve(fail({ code: 'storage-full' }));
    const store = Object.assign(new MemoryStore(), { commit });
    const file = () => Promise.resolve(succeed(bell.bytes));
    const wanted = { ...project, use: playing(bell) };
    expect(await keepOwnFiles(store, { file }, wanted, signal)).toMatchObject({
      failure: { code: 'storage-full' },
    });
  });
});
