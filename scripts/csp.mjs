// The content security policy: nothing is fetched from anywhere but the site itself.
// A site owner who lists a backbone on another host in `static/models/catalogue.json` opens exactly that host; so do those who
// build and serve it with origins for webhooks in `VITE_WEBHOOK_ORIGINS` (docs/live.md).
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
 * Where the *webhook* action may send to. None unless whoever builds the site says so: what one page may reach, a script
 * that got into it may reach too.
 * @param {string | undefined} listed origins with spaces between them
 * @returns {`https://${string}.${string}`[]} throws when one is not an origin: it would open more than was meant
 */
export function webhookOrigins(listed = process.env.VITE_WEBHOOK_ORIGINS) {
  const origins = (listed ?? '').split(/\s+/).filter((origin) => origin !== '');
  for (const origin of origins) {
    if (!/^https?:\/\/[\w.-]+(:\d+)?$/.test(origin) || new URL(origin).origin !== origin) {
      throw new Error(`VITE_WEBHOOK_ORIGINS: “${origin}” is no origin such as https://example.org`);
    }
  }
  return /** @type {`https://${string}.${string}`[]} */ (origins);
}

/** SvelteKit hides its words for screen readers with this one style attribute; everything else styles by files and by script. */
const announcerStyle = 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo=';

/**
 * Directives as SvelteKit takes them.
 * @returns {Directives}
 */
export function contentSecurityPolicy() {
  return {
    'default-src': ['self'],
    'script-src': ['self', 'wasm-unsafe-eval'],
    'style-src': ['self'],
    'style-src-attr': ['unsafe-hashes', announcerStyle],
    'img-src': ['self', 'blob:', 'data:'],
    'media-src': ['self', 'blob:'],
    'connect-src': ['self', 'blob:', ...catalogueOrigins(), ...webhookOrigins()],
    'worker-src': ['self'],
    'manifest-src': ['self'],
    'font-src': ['self'],
    'object-src': ['none'],
    'base-uri': ['none'],
    'form-action': ['none'],
  };
}

const keywords = new Set(['self', 'none', 'unsafe-hashes', 'wasm-unsafe-eval', announcerStyle]);

/**
 * Hashes of the inline scripts that the build allowed in a page, by the page's own policy.
 * @param {string} html
 * @returns {string[]}
 */
export function inlineScripts(html) {
  const own = /http-equiv="content-security-policy" content="[^"]*script-src ([^;"]*)/.exec(html);
  return own?.[1]?.match(/'sha256-[^']+'/g) ?? [];
}

/**
 * The same policy as one header line; workers obey the header of their own file.
 * @param {readonly string[]} scripts hashes of the inline scripts of the page, or of all pages
 */
function contentSecurityHeader(scripts) {
  const policy = /** @type {Record<string, string[]>} */ ({ ...contentSecurityPolicy() });
  policy['script-src'] = [...(policy['script-src'] ?? []), ...scripts];
  return Object.entries(policy)
    .map(([name, values]) => `${name} ${values.map(quoted).join(' ')}`)
    .join('; ');
}

/** @param {string} value */
const quoted = (value) => (keywords.has(value) ? `'${value}'` : value);

/**
 * Every header of an answer: sent by the server, and set again by the service worker for hosts that send none.
 * @param {readonly string[]} scripts see `inlineScripts`
 * @returns {Record<string, string>}
 */
export const siteHeaders = (scripts) => ({
  ...isolationHeaders,
  ...safetyHeaders,
  'Content-Security-Policy': contentSecurityHeader(scripts),
});
