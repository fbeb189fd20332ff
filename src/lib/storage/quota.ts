// How much room this site uses, and the browser's promise to keep it.

import { messageOf } from '#lib/core/failure.ts';
import type { StorageUsage } from './store.ts';

/** Unknown numbers are null: a browser may have no StorageManager (or only outside secure pages). */
export async function storageUsage(): Promise<StorageUsage> {
  const manager = storageManager();
  const [estimate, persistent] = await Promise.all([
    answerOf(manager?.estimate?.bind(manager)),
    answerOf(manager?.persisted?.bind(manager)),
  ]);
  return {
    usedBytes: estimate?.usage ?? null,
    quotaBytes: estimate?.quota ?? null,
    persistent: persistent ?? false,
  };
}

/** Whether the browser keeps this site's data from now on. It may ask the person. */
export async function requestPersistence(): Promise<boolean> {
  const manager = storageManager();
  return (await answerOf(manager?.persist?.bind(manager))) ?? false;
}

function storageManager(): Partial<StorageManager> | undefined {
  const scope: { navigator?: { storage?: Partial<StorageManager> } } = globalThis;
  return scope.navigator?.storage;
}

/** The answer, or null where the browser has none or refuses to say (opaque origins reject with TypeError). */
async function answerOf<T>(ask: (() => Promise<T>) | undefined): Promise<T | null> {
  try {
    return ask ? await ask() : null;
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return null;
    throw new Error(`storage manager: ${messageOf(error)}`, { cause: error });
  }
}
