// How much of the device's room is used: looked at after saves, and said in time when it runs low.

import type { ProjectStore, StorageUsage } from '#lib/storage/store.ts';
import type { Notices } from './notices.svelte.ts';
import type { Saver } from './saver.svelte.ts';

/** Less than this is said: some thousand samples, time enough to do something. */
export const lowBytes = 20_000_000;
/** A take saves many times a second. */
const restMs = 5000;

export class StorageUse {
  usage = $state.raw<StorageUsage | null>(null);
  #store: ProjectStore;
  #saver: Saver;
  #notices: Notices;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** How much was left when it was last said; the person may have closed the words since. */
  #toldBytes = Infinity;

  constructor(store: ProjectStore, saver: Saver, notices: Notices) {
    this.#store = store;
    this.#saver = saver;
    this.#notices = notices;
    saver.onSaved(() => this.#lookSoon());
  }

  async read(): Promise<void> {
    this.usage = await this.#store.usage();
    this.#tell(this.usage);
  }

  /** Asks the browser never to clear the projects by itself. */
  async keepSafe(): Promise<void> {
    await this.#store.requestPersistence();
    await this.read();
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #lookSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.read();
    }, restMs);
  }

  /** Says that little is left, and again when half of that is gone; where the browser tells no numbers, nothing. */
  #tell({ usedBytes, quotaBytes }: StorageUsage): void {
    if (usedBytes === null || quotaBytes === null) return;
    const leftBytes = Math.max(0, quotaBytes - usedBytes);
    if (leftBytes >= lowBytes) {
      this.#toldBytes = Infinity;
      this.#notices.clear('storage-low');
    } else if (leftBytes <= this.#toldBytes / 2 && this.#saver.status !== 'unsaved') {
      this.#toldBytes = leftBytes;
      this.#notices.report({ code: 'storage-low', leftBytes });
    }
  }
}
