// What one version of the app consists of, and which of its files an address means. Pure: no caches, no network.

/** Written into the worker's own file by `scripts/release.mjs`: one worker knows exactly one version. */
export interface Release {
  readonly version: string;
  /** What every answer carries: isolation, safety, the content security policy. */
  readonly headers: Readonly<Record<string, string>>;
  readonly files: readonly ReleaseFile[];
}

export interface ReleaseFile {
  /** Relative to the folder the app lies in. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Kept with the version, or only once it has been asked for. */
  readonly kept: 'at-install' | 'when-used';
}

export type Meaning =
  | { readonly kind: 'file'; readonly path: string }
  /** A page has one address; its relative links would break at another. */
  | { readonly kind: 'moved'; readonly path: string }
  | { readonly kind: 'unknown' };

const prefix = 'handful-';
const pagePrefix = 'page of ';

/** Caches belong to the whole origin, where the app may lie twice: the name holds the folder too. */
export const cacheName = (basePath: string, version: string): string =>
  `${prefix}${version} ${basePath}`;

/** The version a cache of this folder holds; null for the caches of others. */
export function versionOfCache(basePath: string, name: string): string | null {
  const end = ` ${basePath}`;
  return name.startsWith(prefix) && name.endsWith(end)
    ? name.slice(prefix.length, -end.length)
    : null;
}

/** The lock that every page of a version holds, shared, for as long as it lives. */
export const pageLock = (basePath: string, version: string): string =>
  `${pagePrefix}${cacheName(basePath, version)}`;

/** The version whose page holds this lock; null for the locks of others. */
export const versionOfLock = (basePath: string, name: string): string | null =>
  name.startsWith(pagePrefix) ? versionOfCache(basePath, name.slice(pagePrefix.length)) : null;

/** An address as a path below the app's folder; null when it lies elsewhere or is no address. */
export function pathBelow(basePath: string, url: string): string | null {
  const { pathname } = new URL(url);
  if (!pathname.startsWith(basePath)) return null;
  try {
    return decodeURIComponent(pathname.slice(basePath.length));
  } catch {
    return null;
  }
}

/** The address of a file below the app's folder. */
export const addressOf = (baseUrl: string, path: string): string =>
  new URL(path.split('/').map(encodeURIComponent).join('/'), baseUrl).href;

/** `''` → `index.html`, `evaluate` → `evaluate.html`, `learn/` → moved to `learn`, anything else by its own name. */
export function meaningOf(path: string, has: (path: string) => boolean): Meaning {
  if (path === '') return has('index.html') ? { kind: 'file', path: 'index.html' } : unknown;
  if (path.endsWith('/')) {
    const bare = path.replace(/\/+$/, '');
    return has(`${bare}.html`) ? { kind: 'moved', path: bare } : unknown;
  }
  const found = [path, `${path}.html`].find(has);
  return found === undefined ? unknown : { kind: 'file', path: found };
}

const unknown: Meaning = { kind: 'unknown' };

/** Files whose name changes with what is in them: whoever has such a name means exactly these bytes. */
export const namedByContent = (path: string): boolean => path.startsWith('_app/immutable/');
