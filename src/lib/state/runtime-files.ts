// The built `handful-runtime` beside the app: its files for the zips, and itself to try what was written.

import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import type { PageFile } from '#lib/exchange/web-page.ts';
import type { load as Load } from '#lib/runtime/web/handful-runtime.d.ts';

/** Name in the zip → name beside the app. */
const runtimeNames: Readonly<Record<string, string>> = {
  'handful-runtime.js': 'handful-runtime.js',
  'handful-runtime.d.ts': 'handful-runtime.d.ts',
  'tfjs-backend-wasm.wasm': 'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm': 'tfjs-backend-wasm-simd.wasm',
  'package.json': 'package.json',
};
const pageNames: Readonly<Record<string, string>> = {
  'index.html': 'page.html.txt',
  'page.js': 'page.js',
  'page.css': 'page.css',
};

export class RuntimeFiles {
  readonly #folder: URL;

  /** `modelsUrl` is the app's own folder of models; the runtime lies beside it. */
  constructor(modelsUrl: string) {
    this.#folder = new URL('../runtime/', modelsUrl);
  }

  /** Fails with `unexpected` when a file of the site is missing. Rejects with AbortError when aborted. */
  async files(withPage: boolean, signal: AbortSignal): Promise<Result<PageFile[]>> {
    const files: PageFile[] = [];
    const names = { ...(withPage ? pageNames : {}), ...runtimeNames };
    for (const [name, from] of Object.entries(names)) {
      try {
        const response = await fetch(new URL(from, this.#folder), { signal });
        if (!response.ok) throw new Error(`status ${response.status}`);
        files.push({ name, bytes: new Uint8Array(await response.arrayBuffer()) });
      } catch (error) {
        signal.throwIfAborted();
        return fail({ code: 'unexpected', detail: `runtime/${from}: ${messageOf(error)}` });
      }
    }
    return succeed(files);
  }

  /** The runtime's own door, from the very file that goes into the zips. */
  async load(): Promise<typeof Load> {
    const address = new URL('handful-runtime.js', this.#folder).href;
    const module = (await import(/* @vite-ignore */ address)) as { load: typeof Load };
    return module.load;
  }
}
