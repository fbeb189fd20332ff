// The only places where the app reads the clock or makes ids.

export const nowMs = (): number => Date.now();
export const newId = (): string => crypto.randomUUID();

/** Resolves after `ms`; rejects with AbortError when `signal` aborts. */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new DOMException('Stopped.', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Resolves when the page has nothing better to do, or after a few seconds. Safari has no such sign: there, a second. */
export function whenIdle(): Promise<void> {
  const { requestIdleCallback } = window as Partial<Window>;
  return new Promise((resolve) => {
    if (requestIdleCallback) requestIdleCallback(() => resolve(), { timeout: 5000 });
    else setTimeout(resolve, 1000);
  });
}
