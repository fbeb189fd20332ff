// Caches, a site and a release in memory, for the tests of this room.

import { sha256Of } from './kept-response.ts';
import type { Release, ReleaseFile } from './release.ts';
import type { VersionParts } from './versions.ts';

export const baseUrl = 'https://school.example/apps/handful/';
export const basePath = '/apps/handful/';

/** What a test's site hands out, by path below the base; the network is gone when it is null. */
export type Site = Record<string, string> | null;

export class MemoryCache {
  readonly entries = new Map<string, Response>();

  put(url: string, response: Response): Promise<void> {
    this.entries.set(url, response);
    return Promise.resolve();
  }

  match(url: string): Promise<Response | undefined> {
    return Promise.resolve(this.entries.get(url)?.clone());
  }

  keys(): Promise<{ url: string }[]> {
    return Promise.resolve(Array.from(this.entries.keys(), (url) => ({ url })));
  }
}

export class MemoryCaches {
  readonly all = new Map<string, MemoryCache>();

  open(name: string): Promise<MemoryCache> {
    const cache = this.all.get(name) ?? new MemoryCache();
    this.all.set(name, cache);
    return Promise.resolve(cache);
  }

  has = (name: string): Promise<boolean> => Promise.resolve(this.all.has(name));
  keys = (): Promise<string[]> => Promise.resolve([...this.all.keys()]);
  delete = (name: string): Promise<boolean> => Promise.resolve(this.all.delete(name));
}

export async function releaseOf(
  version: string,
  files: Record<string, string>,
  whenUsed: readonly string[] = [],
): Promise<Release> {
  const rows = Object.entries(files).map(async ([path, text]): Promise<ReleaseFile> => {
    const bytes = new TextEncoder().encode(text);
    const kept = whenUsed.includes(path) ? 'when-used' : 'at-install';
    return { path, bytes: bytes.length, sha256: await sha256Of(bytes.buffer), kept };
  });
  const headers = { 'Cross-Origin-Opener-Policy': 'same-origin' };
  return { version, headers, files: await Promise.all(rows) };
}

/** Parts over a site that the test may change; `asked` is what the network was asked for. */
export function partsOf(release: Release, site: { now: Site }, caches = new MemoryCaches()) {
  const asked: string[] = [];
  const fetch = (what: string | Request, init?: RequestInit): Promise<Response> => {
    const path = (typeof what === 'string' ? what : what.url).slice(baseUrl.length);
    asked.push(init?.cache === 'reload' ? `${path} afresh` : path);
    if (site.now === null) return Promise.reject(new TypeError('no network'));
    const text = site.now[path];
    const headers = { 'Content-Type': 'text/plain' };
    return Promise.resolve(
      new Response(text ?? 'no', { status: text === undefined ? 404 : 200, headers }),
    );
  };
  const parts: VersionParts = {
    release,
    baseUrl,
    caches: caches as unknown as CacheStorage,
    fetch,
  };
  return { parts, caches, asked };
}
