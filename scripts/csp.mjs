// The content security policy: nothing is fetched from anywhere but the site itself.
// A site owner who lists a backbone on another host in `static/models/catalogue.json` opens exactly that host.
import { readFileSync } from 'node:fs';
import { isolationHeaders, safetyHeaders } from './headers.mjs';

/** @typedef {NonNullable<NonNullable<NonNullable<import('@sveltejs/kit').Config['kit']>['csp']>['directives']>} Directives */

/** @returns {`https://${string}.${string}`[]} origins of backbones that the catalogue names by absolute address */
function catalogueOrigins() {
  const file = new URL('../static/models/catalogue.json', import.meta.url);
  const catalogue = /** @type {{ backbones: { modelUrl?: string }[] }} */ (
    JSON.parse(readFileSync(file, 'utf8'))
  );
  const origins = catalogue.backbones
    .map(({ modelUrl }) => modelUrl ?? '')
    .filter((url) => /^https?:\/\//.test(url))
    .map((url) => new URL(url).origin);
  return /** @type {`https://${string}.${string}`[]} */ ([...new Set(origins)]);
}

/**
 * Directives as SvelteKit takes them.
 * @returns {Directives}
 */
export function contentSecurityPolicy() {
  return {
    'default-src': ['self'],
    'script-src': ['self', 'wasm-unsafe-eval'],
    'style-src': ['self', 'unsafe-inline'],
    'img-src': ['self', 'blob:', 'data:'],
    'media-src': ['self', 'blob:'],
    'connect-src': ['self', 'blob:', ...catalogueOrigins()],
    'worker-src': ['self'],
    'manifest-src': ['self'],
    'font-src': ['self'],
    'object-src': ['none'],
    'base-uri': ['none'],
    'form-action': ['none'],
  };
}

const keywords = new Set(['self', 'none', 'unsafe-inline', 'wasm-unsafe-eval']);

/**
 * The same policy as one header line, for the server: workers obey the header of their own file.
 * Inline scripts are left to the page's own policy, which names the hash of each: both policies hold together.
 */
export function contentSecurityHeader() {
  const policy = /** @type {Record<string, string[]>} */ ({ ...contentSecurityPolicy() });
  policy['script-src'] = [...(policy['script-src'] ?? []), 'unsafe-inline'];
  return Object.entries(policy)
    .map(([name, values]) => `${name} ${values.map(quoted).join(' ')}`)
    .join('; ');
}

/** @param {string} value */
const quoted = (value) => (keywords.has(value) ? `'${value}'` : value);

/**
 * Every header of an answer: sent by the server, and set again by the service worker for hosts that send none.
 * @returns {Record<string, string>}
 */
export const siteHeaders = () => ({
  ...isolationHeaders,
  ...safetyHeaders,
  'Content-Security-Policy': contentSecurityHeader(),
});
