// Tells the service worker what this build consists of: every file with its size and checksum, the version, the headers.
// It is written into the worker's own file, so that a worker and its version can never be two different things.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { inlineScripts, siteHeaders } from './csp.mjs';

/** @typedef {import('../src/lib/offline/release.ts').Release} Release */
/** @typedef {import('../src/lib/offline/release.ts').ReleaseFile} ReleaseFile */

const workerFile = 'service-worker.js';
const lineStart = 'self.handfulRelease=';

/**
 * @param {string} folder a finished build; a line written earlier is replaced
 * @returns {Release}
 */
export function writeRelease(folder) {
  const release = releaseOf(folder);
  const path = join(folder, workerFile);
  const code = readFileSync(path, 'utf8');
  const bare = code.startsWith(lineStart) ? code.slice(code.indexOf('\n') + 1) : code;
  writeFileSync(path, `${lineStart}${JSON.stringify(release)};\n${bare}`);
  return release;
}

/** @param {string} folder @returns {Release} */
function releaseOf(folder) {
  const { version } = /** @type {{ version: string }} */ (readJson(folder, '_app/version.json'));
  const firstBackbone = firstBackboneFolder(folder);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, sep).length))
    .map((name) => name.split(sep).join('/'))
    .filter((path) => path !== workerFile && !isHostsOwn(path))
    .sort()
    .map((path) => releaseFile(folder, path, firstBackbone));
  // One set of headers for every file: that of a page names the scripts of all pages.
  const pages = files.filter(({ path }) => path.endsWith('.html'));
  const scripts = pages.flatMap(({ path }) => {
    return inlineScripts(readFileSync(join(folder, path), 'utf8'));
  });
  return { version, headers: siteHeaders([...new Set(scripts)]), files };
}

/** @param {string} folder @param {string} path @param {string} firstBackbone @returns {ReleaseFile} */
function releaseFile(folder, path, firstBackbone) {
  const bytes = readFileSync(join(folder, path));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const early = isNeeded(path, firstBackbone);
  return { path, bytes: bytes.length, sha256, kept: early ? 'at-install' : 'when-used' };
}

/** Whether the app needs a file to work as it comes: not the other backbones, nor what no browser asks for. */
const isNeeded = (/** @type {string} */ path, /** @type {string} */ firstBackbone) => {
  if (path.endsWith('.md') || /-threaded-simd-[^/]*\.wasm$/.test(path)) return false;
  if (!path.startsWith('models/')) return true;
  return path === 'models/catalogue.json' || path.startsWith(firstBackbone);
};

/** Files for the host (`.nojekyll`, `_headers`), which it may not hand out. */
const isHostsOwn = (/** @type {string} */ path) =>
  path.split('/').some((part) => part.startsWith('.')) || /^_(headers|redirects)$/.test(path);

/** Where the backbone lies that a first visit uses. @param {string} folder */
function firstBackboneFolder(folder) {
  const { backbones } = /** @type {{ backbones: { folder?: string, modelUrl?: string }[] }} */ (
    readJson(folder, 'models/catalogue.json')
  );
  const [first] = backbones;
  const inside = first?.folder ?? first?.modelUrl?.split('/').slice(0, -1).join('/') ?? '';
  return `models/${inside}/`;
}

/** @param {string} folder @param {string} path @returns {unknown} */
const readJson = (folder, path) => JSON.parse(readFileSync(join(folder, path), 'utf8'));
