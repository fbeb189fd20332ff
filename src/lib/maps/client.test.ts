import { expect, test } from 'vitest';
import { MapsClient } from './client.ts';
import type { FromMapsWorker, PaintRequest, Painting } from './protocol.ts';

/** A worker that says what it is told to. */
class FakeWorker {
  onmessage: ((event: { data: FromMapsWorker }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  ended = false;
  readonly heard: { request: PaintRequest; transfer: unknown[] }[] = [];
  postMessage(request: PaintRequest, transfer: unknown[]): void {
    this.heard.push({ request, transfer });
  }
  terminate(): void {
    this.ended = true;
  }
}

function start() {
  const worker = new FakeWorker();
  const closed: string[] = [];
  const request = (name: string | null): PaintRequest => ({
    picture: name === null ? null : { image: imageNamed(name), mirror: false, longPx: 64 },
    kernels: [],
    activation: 'relu',
    chosen: 0,
  });
  const imageNamed = (name: string) =>
    ({ close: () => closed.push(name) }) as unknown as ImageBitmap;
  return { worker, closed, request, client: new MapsClient(worker as unknown as Worker) };
}

test('the picture goes over, and the painting comes back', async () => {
  const { worker, client, request } = start();
  const wish = request('a');
  const asked = client.paint(wish);
  expect(worker.heard).toEqual([{ request: wish, transfer: [wish.picture?.image] }]);
  const painting = { maps: [] } as unknown as Painting;
  worker.onmessage?.({ data: { kind: 'painting', painting } });
  expect(await asked).toEqual({ ok: true, value: painting });

  const again = client.paint(request(null));
  expect(worker.heard[1]?.transfer).toEqual([]);
  worker.onmessage?.({ data: { kind: 'painting', painting: null } });
  expect(await again).toEqual({ ok: true, value: null });
});

test.each([
  [
    'says so',
    (worker: FakeWorker) => worker.onmessage?.({ data: { kind: 'failed', message: 'x' } }),
  ],
  ['breaks', (worker: FakeWorker) => worker.onerror?.({ message: 'x' })],
] as const)('a worker that %s is ended, and every later picture closed', async (_, fail) => {
  const { worker, client, request, closed } = start();
  const asked = client.paint(request('a'));
  fail(worker);
  const failed = { ok: false, failure: { code: 'maps-stopped', detail: 'x' } };
  expect(await asked).toEqual(failed);
  expect(worker.ended).toBe(true);
  expect(await client.paint(request('b'))).toEqual(failed);
  expect(closed).toEqual(['b']);
  expect(worker.heard).toHaveLength(1);
});

test('after its end what is in work is answered with nothing', async () => {
  const { worker, client, request, closed } = start();
  const asked = client.paint(request('a'));
  client.dispose();
  expect(await asked).toEqual({ ok: true, value: null });
  expect(await client.paint(request('b'))).toEqual({ ok: true, value: null });
  expect([worker.ended, closed]).toEqual([true, ['b']]);
});
