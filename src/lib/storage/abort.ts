// Ends a transaction that may have ended by itself already.

import { nameOf } from './storage-failure.ts';

export function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch (error) {
    // The failed request has ended the transaction already; anything else is a bug.
    if (nameOf(error) !== 'InvalidStateError') throw error;
  }
}
