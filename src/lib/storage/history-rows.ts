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
  const parts: HistoryPart<C>[] = [];
  const read = await connection.read(['history', 'positions'], async (transaction) => {
    const history = transaction.objectStore('history');
    await eachHistoryRow(history, historyRange(owner), (row) => {
      const { entry, part, label, mergeKey, change } = row;
      parts.push({ entry, part, label, mergeKey, change } as HistoryPart<C>);
    });
    return transaction.objectStore('positions').get(owner);
  });
  return read.ok ? succeed({ parts, position: read.value ?? 0 }) : read;
}

/** Rows read in one go: an entry may name thousands of samples, and unpacking many such rows holds the page up. */
const rowsAtOnce = 20;

/** Gives `take` the rows in `range` (null: of all histories), in order of owner, entry and part. */
export async function eachHistoryRow(
  history: IDBPObjectStore<HandfulSchema, StoreName[], 'history', IDBTransactionMode>,
  range: IDBKeyRange | null,
  take: (row: HistoryRow) => void,
): Promise<void> {
  let rest = range;
  let rows: HistoryRow[];
  do {
    rows = await history.getAll(rest, rowsAtOnce);
    rows.forEach(take);
    const last = rows.at(-1);
    if (last) rest = rangeAfter(last, range);
  } while (rows.length === rowsAtOnce);
}

/** What of `range` comes after `row`. */
function rangeAfter({ owner, entry, part }: HistoryRow, range: IDBKeyRange | null): IDBKeyRange {
  const from = [owner, entry, part];
  if (!range) return IDBKeyRange.lowerBound(from, true);
  return IDBKeyRange.bound(from, range.upper, true, range.upperOpen);
}
