import { expect, test } from 'vitest';
import { answer } from './answer.ts';
import { baseUrl, MemoryCaches, partsOf, releaseOf, type Site } from './offline.test-helper.ts';
import { install } from './versions.ts';

const filesOf = (version: string) => ({
  'index.html': `page ${version}`,
  'learn.html': `learn ${version}`,
  'learn/404.html': `no such lesson ${version}`,
  [`_app/immutable/${version}.js`]: `code ${version}`,
  [`_app/immutable/worker-${version}.js`]: `engine ${version}`,
  'models/catalogue.json': `catalogue ${version}`,
  'models/big.bin': `big ${version}`,
});

/** Version 2 answers, version 1 is still kept; the site has version 2. */
async function twoVersions(site: { now: Site } = { now: null }) {
  const caches = new MemoryCaches();
  for (const version of ['1', '2']) {
    const files = filesOf(version);
    const release = await releaseOf(version, files, ['models/big.bin']);
    await install(partsOf(release, { now: files }, caches).parts);
  }
  const release = await releaseOf('2', filesOf('2'), ['models/big.bin']);
  const { parts, asked } = partsOf(release, site, caches);
  const work: Promise<unknown>[] = [];
  const ask = async (path: string, from: string | null = 'learn', navigate = false) => {
    const request = new Request(baseUrl + path);
    // Only a browser makes requests of this mode.
    if (navigate) Object.defineProperty(request, 'mode', { value: 'navigate' });
    const requesterUrl = () => Promise.resolve(from === null ? null : baseUrl + from);
    const later = (each: Promise<unknown>): void => void work.push(each);
    return answer(request, { ...parts, requesterUrl, later });
  };
  const textOf = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).text();
  return { ask, textOf, asked, work };
}

test('pages come from this version, without the network', async () => {
  const { ask, textOf, asked } = await twoVersions();
  expect(await textOf('?x=1', null, true)).toBe('page 2');
  expect(await textOf('learn', null, true)).toBe('learn 2');
  const moved = await ask('learn/?x=1', null, true);
  expect(moved.status).toBe(302);
  expect(moved.headers.get('location')).toBe(`${baseUrl}learn?x=1`);
  expect(asked).toEqual([]);
});

test('a page of the older version gets the older code', async () => {
  const { textOf, asked } = await twoVersions();
  expect(await textOf('_app/immutable/1.js')).toBe('code 1');
  expect(await textOf('_app/immutable/2.js')).toBe('code 2');
  expect(asked).toEqual([]);
});

test('each engine gets the models of its own version, and none from a newer site', async () => {
  const { ask, textOf } = await twoVersions({ now: filesOf('2') });
  const [older, newer] = ['_app/immutable/worker-1.js', '_app/immutable/worker-2.js'];
  expect(await textOf('models/catalogue.json', older)).toBe('catalogue 1');
  expect(await textOf('models/catalogue.json', newer)).toBe('catalogue 2');
  expect(await textOf('models/catalogue.json', null)).toBe('catalogue 2');
  expect((await ask('models/big.bin', older)).type).toBe('error');
});

test('an engine of a version that is kept nowhere has the network', async () => {
  const { textOf, asked } = await twoVersions({ now: filesOf('3') });
  expect(await textOf('models/catalogue.json', '_app/immutable/worker-3.js')).toBe('catalogue 3');
  expect(asked).toEqual(['models/catalogue.json']);
});

test('what is kept when it is used needs the network once', async () => {
  const site: { now: Site } = { now: filesOf('2') };
  const { ask, textOf, work } = await twoVersions(site);
  const given = await ask('models/big.bin');
  expect(given.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
  expect(await given.text()).toBe('big 2');
  await Promise.all(work);
  site.now = null;
  expect(await textOf('models/big.bin')).toBe('big 2');
});

test('what is unknown is the network’s business, with the app’s headers', async () => {
  const { ask } = await twoVersions({ now: { 'robots.txt': 'hello' } });
  const given = await ask('robots.txt', null, true);
  expect(await given.text()).toBe('hello');
  expect(given.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
  expect((await ask('nothing', null, true)).status).toBe(404);
});

test('an unknown page is its folder’s own, with and without a network, unless the site has it by now', async () => {
  const site: { now: Site } = { now: { 'learn/new': 'a new lesson' } };
  const { textOf } = await twoVersions(site);
  expect(await textOf('learn/new', null, true)).toBe('a new lesson');
  expect(await textOf('learn/nothing', null, true)).toBe('no such lesson 2');
  site.now = null;
  expect(await textOf('learn/nothing', null, true)).toBe('no such lesson 2');
  await expect(textOf('nothing', null, true)).rejects.toThrow(TypeError);
});
