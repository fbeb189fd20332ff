import { describe, expect, test, vi } from 'vitest';
import { claimProject, isClaimed, type ClaimState } from './project-claim.ts';

/** Web Locks as the specification has them, for one origin: exclusive locks only. */
class FakeLocks {
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

function tab(locks: LockManager) {
  const states: ClaimState[] = [];
  const claim = claimProject('p', (state) => states.push(state), locks);
  return { claim, states, now: () => states.at(-1) };
}

describe('one tab writes a project', () => {
  test('the first writes, the second follows and takes its turn when the first leaves', async () => {
    const { manager } = new FakeLocks();
    const first = tab(manager);
    const second = tab(manager);
    await vi.waitFor(() => expect(second.now()).toBe('follower'));
    expect(first.states).toEqual(['writer']);
    expect(await isClaimed('p', manager)).toBe(true);
    first.claim.release();
    await vi.waitFor(() => expect(second.now()).toBe('writer'));
    second.claim.release();
    await vi.waitFor(async () => expect(await isClaimed('p', manager)).toBe(false));
  });

  test('handing over makes the waiting one the writer, and waits for it', async () => {
    const { manager } = new FakeLocks();
    const first = tab(manager);
    const second = tab(manager);
    await vi.waitFor(() => expect(second.now()).toBe('follower'));
    first.claim.handOver();
    await vi.waitFor(() => expect(second.now()).toBe('writer'));
    expect(first.now()).toBe('follower');
    second.claim.release();
    await vi.waitFor(() => expect(first.now()).toBe('writer'));
  });

  test('a writer that does not answer can be overruled, and follows from then on', async () => {
    const { manager } = new FakeLocks();
    const first = tab(manager);
    const second = tab(manager);
    await vi.waitFor(() => expect(second.now()).toBe('follower'));
    second.claim.seize();
    await vi.waitFor(() => expect(first.now()).toBe('follower'));
    expect(second.states).toEqual(['follower', 'writer']);
    second.claim.release();
    await vi.waitFor(() => expect(first.now()).toBe('writer'));
  });

  test('without Web Locks every tab is a writer', () => {
    const states: ClaimState[] = [];
    claimProject('p', (state) => states.push(state), undefined).seize();
    expect(states).toEqual(['writer']);
  });
});
