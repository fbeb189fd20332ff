// What a page says to the service worker. Types only.

export type ToOfflineWorker =
  /** Answered, through the port that comes with it, by `OfflineStatus`. */
  | { readonly kind: 'status' }
  /** Fetches what the browser has cleared away, then answers as `status` does. */
  | { readonly kind: 'repair' }
  /** The person wants the version that waits: become the one that answers. */
  | { readonly kind: 'take-over' }
  /** A good moment to forget versions that nobody runs. */
  | { readonly kind: 'prune' };

export interface OfflineStatus {
  readonly version: string;
  /** Everything is kept: the app works without a network. */
  readonly complete: boolean;
}
