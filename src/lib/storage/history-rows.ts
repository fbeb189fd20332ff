// Histories in the database: written with the change they belong to, read as the state room wants them.

import type { IDBPObjectStore } from 'idb';
import type { HistoryPart, HistoryWrite, StoredHistory } from '#lib/core/history.ts';
import { succeed, type Result } from '#lib/core/failure.ts';
import type { Connection } from './connection.ts';
import type { HandfulSchema, HistoryOwner, HistoryRow, StoreName } from './schema.ts';

type Writable<S extends StoreName> = IDBPObjectStore<HandfulSchema, StoreName[], S, 'readwrite'>;

/** All rows of one owner, or of one entry of it. */
export function historyRange(owner: HistoryOwner, entry?: number): IDBKeyRange {
  const from = entry === undefined ? [owner] : [owner, entry];
  return IDBKeyRange.bound(from, [...from, []]);
}

/** The requests that write a step of `owner`'s history. */
export function historyRequests(
  stores: { readonly history: Writable<'history'>; readonly positions: Writable<'positions'> },
  owner: HistoryOwner,
  write: HistoryWrite<HistoryRow['change']> | null | undefined,
): (() => Promise<unknown>)[] {
  if (!write) return [];
  const { history, positions } = stores;
  return [
    ...write.removed.map((entry) => () => history.delete(historyRange(owner, entry))),
    ...write.put.map((part) => () => history.put({ ...part, owner })),
    () => positions.put(write.position, owner),
  ];
}

/** `C` is what this owner's history holds: changes of a project, or of the list. */
export async function readHistoryOf<C extends HistoryRow['change']>(
  connection: Connection,
  owner: HistoryOwner,
): Promise<Result<StoredHistory<C>>> {
  const read = await connection.read(['history', 'positions'], (transaction) =>
    Promise.all([
      transaction.objectStore('history').getAll(historyRange(owner)),
      transaction.objectStore('positions').get(owner),
    ]),
  );
  if (!read.ok) return read;
  const [rows, position] = read.value;
  const parts = rows.map(({ entry, part, label, mergeKey, change }) => {
    return { entry, part, label, mergeKey, change } as HistoryPart<C>;
  });
  return succeed({ parts, position: position ?? 0 });
}
