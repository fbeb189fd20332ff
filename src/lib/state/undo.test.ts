// Undo and redo over real storage: whatever was done, and whenever the page was reloaded, all of it goes back and forth.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { succeed } from '#lib/core/failure.ts';
import { noRoom } from '#lib/storage/make-room.ts';
import { openWorld, type UndoWorld } from './undo-world.test-helper.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const later = (ms = 10_000): void => void vi.setSystemTime(Date.now() + ms);

let made = 0;
/** A sample as the camera brings it; its picture is known by its id. */
function record({ open }: UndoWorld, classIndex: number, takeId: string): void {
  const entry = open.classes[classIndex % Math.max(1, open.classes.length)];
  if (!entry) return;
  const id = `sample-${(made += 1)}`;
  const capturedAtMs = open.nextCaptureMs();
  const sample = {
    id,
    classId: entry.id,
    takeId,
    capturedAtMs,
    source: 'camera',
    sizePx: 256,
  } as const;
  const embedding = { backboneId: 'b@1', values: Float32Array.of(made) };
  open.addSamples([{ sample, jpeg: new TextEncoder().encode(id), embedding }]);
}

const small = fc.nat({ max: 5 });
const verb = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('take' as const), a: small, b: small }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('class', 'rename', 'colour', 'off', 'order', 'drop', 'template'),
      a: small,
      b: small,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('delete', 'move', 'smooth', 'name', 'heads'),
      a: small,
      b: small,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('reload', 'undo', 'redo', 'flush'),
      a: small,
      b: small,
    }),
  },
);
type Verb = typeof verb extends fc.Arbitrary<infer T> ? T : never;

async function play(world: UndoWorld, { do: what, a, b }: Verb): Promise<UndoWorld> {
  const { open, projects } = world;
  // Sometimes soon enough to join what came before.
  later(a % 2 === 0 ? 10_000 : 500);
  const classId = open.classes[a % Math.max(1, open.classes.length)]?.id ?? '';
  const ids = new Set(open.samples.filter((_, i) => i % (a + 1) === 0).map(({ id }) => id));
  const { project } = open;
  if (!project) throw new Error('a project is always open');
  switch (what) {
    case 'take':
      for (let i = 0; i <= b * 9; i += 1) record(world, a, `take-${made - i}`);
      break;
    case 'class':
      open.addClass(`class ${a}`);
      break;
    case 'rename':
      open.editClass(classId, { name: `name ${b}` });
      break;
    case 'colour':
      open.editClass(classId, { colour: b });
      break;
    case 'off':
      open.editClass(classId, { enabled: b % 2 === 0 });
      break;
    case 'order':
      open.moveClass(classId, b);
      break;
    case 'drop':
      open.removeClass(classId);
      break;
    case 'template':
      projects.useTemplate('thumbs');
      break;
    case 'delete':
      open.removeSamples(ids);
      break;
    case 'move':
      open.moveSamples(ids, open.classes[b % Math.max(1, open.classes.length)]?.id ?? classId);
      break;
    case 'smooth':
      open.edit({ live: { ...project.live, smoothing: b / 10 } });
      break;
    case 'name':
      open.rename(`project ${b}`);
      break;
    case 'heads':
      open.edit({ heads: { ...project.heads, selected: b % 2 ? 'knn' : 'dense' } });
      break;
    case 'undo':
      await world.undoing.undo();
      break;
    case 'redo':
      await world.undoing.redo();
      break;
    case 'flush':
      await world.saver.flush();
      break;
    case 'reload':
      return world.reload();
  }
  return world;
}

/** All that is shown; when it was last changed does not go back. */
function shownIn({ open: { document } }: UndoWorld): object {
  return { ...document, project: { ...document?.project, updatedAtMs: 0 } };
}

async function expectPictures({ open, pictures, store }: UndoWorld): Promise<void> {
  for (const { id } of open.samples) {
    const jpeg = await pictures.jpeg(id);
    expect(jpeg && new TextDecoder().decode(jpeg)).toBe(id);
  }
  const embeddings = await store.readEmbeddings(open.project?.id ?? '', 'b@1');
  expect(embeddings.ok && embeddings.value.size).toBe(open.samples.length);
}

test('any verbs, reloaded at any point: undo goes back to the first, redo to the last', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(verb, { maxLength: 30 }), async (verbs) => {
      globalThis.indexedDB = new IDBFactory();
      let world = await openWorld();
      world.open.addClass('first');
      const first = shownIn(world);
      const firstId = world.open.undoStep?.id;
      for (const each of verbs) {
        // The class that makes the project worth keeping is not taken back on the way.
        if (each.do === 'undo' && world.open.undoStep?.id === firstId) continue;
        world = await play(world, each);
      }
      const last = shownIn(world);
      // Which of them are merely undone does not matter: the end of the list is where redo leads.
      const behind = world.open.redoStep;
      await world.saver.flush();
      let steps = 0;
      while (world.open.undoStep?.id !== firstId) {
        expect(world.open.undo()).not.toBeNull();
        steps += 1;
      }
      world = await world.reload();
      expect(shownIn(world)).toEqual(first);
      await expectPictures(world);
      for (; steps > 0; steps -= 1) expect(world.open.redo()).not.toBeNull();
      world = await world.reload();
      expect(shownIn(world)).toEqual(last);
      expect(world.open.redoStep?.id).toBe(behind?.id);
      await expectPictures(world);
      world.store.close();
    }),
    { numRuns: 40 },
  );
}, 120_000);

describe('the list of projects', () => {
  /** Two saved projects, A (older) and B, which is open. */
  async function twoProjects(): Promise<UndoWorld> {
    const world = await openWorld();
    await world.projects.create('thumbs', 'A');
    later();
    await world.projects.create('smile', 'B');
    later();
    return world;
  }

  test('a deleted project comes back after a reload, is shown again, and goes again', async () => {
    let world = await twoProjects();
    record(world, 0, 'take');
    later();
    const before = shownIn(world);
    const id = world.open.project?.id ?? '';
    await world.projects.remove(id);
    expect(world.names).toEqual(['A']);
    expect(world.open.project?.name).toBe('A');
    world = await world.reload();
    expect(world.projects.deleted.map(({ name }) => name)).toEqual(['B']);
    expect(world.undoing.undoLabel).toBe('delete “B”');
    await world.undoing.undo();
    expect(world.names).toEqual(['A', 'B']);
    expect(shownIn(world)).toEqual(before);
    await expectPictures(world);
    world = await world.reload();
    expect(world.undoing.redoLabel).toBe('delete “B”');
    await world.undoing.redo();
    expect(world.names).toEqual(['A']);
    await world.undoing.undo();
    // What was done in the project itself comes next.
    expect(world.undoing.undoLabel).toBe('the last take');
  });

  test('the newer of two steps goes back first, whichever list it is in', async () => {
    const world = await twoProjects();
    const other = world.projects.list.find(({ name }) => name === 'A')?.id ?? '';
    world.open.addClass('one');
    later();
    await world.projects.rename(other, 'A2');
    later();
    world.open.addClass('two');
    const labels: (string | null)[] = [];
    for (let i = 0; i < 3; i += 1) {
      labels.push(world.undoing.undoLabel);
      await world.undoing.undo();
    }
    expect(labels).toEqual(['add “two”', 'rename “A”', 'add “one”']);
    expect(world.names).toEqual(['A', 'B']);
    for (let i = 0; i < 3; i += 1) await world.undoing.redo();
    expect(world.names).toEqual(['A2', 'B']);
    expect(world.open.classes.map(({ name }) => name).slice(-2)).toEqual(['one', 'two']);
  });

  test('creating and copying are taken back; a project worked in since is not taken away from afar', async () => {
    const world = await twoProjects();
    const a = world.projects.list.find(({ name }) => name === 'A')?.id ?? '';
    await world.projects.duplicate(a);
    expect(world.names).toEqual(['A', 'A copy', 'B']);
    later();
    await world.undoing.undo();
    expect(world.names).toEqual(['A', 'B']);
    world.open.addClass('work');
    later();
    await world.projects.open(a);
    expect(world.undoing.undoLabel).toBeNull();
    await world.projects.open(world.projects.list.find(({ name }) => name === 'B')?.id ?? '');
    expect(world.undoing.undoLabel).toBe('add “work”');
    await world.undoing.undo();
    expect(world.undoing.undoLabel).toBe('create “B”');
    await world.undoing.undo();
    expect(world.names).toEqual(['A']);
    await world.undoing.redo();
    expect(world.open.project?.name).toBe('B');
    await world.undoing.redo();
    expect(world.open.classes.at(-1)?.name).toBe('work');
  });

  test('a project that went for good leaves no step behind', async () => {
    const world = await openWorld();
    await world.projects.create('thumbs', 'A');
    later();
    await world.projects.create('smile', 'B');
    const id = world.open.project?.id ?? '';
    later();
    await world.projects.remove(id);
    await world.projects.removeForGood(id);
    expect(world.projects.deleted).toEqual([]);
    expect(world.undoing.undoLabel).toBe('create “A”');
    const again = await world.reload();
    expect(again.undoing.undoLabel).toBe('create “A”');
    expect(again.names).toEqual(['A']);
  });

  test('a project of the list of deleted ones is brought back, and that can be taken back', async () => {
    const world = await twoProjects();
    const a = world.projects.list.find(({ name }) => name === 'A')?.id ?? '';
    await world.projects.remove(a);
    world.open.addClass('work');
    later();
    await world.projects.restore(a);
    expect(world.names).toEqual(['A', 'B']);
    expect(world.open.project?.name).toBe('B');
    await world.undoing.undo();
    expect(world.names).toEqual(['B']);
  });

  test('the step of a project that the disk needed is gone with it', async () => {
    const world = await twoProjects();
    record(world, 0, 'take');
    later();
    const b = world.open.project?.id ?? '';
    await world.projects.remove(b);
    const commit = vi.spyOn(world.store, 'commit');
    commit.mockImplementationOnce(() =>
      Promise.resolve({ ok: false, failure: { code: 'storage-full' } }),
    );
    world.open.addClass('more');
    await world.saver.flush();
    expect(world.saver.status).toBe('saved');
    expect(world.notices.failures).toEqual([]);
    expect(world.projects.deleted).toEqual([]);
    await world.undoing.undo();
    expect(world.undoing.undoLabel).not.toBe('delete “B”');
  });
});

describe('messages with Undo', () => {
  test('an older one does not take back a newer change of the same name', async () => {
    const world = await openWorld();
    world.projects.useTemplate('thumbs');
    record(world, 0, 'one');
    record(world, 0, 'two');
    const [one, two] = world.open.samples;
    world.open.removeSamples(new Set([one?.id ?? '']));
    world.undoing.offer('1 sample deleted.');
    const older = world.notices.toasts.at(-1);
    later();
    world.open.removeSamples(new Set([two?.id ?? '']));
    world.undoing.offer('1 sample deleted.');
    older?.action?.onselect();
    await Promise.resolve();
    expect(world.open.samples).toEqual([]);
    expect(world.notices.toasts.at(-1)?.text).toContain('Other changes came after that');
    world.notices.dismissToast(world.notices.toasts.at(-1)?.id ?? '');
    await world.pressToast();
    expect(world.open.samples.map(({ id }) => id)).toEqual([two?.id]);
  });

  test('the one of a deleted project brings back exactly that one', async () => {
    const world = await openWorld();
    await world.projects.create('thumbs', 'A');
    later();
    await world.projects.create('smile', 'B');
    later();
    const [b, a] = world.projects.list.map(({ id }) => id);
    await world.projects.remove(a ?? '');
    world.open.addClass('meanwhile');
    await world.pressToast();
    expect(world.names).toEqual(['A', 'B']);
    expect(world.open.project?.id).toBe(b);
    expect(world.open.classes.at(-1)?.name).toBe('meanwhile');
  });
});

test('a sample deleted before it was ever written comes back after a reload, with its picture', async () => {
  let world = await openWorld();
  world.projects.useTemplate('thumbs');
  record(world, 0, 'one');
  world.open.removeSamples(new Set(world.open.samples.map(({ id }) => id)));
  world = await world.reload();
  await world.undoing.undo();
  expect(world.open.samples).toHaveLength(1);
  await expectPictures(world);
});

test('using a template is one step', async () => {
  const world = await openWorld();
  world.projects.useTemplate('thumbs');
  expect(world.open.classes).toHaveLength(2);
  expect(world.undoing.undoLabel).toBe('add “Thumbs up” and “Thumbs down”');
  await world.undoing.undo();
  expect(world.open.classes).toEqual([]);
  expect(world.open.project?.name).toBe('My project');
  expect(world.undoing.undoLabel).toBeNull();
});

test('while a take is recorded, nothing is taken back', async () => {
  const world = await openWorld();
  world.projects.useTemplate('thumbs');
  world.capture.busy = true;
  await world.undoing.undo();
  expect(world.open.classes).toHaveLength(2);
});

describe('a full disk', () => {
  test('gives up old steps, tries again, and says nothing when that was enough', async () => {
    const world = await openWorld();
    world.projects.useTemplate('thumbs');
    record(world, 0, 'one');
    later();
    world.open.removeSamples(new Set(world.open.samples.map(({ id }) => id)));
    later();
    await world.saver.flush();
    vi.spyOn(world.store, 'commit').mockImplementationOnce(() =>
      Promise.resolve({ ok: false, failure: { code: 'storage-full' } }),
    );
    record(world, 1, 'two');
    await world.saver.flush();
    expect(world.saver.status).toBe('saved');
    expect(world.notices.failures).toEqual([]);
    await expectPictures(world);
    await world.undoing.undo();
    // The deletion of the first take is what was given up, and all before it.
    expect(world.undoing.undoLabel).toBeNull();
    const again = await world.reload();
    expect(again.undoing.undoLabel).toBeNull();
    expect(again.undoing.redoLabel).toBe('the last take');
  });

  test('never gives up a picture that undo is just bringing back', async () => {
    const world = await openWorld();
    world.projects.useTemplate('thumbs');
    record(world, 0, 'one');
    later();
    world.open.removeSamples(new Set(world.open.samples.map(({ id }) => id)));
    await world.saver.flush();
    vi.spyOn(world.store, 'commit').mockImplementationOnce(() =>
      Promise.resolve({ ok: false, failure: { code: 'storage-full' } }),
    );
    await world.undoing.undo();
    await world.saver.flush();
    const again = await world.reload();
    expect(again.open.samples).toHaveLength(1);
    await expectPictures(again);
  });

  test('with nothing to give up it is told, and nothing is tried twice', async () => {
    const world = await openWorld();
    world.projects.useTemplate('thumbs');
    await world.saver.flush();
    const commit = vi.spyOn(world.store, 'commit');
    commit.mockImplementation(() =>
      Promise.resolve({ ok: false, failure: { code: 'storage-full' } }),
    );
    vi.spyOn(world.store, 'makeRoom').mockImplementation(() => Promise.resolve(succeed(noRoom)));
    record(world, 0, 'one');
    await world.saver.flush();
    expect(commit).toHaveBeenCalledTimes(1);
    expect(world.saver.status).toBe('unsaved');
    expect(world.notices.failures.map(({ code }) => code)).toEqual(['storage-full']);
    commit.mockRestore();
    await world.saver.flush();
    expect(world.saver.status).toBe('saved');
  });

  test('gives up one half at a time, with a rest, until the person deletes something', async () => {
    const world = await openWorld();
    world.projects.useTemplate('thumbs');
    await world.saver.flush();
    const full = () => Promise.resolve({ ok: false, failure: { code: 'storage-full' } } as const);
    vi.spyOn(world.store, 'commit').mockImplementation(full);
    const helps = () => Promise.resolve(succeed({ ...noRoom, pictures: 1, undone: true }));
    const makeRoom = vi.spyOn(world.store, 'makeRoom').mockImplementation(helps);
    record(world, 0, 'one');
    await world.saver.flush();
    await world.saver.flush();
    expect(makeRoom).toHaveBeenCalledTimes(1);
    await world.saver.tryAgain();
    expect(makeRoom).toHaveBeenCalledTimes(2);
    later(60_000);
    await world.saver.flush();
    expect(makeRoom).toHaveBeenCalledTimes(3);
  });
});
