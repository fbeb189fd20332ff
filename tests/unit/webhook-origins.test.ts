import { expect, test } from 'vitest';
import { contentSecurityPolicy, webhookOrigins } from '../../scripts/csp.mjs';

test('origins for webhooks are origins and nothing wider, and without any the policy names no host', () => {
  expect(webhookOrigins('https://hooks.example  http://localhost:1880')).toEqual([
    'https://hooks.example',
    'http://localhost:1880',
  ]);
  for (const wide of ['*', 'https:', 'https://*.example', 'https://a.example/path', "'self'"]) {
    expect(() => webhookOrigins(wide), wide).toThrow('VITE_WEBHOOK_ORIGINS');
  }
  expect(contentSecurityPolicy()['connect-src']).toEqual(['self', 'blob:']);
});
