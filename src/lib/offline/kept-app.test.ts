import { expect, test, vi } from 'vitest';
import { KeptApp } from './kept-app.ts';
import type { OfflineStatus, ToOfflineWorker } from './protocol.ts';

/** A service worker of a version; it heals when it is asked to. */
class FakeWorker extends EventTarget {
  readonly heard: ToOfflineWorker['kind'][] = [];
  readonly version: string;
  #complete: boolean;

  constructor(version: string, complete = true) {
    super();
    this.version = version;
    this.#complete = complete;
  }

  postMessage({ kind }: ToOfflineWorker, [port]: MessagePort[] = []): void {
    this.heard.push(kind);
    if (kind === 'repair') this.#complete = true;
    const status: OfflineStatus = { version: this.version, complete: this.#complete };
    port?.postMessage(status);
  }
}

interface Workers {
  active?: FakeWorker;
  waiting?: FakeWorker;
  installing?: FakeWorker;
}

/** The page of version 1, told how the workers stand. Returns what it heard, and the means to change how they stand. */
async function pageWith(workers: Workers, controlled = true) {
  let asked = 0;
  const updates = (): number => asked;
  const update = (): Promise<never> => {
    asked += 1;
    return Promise.reject(new TypeError('no network'));
  };
  const registration = Object.assign(new EventTarget(), workers, { update });
  const container = Object.assign(new EventTarget(), {
    controller: controlled ? (workers.active ?? null) : null,
    register: () => Promise.resolve(registration),
  });
  const heard: string[] = [];
  const app = new KeptApp(container as unknown as ServiceWorkerContainer, '1', {
    onOffline: (state) => heard.push(state),
    onNewer: () => heard.push('newer'),
  });
  await app.start('/service-worker.js', 0);
  return { app, heard, registration, container, updates };
}

test('the first visit: getting ready, then ready', async () => {
  const installing = new FakeWorker('1');
  const { heard, registration, container } = await pageWith({ installing });
  expect(heard).toEqual(['preparing']);
  Object.assign(registration, { installing: null, active: installing });
  Object.assign(container, { controller: installing });
  installing.dispatchEvent(new Event('statechange'));
  await vi.waitFor(() => expect(heard).toEqual(['preparing', 'ready']));
  expect(installing.heard).toContain('prune');
});

test('an install that came to nothing is said', async () => {
  const installing = new FakeWorker('1');
  const { heard, registration } = await pageWith({ installing });
  Object.assign(registration, { installing: null });
  installing.dispatchEvent(new Event('statechange'));
  expect(heard).toEqual(['preparing', 'failed']);
});

test('another version that waits is offered, and takes over only when told', async () => {
  const waiting = new FakeWorker('2');
  const { app, heard, container } = await pageWith({ active: new FakeWorker('1'), waiting });
  await vi.waitFor(() => expect(heard).toEqual(['ready', 'newer']));
  expect(waiting.heard).toEqual(['status']);
  const taken = app.takeOver();
  expect(waiting.heard).toEqual(['status', 'take-over']);
  container.dispatchEvent(new Event('controllerchange'));
  await taken;
});

test('a version that another page let take over is offered too', async () => {
  const { app, heard } = await pageWith({ active: new FakeWorker('2') });
  await vi.waitFor(() => expect(heard).toEqual(['ready', 'newer']));
  await app.takeOver();
});

test('a page that was loaded past the worker is not led back to an older version', async () => {
  const active = new FakeWorker('0');
  const { heard } = await pageWith({ active }, false);
  await vi.waitFor(() => expect(active.heard).toContain('prune'));
  expect(heard).toEqual(['ready']);
});

test('what the browser cleared away is fetched again', async () => {
  const active = new FakeWorker('1', false);
  const { heard } = await pageWith({ active });
  await vi.waitFor(() => expect(active.heard).toEqual(['status', 'repair', 'prune']));
  expect(heard).toEqual(['preparing', 'ready']);
});

test('a page that stays open asks for a newer version once an hour, and minds no missing network', async () => {
  const { app, updates } = await pageWith({ active: new FakeWorker('1') });
  const minuteMs = 60_000;
  for (const minutes of [1, 59, 61, 62, 119, 122]) await app.lookForNewer(minutes * minuteMs);
  expect(updates()).toBe(2);
});
