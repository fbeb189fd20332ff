// Web Locks where there are none, for tests of several tabs.

/** Web Locks as the specification has them, for one origin: exclusive locks only. */
export class FakeLocks {
  #held = new Map<string, { steal: () => void }>();
  #queue: { name: string; grant: () => void }[] = [];

  readonly manager = {
    query: () => Promise.resolve({ held: Array.from(this.#held.keys(), (name) => ({ name })) }),
    request: (
      name: string,
      { ifAvailable, steal, signal }: LockOptions,
      callback: (lock: object | null) => unknown,
    ) =>
      new Promise((resolve, reject) => {
        const grant = (): void => {
          const own = { steal: () => reject(new DOMException('stolen', 'AbortError')) };
          this.#held.set(name, own);
          void Promise.resolve(callback({})).then((value) => {
            if (this.#held.get(name) === own) {
              this.#held.delete(name);
              this.#next(name);
            }
            resolve(value);
          });
        };
        if (steal) {
          this.#held.get(name)?.steal();
          grant();
        } else if (!this.#held.has(name)) grant();
        else if (ifAvailable) resolve(callback(null));
        else {
          const entry = { name, grant };
          this.#queue.push(entry);
          signal?.addEventListener('abort', () => {
            this.#queue = this.#queue.filter((each) => each !== entry);
            reject(new DOMException('given up', 'AbortError'));
          });
        }
      }),
  } as unknown as LockManager;

  #next(name: string): void {
    const index = this.#queue.findIndex((entry) => entry.name === name);
    if (index >= 0) this.#queue.splice(index, 1)[0]?.grant();
  }
}
