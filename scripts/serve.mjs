// A small static server for the built app: isolation and safety headers, right types, a sub-path if wanted.
// Nothing here that any static host could not do.
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inlineScripts, siteHeaders } from './csp.mjs';

/** @type {Record<string, string>} */
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.bin': 'application/octet-stream',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * `headers: false`: as a host that sends none of ours.
 * @param {{ folder: string, port: number, base?: string, host?: string, anyFreePort?: boolean, headers?: boolean }} options
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve({
  folder,
  port,
  base = '',
  host = 'localhost',
  anyFreePort = false,
  headers = true,
}) {
  const server = createServer((request, response) => {
    answer(folder, base, headers, request, response).catch((/** @type {unknown} */ error) => {
      console.error(error);
      response.destroy();
    });
  });
  await listen(server, port, host, anyFreePort);
  const address = server.address();
  const actualPort = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${host}:${actualPort}${base}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * @param {string} folder
 * @param {string} base
 * @param {boolean} ownHeaders
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(folder, base, ownHeaders, request, response) {
  const headers = ownHeaders ? siteHeaders([]) : {};
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { ...headers, Allow: 'GET, HEAD' }).end();
    return;
  }
  const path = filePath(folder, base, request.url ?? '/');
  const found = path && (await existingFile(path));
  if (path && !found && (await existingFile(withoutSlash(path)))) {
    // One slash in front: two would be the address of another host.
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
    const moved = `/${pathname.replace(/^\/+|\/+$/g, '')}${search}`;
    response.writeHead(308, { ...headers, Location: moved }).end();
    return;
  }
  // A folder may have a page for addresses below it that are not there.
  const file = found ?? (path && (await existingFile(join(dirname(path), '404.html'))));
  if (!file) {
    response.writeHead(404, { ...headers, 'Content-Type': 'text/plain' }).end('Not found');
    return;
  }
  const immutable = file.path.includes(`${sep}immutable${sep}`);
  const page = extname(file.path) === '.html' ? await readFile(file.path, 'utf8') : '';
  const own = ownHeaders ? siteHeaders(inlineScripts(page)) : {};
  const unchanged = { ...own, ETag: file.tag };
  if (found && request.headers['if-none-match'] === file.tag) {
    response.writeHead(304, unchanged).end();
    return;
  }
  response.writeHead(found ? 200 : 404, {
    ...unchanged,
    'Content-Type': types[extname(file.path)] ?? 'application/octet-stream',
    'Content-Length': file.size,
    'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  if (request.method === 'HEAD') response.end();
  else createReadStream(file.path).pipe(response);
}

/** @param {string} folder @param {string} base @param {string} url */
function filePath(folder, base, url) {
  let path;
  try {
    path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    // Not a valid address: the same as an unknown one.
    return null;
  }
  if (!path.startsWith(base)) return null;
  const inside = normalize(path.slice(base.length) || '/');
  if (inside.split(/[\\/]/).includes('..') || inside.includes('\0')) return null;
  return join(folder, inside);
}

/** A page's address without the slash that does not belong there. @param {string} path */
function withoutSlash(path) {
  return path.endsWith(sep) ? path.slice(0, -1) : path;
}

/** The file of an address: itself, its folder's index, or its page. @param {string} path */
async function existingFile(path) {
  for (const candidate of [path, join(path, 'index.html'), `${path}.html`]) {
    const info = await stat(candidate).catch(() => null);
    if (info?.isFile()) {
      const tag = `"${info.size.toString(36)}-${Math.round(info.mtimeMs).toString(36)}"`;
      return { path: candidate, size: info.size, tag };
    }
  }
  return null;
}

/**
 * @param {import('node:http').Server} server
 * @param {number} port
 * @param {string} host
 * @param {boolean} anyFreePort
 * @returns {Promise<void>}
 */
function listen(server, port, host, anyFreePort) {
  return new Promise((resolve, reject) => {
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'EADDRINUSE' && anyFreePort) {
        resolve(listen(server, 0, host, false));
        return;
      }
      reject(error);
    });
    server.listen(port, host, () => resolve());
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [folder = 'build', port = '4173', base = ''] = process.argv.slice(2);
  const { url } = await serve({ folder, port: Number(port), base });
  console.log(`Serving ${folder} at ${url}`);
}
