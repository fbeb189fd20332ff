import { describe, expect, test } from 'vitest';
import { basePath, baseUrl, MemoryCaches, partsOf, releaseOf } from './offline.test-helper.ts';
import { addressOf, cacheName, pageLock } from './release.ts';
import { install, isComplete, keepUsed, keptFile, keptVersions, prune } from './versions.ts';

const first = { 'index.html': 'one', '_app/a.js': 'same', 'models/big.bin': 'big' };
const later = ['models/big.bin'];

async function installed(version: string, files: Record<string, string>, caches: MemoryCaches) {
  const made = partsOf(await releaseOf(version, files, later), { now: files }, caches);
  await install(made.parts);
  return made;
}

describe('install', () => {
  test('keeps all that is needed, with the app’s headers, and asks for nothing twice', async () => {
    const { parts, asked } = await installed('1', first, new MemoryCaches());
    expect(asked.sort()).toEqual(['_app/a.js', 'index.html']);
    const page = await keptFile(parts, '1', 'index.html');
    expect(await page?.text()).toBe('one');
    expect(page?.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
    expect(await isComplete(parts)).toBe(true);
  });

  test.each([
    ['is missing', { 'index.html': 'one' }],
    ['is another than was built', { 'index.html': 'one', '_app/a.js': 'SAME' }],
  ])('keeps nothing when a file %s', async (_what, site) => {
    const release = await releaseOf('1', first, later);
    const { parts, caches, asked } = partsOf(release, { now: site });
    await expect(install(parts)).rejects.toThrow('_app/a.js');
    expect([...caches.all.keys()]).toEqual([]);
    // What the browser held too long is asked for again before it is given up.
    expect(asked).toContain('_app/a.js afresh');
  });

  test('a later version takes what has not changed from the one before, a used backbone too', async () => {
    const caches = new MemoryCaches();
    const before = await installed('1', first, caches);
    const big = before.parts.release.files.find(({ path }) => path === 'models/big.bin')!;
    await keepUsed(new Response('big'), big, before.parts);
    const { parts, asked } = await installed('2', { ...first, 'index.html': 'two' }, caches);
    expect(asked).toEqual(['index.html']);
    expect(await (await keptFile(parts, '2', 'models/big.bin'))?.text()).toBe('big');
    expect(await (await keptFile(parts, '1', 'index.html'))?.text()).toBe('one');
  });

  test('a repair fetches what was cleared away; without a network the rest stays', async () => {
    const made = await installed('1', first, new MemoryCaches());
    const cache = await made.caches.open(cacheName(basePath, '1'));
    cache.entries.delete(addressOf(baseUrl, '_app/a.js'));
    expect(await isComplete(made.parts)).toBe(false);
    const cut = partsOf(made.parts.release, { now: null }, made.caches);
    await expect(install(cut.parts)).rejects.toThrow('no network');
    expect(await keptFile(made.parts, '1', 'index.html')).not.toBeNull();
    await install(made.parts);
    expect(await isComplete(made.parts)).toBe(true);
  });
});

test('a file that arrives when it is used is kept only if it is the one that was built', async () => {
  const { parts } = await installed('1', first, new MemoryCaches());
  const big = parts.release.files.find(({ path }) => path === 'models/big.bin')!;
  await keepUsed(new Response('BIG'), big, parts);
  expect(await keptFile(parts, '1', 'models/big.bin')).toBeNull();
  await keepUsed(new Response('big'), big, parts);
  expect(await keptFile(parts, '1', 'models/big.bin')).not.toBeNull();
});

describe('prune', () => {
  const locksOf = (...versions: string[]) => {
    const held = versions.map((version) => ({ name: pageLock(basePath, version) }));
    return { query: () => Promise.resolve({ held }) } as unknown as LockManager;
  };

  async function afterPruning(running: readonly string[], windows: number): Promise<string[]> {
    const caches = new MemoryCaches();
    await caches.open('someone else’s');
    for (const version of ['1', '2', '4', '3']) await installed(version, first, caches);
    const { parts } = partsOf(await releaseOf('4', first, later), { now: first }, caches);
    const windowCount = (): Promise<number> => Promise.resolve(windows);
    await prune(parts, { locks: locksOf(...running), windowCount });
    expect(caches.all.has('someone else’s')).toBe(true);
    return keptVersions(parts);
  }

  test('forgets older versions that no page runs, and none that came later', async () => {
    expect(await afterPruning(['1', '4'], 2)).toEqual(['1', '4', '3']);
    expect(await afterPruning(['4'], 1)).toEqual(['4', '3']);
  });

  test('forgets none while a page has not said what it runs', async () => {
    expect(await afterPruning(['4'], 2)).toEqual(['1', '2', '4', '3']);
  });
});
