// What slow verbs share: Ctrl+C stops them, and a failure is told in words with status 2.

import { describeFailure, isAbort, type Failure } from '#lib/core/failure.ts';
import type { Console } from './verb.ts';

const stoppedStatus = 130;
const refusedStatus = 2;

/** Runs `work` until it is done or the person presses Ctrl+C. Resolves to the exit status. */
export async function interruptible(
  console: Console,
  work: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (!isAbort(error) || !stop.signal.aborted) throw error;
    console.error('Stopped.');
    return stoppedStatus;
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** Tells a failure; the exit status that goes with it. */
export function refuse(console: Console, failure: Failure): number {
  const { what, next } = describeFailure(failure);
  console.error(`Refused: ${what} ${next}`);
  return refusedStatus;
}

/** Tells a refusal that is no failure of the union: a wrong value on the command line. */
export function refuseWords(console: Console, words: string): number {
  console.error(`Refused: ${words}`);
  return refusedStatus;
}
