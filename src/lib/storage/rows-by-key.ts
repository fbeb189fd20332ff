// Many rows of one object store by their keys, a page at a time: what a page holds is unpacked in one task of the
// main thread, and everything at once would hold it up. Each page is in memory alone.

/** What is used of an object store (or of idb's wrapping of one). */
interface Rows<K extends IDBValidKey, R> {
  count(range: IDBKeyRange): Promise<number>;
  getAll(range: IDBKeyRange): Promise<R[]>;
  get(key: K | IDBKeyRange): Promise<R | undefined>;
}

/** Rows a page holds: some milliseconds of unpacking. */
export const rowPage = 250;

/**
 * Gives `take` the rows of `keys`, page by page, in the store's order of keys; keys without a row are left out.
 * Awaits nothing but requests of the store's transaction, so that this stays open. `keys` must be in that order.
 */
export async function eachRowPage<K extends IDBValidKey, R>(
  rows: Rows<K, R>,
  keys: readonly K[],
  take: (page: R[]) => void,
): Promise<void> {
  for (let from = 0; from < keys.length; from += rowPage) {
    take(await readPage(rows, keys.slice(from, from + rowPage)));
  }
}

/** Rows that lie close together come with one request, together with some that are not wanted; others one by one. */
async function readPage<K extends IDBValidKey, R>(
  rows: Rows<K, R>,
  keys: readonly K[],
): Promise<R[]> {
  const first = keys[0];
  const last = keys.at(-1);
  if (first === undefined || last === undefined) return [];
  const between = IDBKeyRange.bound(first, last);
  if ((await rows.count(between)) <= 2 * keys.length) return rows.getAll(between);
  const found = await Promise.all(keys.map((key) => rows.get(key)));
  return found.filter((row) => row !== undefined);
}
