// From what IndexedDB throws to the failures that people read.

import { messageOf, type Failure } from '#lib/core/failure.ts';

/**
 * The failure behind one or several errors of one transaction: a full disk first (it can arrive as the error of a
 * request or only as the reason of the abort), then whatever says more than “aborted”.
 */
export function storageFailure(...errors: readonly unknown[]): Failure {
  if (errors.some((error) => nameOf(error) === 'QuotaExceededError'))
    return { code: 'storage-full' };
  const telling = errors.find((error) => nameOf(error) !== 'AbortError') ?? errors[0];
  return { code: 'storage-failed', detail: messageOf(telling) };
}

/** The name of a thrown value, '' when it has none. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
