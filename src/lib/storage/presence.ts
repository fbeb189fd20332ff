// Whether another tab has the projects open. Its undo may still bring back what `purge` would drop.

const lockName = 'handful-open';

export interface Presence {
  /** True when no other tab holds the store open (also where the browser cannot tell). */
  alone(): Promise<boolean>;
  leave(): void;
}

/** Announces this tab until `leave` by holding a shared Web Lock. */
export function announcePresence(locks: LockManager | undefined = lockManager()): Presence {
  if (!locks) return { alone: () => Promise.resolve(true), leave: () => undefined };
  let leave = (): void => undefined;
  const stay = new Promise<void>((resolve) => (leave = resolve));
  const held = locks
    .request(lockName, { mode: 'shared' }, () => stay)
    // Refused on opaque origins, where there is no second tab with the same store either.
    .then(undefined, () => undefined);
  return {
    alone: async () => {
      const { held: locksHeld = [] } = await locks.query().catch(() => ({ held: [] }));
      return locksHeld.filter(({ name }) => name === lockName).length <= 1;
    },
    leave: () => {
      leave();
      void held;
    },
  };
}

function lockManager(): LockManager | undefined {
  const scope: { navigator?: { locks?: LockManager } } = globalThis;
  return scope.navigator?.locks;
}
