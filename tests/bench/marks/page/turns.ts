// Contestants take turns, so that whatever the machine does besides falls on all of them alike.

export interface Contestant {
  readonly name: string;
  /** One piece of work; only its time counts. */
  readonly once: () => Promise<unknown>;
  /** Before each piece, not timed. */
  readonly before?: () => Promise<void> | void;
}

/** Milliseconds of every turn, by contestant. */
export type Times = Readonly<Record<string, readonly number[]>>;

/** `warmUp` rounds that do not count, then `rounds` that do, the order turned round each time (A B, B A, A B, …). */
export async function inTurns(
  contestants: readonly Contestant[],
  rounds: number,
  warmUp = 3,
): Promise<Times> {
  const times: Record<string, number[]> = {};
  for (const { name } of contestants) times[name] = [];
  for (let round = -warmUp; round < rounds; round += 1) {
    const order = round % 2 === 0 ? contestants : [...contestants].reverse();
    for (const { name, once, before } of order) {
      await before?.();
      const began = performance.now();
      await once();
      const took = performance.now() - began;
      if (round >= 0) times[name]?.push(took);
    }
  }
  return times;
}
