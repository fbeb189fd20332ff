// Verbs run one after the other; short ones (`classify`, `capture`) may run in the pauses that a long one makes.

interface Waiting {
  readonly light: boolean;
  readonly run: () => Promise<void>;
}

export class Sequence {
  readonly #waiting: Waiting[] = [];
  #busy = false;

  /** Runs `task` when all before it are done. A `light` task may overtake in a pause. */
  run<T>(task: () => Promise<T>, light = false): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ light, run: () => task().then(resolve, reject) });
      void this.#work();
    });
  }

  /** For the task in work: lets messages arrive, then runs the light tasks that wait. */
  async pause(): Promise<void> {
    await messagesArrived();
    for (;;) {
      const next = this.#waiting.findIndex(({ light }) => light);
      const [task] = next < 0 ? [] : this.#waiting.splice(next, 1);
      if (!task) return;
      await task.run();
    }
  }

  /** `pause` for a task that calls it often: at most one in `everyMs`. `now` is a clock in ms. */
  pauses(everyMs: number, now: () => number): () => Promise<void> {
    let lastMs = now();
    return async () => {
      if (now() - lastMs < everyMs) return;
      await this.pause();
      lastMs = now();
    };
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let task = this.#waiting.shift(); task; task = this.#waiting.shift()) await task.run();
    this.#busy = false;
  }
}

/** One turn of the event loop, without the 4 ms that a nested `setTimeout` waits. */
function messagesArrived(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
