// TensorFlow.js on WebAssembly, in a page or in Node, with the `.wasm` files beside the runtime.

import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { readUrl } from './model-files.ts';

let started: Promise<void> | null = null;

/** Starts the backend once. `folder` holds `tfjs-backend-wasm.wasm` and `tfjs-backend-wasm-simd.wasm`. */
export function startWasm(folder: URL): Promise<void> {
  started ??= start(folder);
  return started;
}

async function start(folder: URL): Promise<void> {
  tf.env().set('IS_TEST', true);
  providePlatform();
  // Threads need isolation headers, which a plain static server does not send.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const [plain, simd] = await Promise.all(
    ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'].map((name) => pathOf(name, folder)),
  );
  if (plain === undefined || simd === undefined) return;
  const paths = {
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': simd,
  };
  // `true`: fetched by us, so that the glue code needs neither a page nor Node's own modules.
  setWasmPaths(paths, true);
  if (!(await tf.setBackend('wasm'))) throw new Error('WebAssembly could not be started');
}

/** An address that `fetch` takes: Node's does not take files. */
async function pathOf(name: string, folder: URL): Promise<string> {
  const url = new URL(name, folder);
  if (url.protocol !== 'file:') return url.href;
  const bytes = await readUrl(url);
  return `data:application/wasm;base64,${Buffer.from(bytes).toString('base64')}`;
}

/** Bundled for the page, TensorFlow.js knows no other surroundings; Node needs these few. */
function providePlatform(): void {
  const { platform } = tf.env() as { platform?: unknown };
  if (platform !== undefined) return;
  tf.env().setPlatform('plain', {
    fetch: (path, init) => fetch(path, init),
    now: () => performance.now(),
    encode: (text) => new TextEncoder().encode(text),
    decode: (bytes, encoding) => new TextDecoder(encoding).decode(bytes),
    isTypedArray: (value): value is Float32Array | Int32Array | Uint8Array | Uint8ClampedArray =>
      ArrayBuffer.isView(value) && !(value instanceof DataView),
    setTimeoutCustom: (work, ms) => void setTimeout(work, ms),
  });
}
