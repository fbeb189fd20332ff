import { expect, test } from 'vitest';
import { checksumOf, keptResponse, withHeaders } from './kept-response.ts';

const own = {
  'Content-Security-Policy': "default-src 'self'",
  'X-Content-Type-Options': 'nosniff',
};

test('the app’s headers replace the host’s; status, type and body stay', async () => {
  const headers = { 'Content-Type': 'text/css', 'content-security-policy': 'default-src *' };
  const given = withHeaders(new Response('a{}', { status: 203, headers }), own);
  expect(given.status).toBe(203);
  expect(given.headers.get('content-type')).toBe('text/css');
  expect(given.headers.get('Content-Security-Policy')).toBe("default-src 'self'");
  expect(await given.text()).toBe('a{}');
});

test('a body that was packed on its way is not called packed, nor as long as it was', () => {
  const headers = { 'Content-Encoding': 'gzip', 'Content-Length': '3' };
  const given = withHeaders(new Response('unpacked', { headers }), own);
  expect(given.headers.has('content-encoding')).toBe(false);
  expect(given.headers.has('content-length')).toBe(false);
});

test('an answer without a body keeps none', () => {
  expect(withHeaders(new Response(null, { status: 304 }), own).body).toBeNull();
});

test('what only the browser may read passes as it is', () => {
  const error = Response.error();
  expect(withHeaders(error, own)).toBe(error);
});

test('a kept file knows its checksum and length', async () => {
  const bytes = new TextEncoder().encode('hello').buffer;
  const kept = keptResponse(bytes, { contentType: 'text/plain', sha256: 'ab' }, own);
  expect(checksumOf(kept)).toBe('ab');
  expect(kept.headers.get('content-length')).toBe('5');
  expect(kept.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await kept.text()).toBe('hello');
});
