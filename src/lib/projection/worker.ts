// The worker of the map of samples: a thin shell around the projector. UMAP works in slices, and between two of them
// whatever has come in meanwhile is answered: the live picture's place, and the wish to give up.

import { messageOf } from '#lib/core/failure.ts';
import { Projector } from './projector.ts';
import type { FromProjection, ToProjection } from './protocol.ts';

/** As long as this, messages may wait. */
const sliceMs = 15;
const progressMs = 100;

const projector = new Projector();
const aborts = new Map<number, AbortController>();
const breath = new MessageChannel();

self.onmessage = ({ data }: MessageEvent<ToProjection>) => {
  if ('abort' in data) aborts.get(data.id)?.abort();
  else void answer(data);
};

async function answer(asked: Exclude<ToProjection, { abort: true }>): Promise<void> {
  const { id } = asked;
  const stop = new AbortController();
  aborts.set(id, stop);
  try {
    post({ id, kind: 'answer', answer: await run(asked, stop.signal) });
  } catch (error) {
    post(
      stop.signal.aborted
        ? { id, kind: 'aborted' }
        : { id, kind: 'bug', message: messageOf(error) },
    );
  } finally {
    aborts.delete(id);
  }
}

async function run(
  asked: Exclude<ToProjection, { abort: true }>,
  signal: AbortSignal,
): Promise<Extract<FromProjection, { kind: 'answer' }>['answer']> {
  const pause = slices(signal);
  switch (asked.verb) {
    case 'begin':
      projector.begin(asked.request);
      return null;
    case 'change':
      projector.change(asked.request);
      return null;
    case 'pca':
      return projector.pca();
    case 'umap':
      return projector.umap({ pause, onProgress: telling(asked.id) });
    case 'umapAgain':
      return projector.umapAgain(pause);
    case 'place':
      return projector.place(asked.request);
  }
}

/** Waits for one message of its own once in a while: what came before it is answered first. */
function slices(signal: AbortSignal): () => Promise<void> {
  let sinceMs = performance.now();
  return async () => {
    if (performance.now() - sinceMs < sliceMs) return;
    await new Promise<void>((resolve) => {
      breath.port1.onmessage = () => resolve();
      breath.port2.postMessage(null);
    });
    signal.throwIfAborted();
    sinceMs = performance.now();
  };
}

function telling(id: number): (done: number, total: number) => void {
  let toldMs = -Infinity;
  return (done, total) => {
    if (performance.now() - toldMs < progressMs) return;
    toldMs = performance.now();
    post({ id, kind: 'progress', done, total });
  };
}

function post(message: FromProjection): void {
  self.postMessage(message);
}
