// WebAssembly on the processor: there in every browser, and quick enough for every backbone of the catalogue.

import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import plainUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendDriver } from './driver.ts';

export const wasmDriver: BackendDriver = {
  name: 'wasm',
  registered: 'wasm',
  // The WebAssembly module cannot be initialised a second time, so it stays.
  removable: false,
  absence: () => Promise.resolve('WebAssembly' in globalThis ? null : 'no WebAssembly'),
  emulator: () => Promise.resolve(null),
  load() {
    // Threads gain little on small machines and break once minified: one thread in this worker.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    if (!loaded) {
      setWasmPaths({
        'tfjs-backend-wasm.wasm': plainUrl,
        'tfjs-backend-wasm-simd.wasm': simdUrl,
        'tfjs-backend-wasm-threaded-simd.wasm': threadedUrl,
      });
    }
    loaded = true;
    return Promise.resolve();
  },
  watch: () => ({ isLost: () => false }),
};

let loaded = false;
