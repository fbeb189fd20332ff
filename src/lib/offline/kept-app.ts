// The page's side of the service worker: registers it, hears how it stands, and lets a newer version take over.

import type { OfflineStatus, ToOfflineWorker } from './protocol.ts';

export interface KeptAppEvents {
  /** Whether everything is kept on this device: yes, not yet, or it did not work. */
  readonly onOffline: (state: 'ready' | 'preparing' | 'failed') => void;
  /** Another version than the page's own is ready. */
  readonly onNewer: () => void;
}

const hourMs = 3_600_000;

export class KeptApp {
  readonly #container: ServiceWorkerContainer;
  readonly #pageVersion: string;
  readonly #events: KeptAppEvents;
  #registration: ServiceWorkerRegistration | null = null;
  #askedAtMs = 0;

  constructor(container: ServiceWorkerContainer, pageVersion: string, events: KeptAppEvents) {
    this.#container = container;
    this.#pageVersion = pageVersion;
    this.#events = events;
  }

  /** Rejects where the browser refuses, or the host has no worker to give. */
  async start(scriptUrl: string, nowMs: number): Promise<void> {
    // A worker's file must never be older than the site.
    const options = { updateViaCache: 'none' } as const;
    const registration = await this.#container.register(scriptUrl, options);
    this.#registration = registration;
    this.#askedAtMs = nowMs;
    this.#container.addEventListener('controllerchange', this.#look);
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', this.#look);
    });
    registration.installing?.addEventListener('statechange', this.#look);
    this.#look();
  }

  /** Asks the site for a newer version, at most once an hour. Without a network there is none. */
  async lookForNewer(nowMs: number): Promise<void> {
    if (!this.#registration || nowMs - this.#askedAtMs < hourMs) return;
    this.#askedAtMs = nowMs;
    await this.#registration.update().catch(() => undefined);
  }

  /** Lets the version that waits answer from now on; at once when it does already. */
  async takeOver(): Promise<void> {
    const waiting = this.#registration?.waiting;
    if (!waiting) return;
    await new Promise((resolve) => {
      this.#container.addEventListener('controllerchange', resolve, { once: true });
      tell(waiting, { kind: 'take-over' });
    });
  }

  readonly #look = (): void => void this.#lookNow();

  async #lookNow(): Promise<void> {
    const { installing = null, waiting = null, active = null } = this.#registration ?? {};
    if (!active) {
      this.#events.onOffline((installing ?? waiting) ? 'preparing' : 'failed');
      return;
    }
    const { controller } = this.#container;
    const answering = controller ?? active;
    const next = waiting && (await statusOf(waiting));
    let now = await statusOf(answering);
    if (!now.complete) {
      this.#events.onOffline('preparing');
      now = await statusOf(answering, 'repair');
    }
    this.#events.onOffline(now.complete ? 'ready' : 'failed');
    // A page that was loaded past the worker may be newer than it.
    const offered = next ?? (controller && now);
    if (offered && offered.version !== this.#pageVersion) this.#events.onNewer();
    else if (!next) tell(answering, { kind: 'prune' });
  }
}

function tell(worker: ServiceWorker, message: ToOfflineWorker, ports: MessagePort[] = []): void {
  worker.postMessage(message, ports);
}

function statusOf(
  worker: ServiceWorker,
  kind: 'status' | 'repair' = 'status',
): Promise<OfflineStatus> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<OfflineStatus>) => {
      port1.close();
      resolve(data);
    };
    tell(worker, { kind }, [port2]);
  });
}
