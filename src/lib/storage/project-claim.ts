// Which tab may write a project: one at a time, told by a Web Lock. The others wait for their turn, or take it.

export type ClaimState = 'writer' | 'follower';

/** A tab's claim on one project. */
export interface ProjectClaim {
  /** False where the browser has no Web Locks: every tab writes, and a commit that was outrun is refused. */
  readonly exclusive: boolean;
  /** Lets another tab write; this one waits for its turn again. */
  handOver(): void;
  /** Becomes the writer now, also when the writer does not answer. */
  seize(): void;
  /** Ends the claim. */
  release(): void;
}

/**
 * Claims a project for this tab. `tell` hears the state once it is known and at every change. Where the browser has no
 * Web Locks every tab is a writer, and `Commit.basedOnMs` keeps one from writing over the other.
 */
export function claimProject(
  projectId: string,
  tell: (state: ClaimState) => void,
  locks: LockManager | undefined = lockManager(),
): ProjectClaim {
  if (!locks) {
    tell('writer');
    return {
      exclusive: false,
      handOver: () => undefined,
      seize: () => undefined,
      release: () => undefined,
    };
  }
  return new LockClaim(`${prefix}${projectId}`, tell, locks);
}

/** Whether a tab writes the project now: this one or another. */
export async function isClaimed(
  projectId: string,
  locks: LockManager | undefined = lockManager(),
): Promise<boolean> {
  const { held = [] } = (await locks?.query()) ?? {};
  return held.some(({ name }) => name === `${prefix}${projectId}`);
}

const prefix = 'handful-write-';

class LockClaim implements ProjectClaim {
  readonly exclusive = true;
  readonly #name: string;
  readonly #tell: (state: ClaimState) => void;
  readonly #locks: LockManager;
  #waiting = new AbortController();
  #letGo: (() => void) | null = null;
  #ended = false;

  constructor(name: string, tell: (state: ClaimState) => void, locks: LockManager) {
    this.#name = name;
    this.#tell = tell;
    this.#locks = locks;
    void this.#request({ ifAvailable: true });
  }

  handOver(): void {
    if (!this.#letGo) return;
    this.#letGo();
    this.#letGo = null;
    this.#tell('follower');
    this.#wait();
  }

  seize(): void {
    if (this.#letGo || this.#ended) return;
    this.#waiting.abort();
    void this.#request({ steal: true });
  }

  release(): void {
    this.#ended = true;
    this.#waiting.abort();
    this.#letGo?.();
    this.#letGo = null;
  }

  #wait(): void {
    this.#waiting = new AbortController();
    void this.#request({ signal: this.#waiting.signal });
  }

  async #request(options: LockOptions): Promise<void> {
    const grant = { given: false };
    try {
      await this.#locks.request(this.#name, options, (lock) => {
        if (this.#ended) return;
        if (lock === null) {
          this.#tell('follower');
          this.#wait();
          return;
        }
        grant.given = true;
        this.#tell('writer');
        return new Promise<void>((resolve) => (this.#letGo = resolve));
      });
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'AbortError') throw error;
      // Not granted: the wait was given up here. Granted: another tab took it.
      if (!grant.given || this.#ended) return;
      this.#letGo = null;
      this.#tell('follower');
      this.#wait();
    }
  }
}

function lockManager(): LockManager | undefined {
  const scope: { navigator?: { locks?: LockManager } } = globalThis;
  return scope.navigator?.locks;
}
