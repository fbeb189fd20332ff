// The one interface of all deeds: how a recognised class does something. One file for each kind; `runners.ts` is the table.

import type { Deed } from '#lib/core/class-action.ts';
import type { Result } from '#lib/core/failure.ts';
import type { FileHash } from '#lib/core/own-file.ts';

/** What is recognised at this moment, for those who are told of it. */
export interface Moment {
  readonly actionId: string;
  readonly className: string;
  readonly heldMs: number;
}

export interface DeedRunner<D extends Deed> {
  /** Does it. What goes wrong is told once, in words. */
  run(deed: D, moment: Moment): Result<null> | Promise<Result<null>>;
  /** The gesture that began it is no longer held. */
  left?(deed: D, moment: Moment): void;
  /** Ends what still goes on, and gives devices back. */
  stop?(): void;
  /** A device that a person connects by a press first. */
  readonly device?: Device;
}

export interface Device {
  /** In the middle of a sentence, such as “the serial port”. */
  readonly words: string;
  readonly connected: boolean;
  /** Asks for a device; browsers allow that only within a press. */
  connect(): Promise<Result<null>>;
}

/** What is over the whole screen. */
export interface Shown {
  readonly text: string;
  /** Address of a picture that stands in the place of the words; null: the words are shown. */
  readonly picture: string | null;
}

/** What the page shows and keeps; lent to deeds that need it. */
export interface Stage {
  show(actionId: string, shown: Shown | null): void;
  /** Address of a picture of a person's own; null: it is gone. */
  picture(hash: FileHash): Promise<string | null>;
  /** Bytes of a file of a person's own; null: it is gone. */
  file(hash: FileHash): Promise<Uint8Array | null>;
  count(actionId: string): void;
  /** Milliseconds that were held, to be added. */
  time(actionId: string, heldMs: number): void;
  photo(className: string): Promise<Result<null>>;
}
