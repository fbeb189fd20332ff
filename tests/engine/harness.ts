// Builds the page with the engine alone, as the app is built, and serves it from a sub-path under the site's whole policy.
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { build } from 'vite';
import { siteHeaders } from '../../scripts/csp.mjs';
import { isolationHeaders } from '../../scripts/headers.mjs';

export interface Harness {
  readonly url: string;
  /** The built files. */
  readonly folder: string;
  /** Addresses that were asked for and do not exist. */
  readonly missing: readonly string[];
  close(): Promise<void>;
}

const root = resolve(import.meta.dirname, '../..');
const base = '/some/where/';
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

export interface HarnessOptions {
  /** Further paths under `models/`, and the folders outside the project that they stand for. */
  readonly extra?: Readonly<Record<string, string>>;
  /** Folder of the page, relative to the project; the engine's own when absent. */
  readonly page?: string;
  /** The site's whole policy (default), or only what isolates the page: other people's libraries run text as programs. */
  readonly strict?: boolean;
}

export async function openHarness({
  extra = {},
  page = 'tests/engine/harness',
  strict = true,
}: HarnessOptions = {}): Promise<Harness> {
  const folder = await mkdtemp(join(tmpdir(), 'handful-engine-'));
  await build({
    configFile: false,
    root: join(root, page),
    base: './',
    publicDir: join(root, 'static'),
    logLevel: 'warn',
    worker: { format: 'es' },
    build: { target: 'es2022', outDir: folder, emptyOutDir: true, chunkSizeWarningLimit: 2000 },
  });
  const missing: string[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname.slice(base.length);
    const [name = '', ...rest] = path.replace(/^models\//, '').split('/');
    const outside = extra[name];
    const file = outside ? join(outside, ...rest) : join(folder, path || 'index.html');
    if (!existsSync(file)) {
      missing.push(path);
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      // The page holds no inline script, so it bears the policy without hashes; the worker bears it in the app too.
      ...(strict ? siteHeaders([]) : isolationHeaders),
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((done) => server.listen(0, 'localhost', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}${base}`,
    folder,
    missing,
    close: async () => {
      await closed(server);
      await rm(folder, { recursive: true });
    },
  };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
