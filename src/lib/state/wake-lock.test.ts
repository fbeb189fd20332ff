import { afterEach, expect, test, vi } from 'vitest';
import { keepScreenAwake } from './wake-lock.ts';

/** A page and its lock, as far as they are asked. */
function fakePage(request: (() => Promise<{ release: () => Promise<void> }>) | null) {
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('document', page);
  vi.stubGlobal('navigator', request ? { wakeLock: { request } } : {});
  return page;
}

afterEach(() => vi.unstubAllGlobals());

test('the screen is kept awake, again after the page was hidden, and let go at the end', async () => {
  const release = vi.fn(() => Promise.resolve());
  const request = vi.fn(() => Promise.resolve({ release }));
  const page = fakePage(request);
  const told = vi.fn();
  const stop = keepScreenAwake(told);
  await vi.waitFor(() => expect(told).toHaveBeenCalledWith(true));
  page.visibilityState = 'hidden';
  page.dispatchEvent(new Event('visibilitychange'));
  expect(request).toHaveBeenCalledTimes(1);
  page.visibilityState = 'visible';
  page.dispatchEvent(new Event('visibilitychange'));
  await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(2));
  stop();
  expect(release).toHaveBeenCalledTimes(1);
  page.dispatchEvent(new Event('visibilitychange'));
  expect(request).toHaveBeenCalledTimes(2);
});

test('a lock that comes after the page was left is let go', async () => {
  const release = vi.fn(() => Promise.resolve());
  fakePage(() => Promise.resolve({ release }));
  keepScreenAwake(() => undefined)();
  await vi.waitFor(() => expect(release).toHaveBeenCalledTimes(1));
});

test('where there is no such lock, or it is refused, that is told', async () => {
  const told = vi.fn();
  fakePage(null);
  keepScreenAwake(told)();
  expect(told).toHaveBeenCalledWith(false);
  const refused = vi.fn();
  fakePage(() => Promise.reject(new DOMException('Battery is low.', 'NotAllowedError')));
  keepScreenAwake(refused);
  await vi.waitFor(() => expect(refused).toHaveBeenCalledWith(false));
});
