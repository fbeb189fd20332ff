// Opens the best store this browser offers.

import type { Failure } from '#lib/core/failure.ts';
import { Connection } from './connection.ts';
import { IndexedDbStore } from './indexeddb-store.ts';
import { MemoryStore } from './memory-store.ts';
import { announcePresence } from './presence.ts';
import type { ProjectStore } from './store.ts';

/**
 * IndexedDB, or memory with the failure that says why: `storage-unavailable` (none here, a private window),
 * `storage-newer` (written by a newer version), `storage-full`, `storage-failed` (an older version in
 * another tab holds the database). Never rejects.
 */
export async function openStore(): Promise<{ store: ProjectStore; failure: Failure | null }> {
  const connection = new Connection();
  const opened = await connection.open();
  if (!opened.ok) return { store: new MemoryStore(), failure: opened.failure };
  return { store: new IndexedDbStore(connection, announcePresence()), failure: null };
}
