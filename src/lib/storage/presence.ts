// What other tabs are up to, told by Web Locks: whether they have the projects open, and which imports are under way.

import type { ProjectId } from '#lib/core/project.ts';

const openName = 'handful-open';
const importPrefix = 'handful-import-';

export interface Presence {
  /** True when no other tab holds the store open (also where the browser cannot tell). */
  alone(): Promise<boolean>;
  /** Tells every tab that an import into this project is under way, until the answer is called. */
  guardImport(id: ProjectId): Promise<() => void>;
  imports(): Promise<ReadonlySet<ProjectId>>;
  leave(): void;
}

/** Announces this tab until `leave` by holding a shared Web Lock. */
export function announcePresence(locks: LockManager | undefined = lockManager()): Presence {
  // Locks are granted later, and some browsers have none: this tab's own imports are known at once.
  const own = new Set<ProjectId>();
  const present = hold(locks, openName, 'shared');
  return {
    alone: async () => (await heldNames(locks)).filter((name) => name === openName).length <= 1,
    guardImport: async (id) => {
      own.add(id);
      const guard = hold(locks, `${importPrefix}${id}`, 'exclusive');
      await guard.granted;
      return () => {
        own.delete(id);
        guard.release();
      };
    },
    imports: async () => {
      const names = await heldNames(locks);
      const guarded = names.filter((name) => name.startsWith(importPrefix));
      return new Set([...own, ...guarded.map((name) => name.slice(importPrefix.length))]);
    },
    leave: present.release,
  };
}

/** Holds a lock until `release`. `granted` resolves also where there are no locks, or none are allowed. */
function hold(
  locks: LockManager | undefined,
  name: string,
  mode: LockMode,
): { granted: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  const stay = new Promise<void>((resolve) => (release = resolve));
  const granted = new Promise<void>((resolve) => {
    if (!locks) resolve();
    const held = locks?.request(name, { mode }, () => {
      resolve();
      return stay;
    });
    // Refused on opaque origins, where there is no second tab with the same store either.
    void held?.then(undefined, () => resolve());
  });
  return { granted, release };
}

async function heldNames(locks: LockManager | undefined): Promise<string[]> {
  const { held = [] } = (await locks?.query().catch(() => null)) ?? {};
  return held.map(({ name }) => name ?? '');
}

function lockManager(): LockManager | undefined {
  const scope: { navigator?: { locks?: LockManager } } = globalThis;
  return scope.navigator?.locks;
}
