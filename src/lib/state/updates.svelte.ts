// The app kept on this device: whether it works without a network, and the way to a newer version. Nothing is updated unasked.

import { dev, version } from '$app/environment';
import { resolve } from '$app/paths';
import { KeptApp } from '#lib/offline/kept-app.ts';
import { pageLock } from '#lib/offline/release.ts';
import type { Capture } from './capture.svelte.ts';
import { delay, nowMs, whenIdle } from './clock.ts';
import type { Notices } from './notices.svelte.ts';
import type { Saver } from './saver.svelte.ts';

const recordingLookMs = 500;

export interface UpdatesParts {
  readonly saver: Saver;
  readonly capture: Capture;
  readonly notices: Notices;
}

export class Updates {
  offline = $state<'preparing' | 'ready' | 'failed' | 'unsupported'>('preparing');
  /** Another version is ready, and the person has not said “not now”. */
  readonly offered: boolean = $derived.by(() => this.#newer && !this.#declined);
  #newer = $state(false);
  #declined = $state(false);
  #parts: UpdatesParts;
  #kept: KeptApp | null = null;
  #closed = new AbortController();

  constructor(parts: UpdatesParts) {
    this.#parts = parts;
  }

  /** Says which version this page runs, so that its files are kept as long as it does. */
  announce(): void {
    const { locks } = navigator as Partial<Navigator>;
    const basePath = new URL(this.#baseUrl).pathname;
    const closed = new Promise<void>((leave) =>
      this.#closed.signal.addEventListener('abort', () => leave()),
    );
    // Refused on opaque origins, which keep nothing.
    locks?.request(pageLock(basePath, version), { mode: 'shared' }, () => closed).catch(() => null);
  }

  /** Keeps the app for offline use, once the page has nothing better to do. */
  async start(): Promise<void> {
    const { serviceWorker } = navigator as Partial<Navigator>;
    if (dev || !serviceWorker) {
      this.offline = 'unsupported';
      return;
    }
    await whenIdle();
    if (this.#closed.signal.aborted) return;
    this.#kept = new KeptApp(serviceWorker, version, {
      onOffline: (offline) => (this.offline = offline),
      onNewer: () => void this.#offer(),
    });
    try {
      await this.#kept.start(`${this.#baseUrl}service-worker.js`, nowMs());
    } catch {
      // Refused by the browser's settings, or the host has no such file: the app works as it is, with a network.
      this.offline = 'failed';
      return;
    }
    const { signal } = this.#closed;
    document.addEventListener('visibilitychange', () => this.#shown(), { signal });
  }

  /** Saves everything, then starts again in the version that is ready. Stays when something could not be saved. */
  async reload(): Promise<void> {
    const { capture, notices } = this.#parts;
    if (capture.busy) {
      notices.toast('Something is being recorded. Reload when it is done.');
      return;
    }
    if (!(await this.#saved())) return;
    await this.#kept?.takeOver();
    // Taking over may last a moment, in which the person goes on.
    if (await this.#saved()) location.reload();
  }

  /** Not now: asked again by the next page. */
  decline(): void {
    this.#declined = true;
  }

  dispose(): void {
    this.#closed.abort();
  }

  /** The notice moves the page, so it does not come while somebody holds a button. */
  async #offer(): Promise<void> {
    while (this.#parts.capture.busy) await delay(recordingLookMs);
    this.#newer = true;
  }

  get #baseUrl(): string {
    return new URL(resolve('/'), location.href).href;
  }

  async #saved(): Promise<boolean> {
    const { saver, capture } = this.#parts;
    await saver.flush();
    return saver.status === 'saved' && !capture.busy;
  }

  #shown(): void {
    if (document.visibilityState === 'visible') void this.#kept?.lookForNewer(nowMs());
  }
}
