import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Advice } from '#lib/core/coaching.ts';
import { succeed } from '#lib/core/failure.ts';
import { emptyProject, type Sample } from '#lib/core/project.ts';
import { Coach, type CoachParts } from './coach.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const sampleOf = (classId: string, take: number, n: number): Sample => ({
  id: `${classId} ${take} ${n}`,
  classId,
  takeId: `${classId} ${take}`,
  capturedAtMs: n,
  source: 'file',
  sizePx: 256,
});
const takeOf = (take: number): Sample[] =>
  ['a', 'b'].flatMap((id) => [0, 1].map((n) => sampleOf(id, take, n)));

function setUp() {
  const classes = ['a', 'b'].map((id, colour) => ({ id, name: id, colour, enabled: true }));
  const project = (id: string) => ({ ...emptyProject(id, id, 'net@1', 0), classes });
  let document = $state.raw({ project: project('p'), samples: takeOf(1) });
  const now = $state({ busy: false, dismissed: '' });
  const signals: AbortSignal[] = [];
  const evaluate = vi.fn((_: unknown, { signal }: { signal: AbortSignal }) => {
    signals.push(signal);
    return Promise.resolve(succeed({ evaluation: null }));
  });
  const parts = {
    engine: { ready: {}, client: { evaluate, inspectJpeg: vi.fn() } },
    open: {
      get document() {
        return document;
      },
    },
    model: { status: { kind: 'fitted' }, settled: () => Promise.resolve() },
    capture: {
      get busy() {
        return now.busy;
      },
    },
    pictures: { jpeg: () => Promise.resolve(null) },
    dismissals: {
      has: ({ code }: Advice) => code === now.dismissed,
      isRight: () => false,
    },
  } as unknown as CoachParts;
  const show = (id: string, samples: Sample[]): void => {
    document = { project: project(id), samples };
  };
  return { coach: new Coach(parts), now, evaluate, signals, show };
}

/** Until what was asked for has been looked at. */
async function refreshed(coach: Coach): Promise<void> {
  const done = coach.refresh();
  await vi.runAllTimersAsync();
  await done;
}

const codes = (coach: Coach): string[] => coach.advice.map(({ code }) => code);

test('looks once at the same samples, again after a change, always with the quick head', async () => {
  const { coach, evaluate, show } = setUp();
  await refreshed(coach);
  await refreshed(coach);
  expect(evaluate).toHaveBeenCalledTimes(1);
  expect(evaluate.mock.calls[0]?.[0]).toMatchObject({ spec: { kind: 'ridge' } });
  expect(codes(coach)).toEqual(['few-takes']);
  show('p', [...takeOf(1), ...takeOf(2), ...takeOf(3)]);
  await refreshed(coach);
  expect(evaluate).toHaveBeenCalledTimes(2);
  expect(codes(coach)).toEqual([]);
});

test('while a take is being recorded it neither looks nor changes what it says', async () => {
  const { coach, now, evaluate, show } = setUp();
  await refreshed(coach);
  now.busy = true;
  show('p', [...takeOf(1), ...takeOf(2), ...takeOf(3)]);
  expect(coach.wished).toBeNull();
  await refreshed(coach);
  expect(evaluate).toHaveBeenCalledTimes(1);
  expect(codes(coach)).toEqual(['few-takes']);
  now.busy = false;
  await refreshed(coach);
  expect(codes(coach)).toEqual([]);
});

test('what was waved away is not said; another project is not told what was found in this one', async () => {
  const { coach, now, show } = setUp();
  await refreshed(coach);
  now.dismissed = 'few-takes';
  expect(codes(coach)).toEqual([]);
  now.dismissed = '';
  show('q', [...takeOf(1), ...takeOf(2), ...takeOf(3)]);
  expect(codes(coach)).toEqual([]);
});

test('a change while it looks gives the look up; nobody looking, it stops', async () => {
  const { coach, evaluate, signals, show } = setUp();
  const first = coach.refresh();
  show('p', [...takeOf(1), ...takeOf(2)]);
  await refreshed(coach);
  await first;
  // The first was given up before it asked.
  expect(evaluate).toHaveBeenCalledTimes(1);
  coach.leave();
  expect(signals.every(({ aborted }) => aborted)).toBe(true);
});
