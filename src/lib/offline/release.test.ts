import { describe, expect, test } from 'vitest';
import { basePath, baseUrl } from './offline.test-helper.ts';
import {
  addressOf,
  cacheName,
  meaningOf,
  namedByContent,
  pageLock,
  pathBelow,
  versionOfCache,
  versionOfLock,
} from './release.ts';

const files = new Set([
  'index.html',
  'evaluate.html',
  'learn.html',
  'learn/window.html',
  'icon.png',
]);
const meaning = (path: string) => meaningOf(path, (each) => files.has(each));

describe('what an address means', () => {
  test.each([
    ['', 'index.html'],
    ['index.html', 'index.html'],
    ['evaluate', 'evaluate.html'],
    ['evaluate.html', 'evaluate.html'],
    ['learn/window', 'learn/window.html'],
    ['icon.png', 'icon.png'],
  ])('“%s” is %s', (path, file) => {
    expect(meaning(path)).toEqual({ kind: 'file', path: file });
  });

  test('a page with a slash behind it has moved, since its relative links would break', () => {
    expect(meaning('learn/')).toEqual({ kind: 'moved', path: 'learn' });
  });

  test.each(['learn/none', 'none/', '../index.html', 'evaluate.htm'])('“%s” is unknown', (path) => {
    expect(meaning(path)).toEqual({ kind: 'unknown' });
  });
});

test('addresses below the folder, with and without signs that need writing otherwise', () => {
  expect(pathBelow(basePath, `${baseUrl}learn/window?x=1#y`)).toBe('learn/window');
  expect(pathBelow(basePath, 'https://school.example/apps/other/')).toBeNull();
  expect(pathBelow(basePath, `${baseUrl}%E0%A4%A`)).toBeNull();
  const odd = 'models/a b/100%?.bin';
  expect(pathBelow(basePath, addressOf(baseUrl, odd))).toBe(odd);
});

test('two copies of the app on one host know their own caches and locks', () => {
  expect(versionOfCache(basePath, cacheName(basePath, '17'))).toBe('17');
  expect(versionOfCache('/', cacheName(basePath, '17'))).toBeNull();
  expect(versionOfCache(basePath, 'workbox /apps/handful/')).toBeNull();
  expect(versionOfLock(basePath, pageLock(basePath, '17'))).toBe('17');
  expect(versionOfLock(basePath, cacheName(basePath, '17'))).toBeNull();
});

test('only what lies among the immutable files is named by its content', () => {
  expect(namedByContent('_app/immutable/chunks/a.js')).toBe(true);
  expect(namedByContent('_app/version.json')).toBe(false);
  expect(namedByContent('models/catalogue.json')).toBe(false);
});
