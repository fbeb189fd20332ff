import { describeFailure, type Result } from '#lib/core/failure.ts';

/** The value; in a bench a failure ends the run, with its words. */
export function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  const { what, next } = describeFailure(result.failure);
  throw new Error(`${what} ${next}`);
}
