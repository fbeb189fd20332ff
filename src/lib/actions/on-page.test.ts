// Deeds that stay on the page, on a stage that writes down what it is told.
import { expect, test, vi } from 'vitest';
import { fail, succeed } from '#lib/core/failure.ts';
import type { Moment, Shown, Stage } from './deed-runner.ts';
import { countRunner, photoRunner, textRunner, timeRunner } from './on-page.ts';

const moment: Moment = { actionId: 'a', className: 'Up', heldMs: 700 };
const picture = { hash: 'ab'.repeat(32), name: 'cat.png' };

function stageWith(address: () => Promise<string | null>) {
  const shown: (Shown | null)[] = [];
  const stage = {
    show: (_id: string, what: Shown | null) => void shown.push(what),
    picture: vi.fn(address),
    file: () => Promise.resolve(null),
    count: vi.fn<Stage['count']>(),
    time: vi.fn<Stage['time']>(),
    photo: vi.fn<Stage['photo']>(() => Promise.resolve(succeed(null))),
  } satisfies Stage;
  return { shown, stage };
}

test('words are shown while the gesture is held', async () => {
  const { stage, shown } = stageWith(() => Promise.resolve(null));
  const runner = textRunner(stage);
  expect(await runner.run({ kind: 'text', text: 'Hello' }, moment)).toMatchObject({ ok: true });
  expect(shown).toEqual([{ text: 'Hello', picture: null }]);
  runner.left?.({ kind: 'text', text: 'Hello' }, moment);
  expect(shown).toEqual([{ text: 'Hello', picture: null }, null]);
});

test('a picture stands in the place of the words', async () => {
  const { stage, shown } = stageWith(() => Promise.resolve('blob:cat'));
  expect(
    await textRunner(stage).run({ kind: 'text', text: 'A cat', picture }, moment),
  ).toMatchObject({ ok: true });
  expect(stage.picture).toHaveBeenCalledWith(picture.hash);
  expect(shown).toEqual([{ text: 'A cat', picture: 'blob:cat' }]);
});

test('a picture that is gone is told, and its words are shown', async () => {
  const { stage, shown } = stageWith(() => Promise.resolve(null));
  expect(await textRunner(stage).run({ kind: 'text', text: 'A cat', picture }, moment)).toEqual({
    ok: false,
    failure: { code: 'own-file-missing', name: 'cat.png' },
  });
  expect(shown).toEqual([{ text: 'A cat', picture: null }]);
});

test('a picture that comes when the gesture is over is not shown; that of the next hold is', async () => {
  const gives: ((address: string) => void)[] = [];
  const { stage, shown } = stageWith(() => new Promise((resolve) => gives.push(resolve)));
  const runner = textRunner(stage);
  const deed = { kind: 'text', text: 'A cat', picture } as const;
  const first = runner.run(deed, moment);
  runner.left?.(deed, moment);
  const second = runner.run(deed, moment);
  gives[1]?.('blob:second');
  await second;
  gives[0]?.('blob:first');
  await first;
  expect(shown).toEqual([null, { text: 'A cat', picture: 'blob:second' }]);
});

test('a hold is counted when it is reached, timed when it ends', async () => {
  const { stage } = stageWith(() => Promise.resolve(null));
  await countRunner(stage).run({ kind: 'count' }, moment);
  expect(stage.count).toHaveBeenCalledWith('a');
  const timer = timeRunner(stage);
  await timer.run({ kind: 'time' }, moment);
  expect(stage.time).not.toHaveBeenCalled();
  timer.left?.({ kind: 'time' }, { ...moment, heldMs: 1600 });
  expect(stage.time).toHaveBeenCalledWith('a', 1600);
});

test('a photo is taken in the name of the class, and a missing camera is told', async () => {
  const { stage } = stageWith(() => Promise.resolve(null));
  const runner = photoRunner(stage);
  expect(await runner.run({ kind: 'photo' }, moment)).toEqual(succeed(null));
  expect(stage.photo).toHaveBeenCalledWith('Up');
  stage.photo.mockResolvedValueOnce(fail({ code: 'camera-missing' }));
  expect(await runner.run({ kind: 'photo' }, moment)).toMatchObject({
    failure: { code: 'camera-missing' },
  });
});
