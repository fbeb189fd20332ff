// The worker's shell: messages in, verbs of the engine, messages out. Nothing is decided here.

import { isAbort } from '#lib/core/failure.ts';
import { wasmDriver } from './backends/wasm.ts';
import { webglDriver } from './backends/webgl.ts';
import { webgpuDriver } from './backends/webgpu.ts';
import { Engine } from './engine.ts';
import { CanvasPictures } from './pictures.ts';
import type { FromWorker, ToWorker, VerbName, Verbs } from './protocol.ts';

interface Request<V extends VerbName> {
  id: number;
  verb: V;
  request: Verbs[V]['request'];
}

const aborts = new Map<number, AbortController>();

const engine = new Engine({
  drivers: { wasm: wasmDriver, webgl: webglDriver, webgpu: webgpuDriver },
  pictures: new CanvasPictures(),
  fetch: (url, init) => fetch(url, init),
  now: () => performance.now(),
  onStateChange: (state, reason) => post({ id: null, kind: 'state', state, reason }),
});

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if ('abort' in data) aborts.get(data.id)?.abort();
  else if ('ping' in data) post({ id: data.id, kind: 'pong' });
  else void answer(data);
};

async function answer<V extends VerbName>({ id, verb, request }: Request<V>): Promise<void> {
  const abort = new AbortController();
  aborts.set(id, abort);
  try {
    const result = await engine[verb](request as never, {
      signal: abort.signal,
      onProgress: (progress) => post({ id, kind: 'progress', progress }),
    });
    if (result.ok) post({ id, kind: 'answer', answer: result.value });
    else post({ id, kind: 'failure', failure: result.failure });
  } catch (error) {
    if (isAbort(error)) post({ id, kind: 'aborted' });
    else post(bug(id, error));
  } finally {
    aborts.delete(id);
  }
}

function bug(id: number, error: unknown): FromWorker {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { id, kind: 'bug', message, stack: stack ?? '' };
}

function post(message: FromWorker): void {
  self.postMessage(message);
}
