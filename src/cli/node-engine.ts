// The engine without a page: WebAssembly from the package's folder, backbones from the project's own folder.

import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fail, type Result } from '#lib/core/failure.ts';
import type { BackboneId } from '#lib/core/project.ts';
import type { BackendDriver } from '#lib/engine/backends/driver.ts';
import { Engine } from '#lib/engine/engine.ts';
import type { EngineState } from '#lib/engine/protocol.ts';
import { nodePictures } from './node-pictures.ts';

export interface NodeEngine {
  readonly engine: Engine;
  readonly state: EngineState;
}

const modelsUrl = new URL('../../static/models/', import.meta.url).href;

/** Where the package keeps its WebAssembly, as an address that ends in `/`. */
export function wasmFolder(): URL {
  const file = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  return pathToFileURL(join(dirname(file), '/'));
}

const present = {
  removable: false,
  emulator: () => Promise.resolve(null),
  watch: () => ({ isLost: () => false }),
};

const wasm: BackendDriver = {
  ...present,
  name: 'wasm',
  registered: 'wasm',
  absence: () => Promise.resolve(null),
  load() {
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    setWasmPaths(fileURLToPath(wasmFolder()));
    return Promise.resolve();
  },
};

const missing = {
  ...present,
  registered: 'none',
  absence: () => Promise.resolve('there is no graphics context here'),
  load: () => Promise.resolve(),
};

/** Loads a backbone (null: the catalogue's first) on WebAssembly. Fails with `backbone-…`, naming those there are. */
export async function startEngine(
  backboneId: BackboneId | null,
  signal: AbortSignal,
): Promise<Result<NodeEngine>> {
  // tfjs greets Node users on the error stream; that is no word about this run.
  tf.env().set('IS_TEST', true);
  const engine = new Engine({
    drivers: {
      wasm,
      webgl: { ...missing, name: 'webgl' },
      webgpu: { ...missing, name: 'webgpu' },
    },
    pictures: nodePictures,
    fetch: fromFiles,
    now: () => performance.now(),
    onStateChange: () => undefined,
  });
  const context = { signal, onProgress: () => undefined };
  const options = { modelsUrl, backend: 'wasm', rememberedBackend: null } as const;
  const started = await engine.start({ ...options, backboneId }, context);
  if (started.ok) return { ok: true, value: { engine, state: started.value } };
  if (started.failure.code !== 'backbone-unavailable' || backboneId === null) return started;
  const any = await engine.start({ ...options, backboneId: null }, context);
  engine.dispose();
  const known = any.ok ? any.value.catalogue.map(({ id }) => id).join(', ') : 'none';
  const detail = `it is not in the catalogue, which has: ${known}`;
  return fail({ code: 'backbone-unavailable', name: backboneId, detail });
}

async function fromFiles(url: string, { signal }: { signal: AbortSignal }): Promise<Response> {
  signal.throwIfAborted();
  try {
    return new Response(new Uint8Array(await readFile(fileURLToPath(url))));
  } catch {
    return new Response('', { status: 404 });
  }
}
