// The one open database: transactions with failures as values, a polite close when a newer version needs the
// database, and a second opening when the browser cut the connection.

import { openDB, type IDBPTransaction } from 'idb';
import { abort } from './abort.ts';
import { fail, succeed, type Failure, type Result } from '#lib/core/failure.ts';
import {
  databaseName,
  databaseVersion,
  migrate,
  type HandfulDatabase,
  type HandfulSchema,
  type StoreName,
} from './schema.ts';
import { nameOf, storageFailure } from './storage-failure.ts';

/** How long an older version in another tab may hold up a migration. */
export const blockedMs = 4000;
/** How long that older version may go on saving what is left: the newer one waits for it. */
const lastSaveMs = 2000;

type Transaction<N extends StoreName[], M extends IDBTransactionMode> = IDBPTransaction<
  HandfulSchema,
  N,
  M
>;

export class Connection {
  #opening: Promise<Result<HandfulDatabase>> | null = null;
  /** Why no transaction is possible any more. */
  #ended: Failure | null = null;
  #beforeNewer: (() => Promise<void>) | null = null;

  /** Called when another tab needs the database for a newer version; after it, nothing can be read or written here. */
  onNewer(lastWork: () => Promise<void>): void {
    this.#beforeNewer = lastWork;
  }

  /** Opens (and migrates) the database now. */
  async open(): Promise<Result<null>> {
    const opened = await this.#opened();
    return opened.ok ? succeed(null) : opened;
  }

  read<N extends StoreName[], T>(
    names: N,
    work: (transaction: Transaction<N, 'readonly'>) => Promise<T>,
  ): Promise<Result<T>> {
    return this.#run((database) => database.transaction(names, 'readonly'), work);
  }

  /** All writes of `work` happen, or none. `work` awaits nothing but requests of its transaction. */
  write<N extends StoreName[], T>(
    names: N,
    durability: IDBTransactionDurability,
    work: (transaction: Transaction<N, 'readwrite'>) => Promise<T>,
  ): Promise<Result<T>> {
    return this.#run((database) => database.transaction(names, 'readwrite', { durability }), work);
  }

  close(): void {
    this.#end({ code: 'storage-failed', detail: 'the store is closed' });
  }

  #end(reason: Failure): void {
    this.#ended ??= reason;
    void this.#opening?.then((opened) => opened.ok && opened.value.close());
    this.#opening = null;
  }

  async #run<X extends { done: Promise<void>; abort(): void }, T>(
    begin: (database: HandfulDatabase) => X,
    work: (transaction: X) => Promise<T>,
  ): Promise<Result<T>> {
    const opened = await this.#opened();
    if (!opened.ok) return opened;
    let transaction: X;
    try {
      transaction = begin(opened.value);
    } catch (error) {
      return fail(storageFailure(error));
    }
    return settle(transaction, work);
  }

  #opened(): Promise<Result<HandfulDatabase>> {
    if (this.#ended) return Promise.resolve(fail(this.#ended));
    // One promise for all callers: the database opens once, and transactions begin in the order of the calls.
    this.#opening ??= this.#openNow();
    return this.#opening;
  }

  async #makeWay(): Promise<void> {
    if (this.#beforeNewer) {
      const late = new Promise<void>((resolve) => setTimeout(resolve, lastSaveMs));
      await Promise.race([this.#beforeNewer(), late]);
    }
    this.#end({ code: 'storage-newer', detail: 'another tab runs a newer version' });
  }

  async #openNow(): Promise<Result<HandfulDatabase>> {
    const opened = await openDatabase({
      // Not closing here would block the other tab for as long as this one lives.
      newerVersion: () => void this.#makeWay(),
      lost: () => (this.#opening = null),
    });
    if (!opened.ok) this.#opening = null;
    return opened;
  }
}

/** Requests that are made in one task of the main thread: packing thousands of rows at once would hold it up. */
const requestsAtOnce = 100;

/**
 * Makes all requests and waits for them. A request that throws at once (a value that cannot be cloned) becomes
 * a rejection beside the others, so that none of them is left without a listener.
 */
export async function allRequests(requests: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (let from = 0; from < requests.length; from += requestsAtOnce) {
    const some = requests.slice(from, from + requestsAtOnce);
    await Promise.all(some.map(async (request) => request()));
  }
}

async function settle<X extends { done: Promise<void>; abort(): void }, T>(
  transaction: X,
  work: (transaction: X) => Promise<T>,
): Promise<Result<T>> {
  // Held from the start, so that an abort is never an unhandled rejection. Empty: it was written.
  const outcome: Promise<unknown[]> = transaction.done.then(
    () => [],
    (error: unknown) => [error],
  );
  try {
    const value = await work(transaction);
    const errors = await outcome;
    return errors.length === 0 ? succeed(value) : fail(storageFailure(...errors));
  } catch (error) {
    abort(transaction);
    return fail(storageFailure(error, ...(await outcome)));
  }
}

interface Hooks {
  readonly newerVersion: () => void;
  /** The connection is gone (site data cleared, browser trouble) and may be opened again. */
  readonly lost: () => void;
}

async function openDatabase(hooks: Hooks): Promise<Result<HandfulDatabase>> {
  let migrationError: unknown = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let startTimer = (): void => undefined;
  const blocked = new Promise<null>((resolve) => {
    startTimer = () => (timer = setTimeout(() => resolve(null), blockedMs));
  });
  try {
    const opening = openDB<HandfulSchema>(databaseName, databaseVersion, {
      upgrade: (database, oldVersion, _newVersion, step) => {
        migrate(database, oldVersion, step).catch((error: unknown) => (migrationError = error));
      },
      blocked: () => startTimer(),
      blocking: (_present, wanted, event) => {
        if (wanted === null) {
          (event.target as IDBDatabase).close();
          hooks.lost();
        } else hooks.newerVersion();
      },
      terminated: hooks.lost,
    });
    const database = await Promise.race([opening, blocked]);
    if (database) return succeed(database);
    // It opens once the other tab is closed, and nobody would use it then.
    opening.then(
      (late) => late.close(),
      () => undefined,
    );
    return fail({
      code: 'storage-failed',
      detail: 'another tab holds an older version open; close the other tabs',
    });
  } catch (error) {
    return fail(openFailure(migrationError ?? error));
  } finally {
    clearTimeout(timer);
  }
}

function openFailure(error: unknown): Failure {
  const detail = error instanceof Error ? error.message : String(error);
  switch (nameOf(error)) {
    case 'VersionError':
      return { code: 'storage-newer', detail };
    case 'QuotaExceededError':
      return { code: 'storage-full' };
    default:
      return { code: 'storage-unavailable', detail };
  }
}
