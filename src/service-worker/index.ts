// The service worker: a thin shell of the room `offline`. It never takes over by itself; the page asks when everything is saved.

import { answer } from '#lib/offline/answer.ts';
import type { OfflineStatus, ToOfflineWorker } from '#lib/offline/protocol.ts';
import type { Release } from '#lib/offline/release.ts';
import { install, isComplete, prune } from '#lib/offline/versions.ts';

const worker = self as unknown as ServiceWorkerGlobalScope & {
  /** Set by the line that the build puts before this file. */
  readonly handfulRelease: Release;
};

const baseUrl = new URL('./', worker.location.href).href;
const fetch = worker.fetch.bind(worker);
const parts = { release: worker.handfulRelease, baseUrl, caches: worker.caches, fetch };

worker.addEventListener('install', (event) => event.waitUntil(install(parts)));

// The first visit works offline without a reload. Pages of an older version keep getting its files.
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('fetch', (event) => {
  const { request, clientId } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== worker.location.origin) return;
  const requesterUrl = async (): Promise<string | null> =>
    (await worker.clients.get(clientId))?.url ?? null;
  const later = (work: Promise<unknown>): void => event.waitUntil(work);
  event.respondWith(answer(request, { ...parts, requesterUrl, later }));
});

worker.addEventListener('message', (event) => {
  const message = event.data as ToOfflineWorker;
  switch (message.kind) {
    case 'status':
      event.waitUntil(tell(event.ports[0]));
      break;
    case 'repair':
      event.waitUntil(repair(event.ports[0]));
      break;
    case 'take-over':
      event.waitUntil(worker.skipWaiting());
      break;
    case 'prune':
      event.waitUntil(forgetOthers());
      break;
  }
});

async function tell(port: MessagePort | undefined): Promise<void> {
  const { version } = parts.release;
  const status: OfflineStatus = { version, complete: await isComplete(parts) };
  port?.postMessage(status);
}

async function repair(port: MessagePort | undefined): Promise<void> {
  // Without a network it stays as it is, and the answer says so.
  await install(parts).catch(() => undefined);
  await tell(port);
}

async function forgetOthers(): Promise<void> {
  const { installing, waiting } = worker.registration;
  if (installing ?? waiting) return;
  await prune(parts, { locks: worker.navigator.locks, windowCount });
}

async function windowCount(): Promise<number> {
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return windows.filter(({ url }) => url.startsWith(baseUrl)).length;
}
