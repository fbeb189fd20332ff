// The versions kept on this device: one cache each. A version is installed whole or not at all, and goes with its last page.

import { checksumOf, keptResponse, sha256Of } from './kept-response.ts';
import {
  addressOf,
  cacheName,
  versionOfCache,
  versionOfLock,
  type Release,
  type ReleaseFile,
} from './release.ts';

export interface VersionParts {
  readonly release: Release;
  /** Of the folder the app lies in, ending in `/`. */
  readonly baseUrl: string;
  readonly caches: CacheStorage;
  readonly fetch: (what: string | Request, init?: RequestInit) => Promise<Response>;
}

const parallelFetches = 6;

export const basePathOf = (baseUrl: string): string => new URL(baseUrl).pathname;

/** Names of all versions kept in this folder, oldest first. */
export async function keptVersions({ caches, baseUrl }: VersionParts): Promise<string[]> {
  const names = await caches.keys();
  return names
    .map((name) => versionOfCache(basePathOf(baseUrl), name))
    .filter((version) => version !== null);
}

/** A file of a kept version, or null. */
export async function keptFile(
  { caches, baseUrl }: VersionParts,
  version: string,
  path: string,
): Promise<Response | null> {
  const name = cacheName(basePathOf(baseUrl), version);
  if (!(await caches.has(name))) return null;
  const cache = await caches.open(name);
  // The key is ours; what the host says in `Vary` changes nothing.
  return (await cache.match(addressOf(baseUrl, path), { ignoreVary: true })) ?? null;
}

/** Whether everything that is kept at install is there: a browser may clear away what it likes. */
export async function isComplete(parts: VersionParts): Promise<boolean> {
  const { release, baseUrl, caches } = parts;
  const cache = await caches.open(cacheName(basePathOf(baseUrl), release.version));
  const have = new Set((await cache.keys()).map(({ url }) => url));
  return release.files.every(
    ({ path, kept }) => kept === 'when-used' || have.has(addressOf(baseUrl, path)),
  );
}

/**
 * Keeps all files of the release, or what is missing of them. Rejects when one cannot be had exactly as it was built; a version
 * that was not there before is then not there after.
 */
export async function install(parts: VersionParts): Promise<void> {
  const { release, baseUrl, caches } = parts;
  const before = await keptVersions(parts);
  const name = cacheName(basePathOf(baseUrl), release.version);
  const cache = await caches.open(name);
  const waiting = [...release.files];
  const lane = async (): Promise<void> => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const response = await obtain(file, before, parts);
      if (response) await cache.put(addressOf(baseUrl, file.path), response);
    }
  };
  try {
    await Promise.all(Array.from({ length: parallelFetches }, lane));
  } catch (error) {
    waiting.length = 0;
    if (!before.includes(release.version)) await caches.delete(name);
    throw error;
  }
}

/** Keeps a file that has just arrived, if it is the release's own. */
export async function keepUsed(
  response: Response,
  file: ReleaseFile,
  { release, baseUrl, caches }: VersionParts,
): Promise<void> {
  const kept = await checked(response, file, release);
  if (!kept) return;
  const cache = await caches.open(cacheName(basePathOf(baseUrl), release.version));
  await cache.put(addressOf(baseUrl, file.path), kept);
}

/** Forgets older versions that no page runs any more; while one page has not said what it runs, none. */
export async function prune(
  parts: VersionParts,
  running: { readonly locks: LockManager; readonly windowCount: () => Promise<number> },
): Promise<void> {
  const basePath = basePathOf(parts.baseUrl);
  const versions = await keptVersions(parts);
  const older = versions.slice(0, Math.max(0, versions.indexOf(parts.release.version)));
  const { held = [] } = await running.locks.query();
  const pages = held
    .map(({ name = '' }) => versionOfLock(basePath, name))
    .filter((version) => version !== null);
  if (pages.length < (await running.windowCount())) return;
  for (const version of older) {
    if (!pages.includes(version)) await parts.caches.delete(cacheName(basePath, version));
  }
}

/** A file from a kept version when it has not changed, else from the network; null when it can wait. */
async function obtain(
  file: ReleaseFile,
  versions: readonly string[],
  parts: VersionParts,
): Promise<Response | null> {
  const { release, baseUrl, fetch } = parts;
  for (const version of versions) {
    const kept = await keptFile(parts, version, file.path);
    if (kept && checksumOf(kept) === file.sha256) return await checked(kept, file, release);
  }
  if (file.kept === 'when-used') return null;
  // What the page has just loaded comes from the browser's own cache; what that holds too long is asked for again.
  for (const cache of ['default', 'reload'] as const) {
    const response = await fetch(addressOf(baseUrl, file.path), { cache });
    const good = response.ok ? await checked(response, file, release) : null;
    if (good) return good;
  }
  throw new Error(`${file.path} is not what was built`);
}

/** The answer ready to be kept, or null when its bytes are not the file's. */
async function checked(
  response: Response,
  file: ReleaseFile,
  { headers }: Release,
): Promise<Response | null> {
  const bytes = await response.arrayBuffer();
  if (bytes.byteLength !== file.bytes || (await sha256Of(bytes)) !== file.sha256) return null;
  const contentType = response.headers.get('content-type');
  return keptResponse(bytes, { contentType, sha256: file.sha256 }, headers);
}
