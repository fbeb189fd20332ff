// What the engine asks of a way to compute, whichever it is.

import type { BackendName } from '#lib/core/backbone.ts';

export interface BackendDriver {
  readonly name: BackendName;
  /** The name under which TensorFlow.js knows it. */
  readonly registered: string;
  /** Why this browser lacks it, or null when it may work. */
  absence(): Promise<string | null>;
  /** Who emulates it on the processor, or null. Then it is far slower than wasm, and only used when asked for by name. */
  emulator(): Promise<string | null>;
  /** Fetches its code and registers it, the first time. */
  load(): Promise<void>;
  /** Watches the backend in use. `onLost` is called at most once; `isLost` says how it stands now. */
  watch(onLost: () => void): { isLost: () => boolean };
  /** Whether its memory is given back when another backend takes over. */
  readonly removable: boolean;
}

export type BackendDrivers = Readonly<Record<BackendName, BackendDriver>>;
