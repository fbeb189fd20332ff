import { expect, test } from 'vitest';
import { succeed } from '#lib/core/failure.ts';
import type { MapsClient } from '#lib/maps/client.ts';
import type { Painting, PaintRequest } from '#lib/maps/protocol.ts';
import { MapsRun } from './maps-run.ts';

/** A worker that answers when it is told to. */
class FakeClient {
  readonly asked: PaintRequest[] = [];
  #settle: (() => void)[] = [];
  paint(request: PaintRequest) {
    this.asked.push(request);
    return new Promise<ReturnType<typeof succeed<Painting>>>((resolve) => {
      this.#settle.push(() => resolve(succeed({ maps: [] } as unknown as Painting)));
    });
  }
  async answer(): Promise<void> {
    this.#settle.shift()?.();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  dispose(): void {
    this.#settle = [];
  }
}

function start() {
  const client = new FakeClient();
  const painted: boolean[] = [];
  const closed: string[] = [];
  const run = new MapsRun(client as unknown as MapsClient, {
    wish: () => ({ ids: [1], kernels: [], activation: 'relu', chosen: 0 }),
    onPainting: (_, __, live) => painted.push(live),
    onFailure: () => undefined,
  });
  const picture = (name: string, live = true) => ({
    picture: {
      image: { close: () => closed.push(name) } as unknown as ImageBitmap,
      mirror: false,
      longPx: 64,
    },
    live,
  });
  return { client, painted, closed, run, picture };
}

test('one picture in work, the newest waits, those between are closed', async () => {
  const { client, painted, closed, run, picture } = start();
  run.take(picture('a'));
  run.take(picture('b'));
  run.take(picture('c'));
  expect([client.asked.length, closed]).toEqual([1, ['b']]);
  await client.answer();
  expect([client.asked.length, painted]).toEqual([2, [true]]);
  await client.answer();
  expect([client.asked.length, painted, closed]).toEqual([2, [true, true], ['b']]);
});

test('a kernel that changes meanwhile is painted over the picture before', async () => {
  const { client, run, picture } = start();
  run.take(picture('a', false));
  run.repaint();
  run.repaint();
  await client.answer();
  expect(client.asked.map((request) => request.picture === null)).toEqual([false, true]);
  await client.answer();
  expect(client.asked).toHaveLength(2);
});

test('after its end what waits is closed and nothing more is asked', async () => {
  const { client, closed, run, picture } = start();
  run.take(picture('a'));
  run.take(picture('b'));
  run.dispose();
  expect(closed).toEqual(['b']);
  await client.answer();
  expect(client.asked).toHaveLength(1);
});
