// What is held now, as the words, colour and number that are shown large.

import type { ProjectClass } from '#lib/core/project.ts';

export interface HeldWords {
  readonly name: string;
  /** Palette index; null: none of these. */
  readonly colour: number | null;
  /** How sure it is, in [0, 1]. */
  readonly share: number;
}

interface Seen {
  readonly held: { readonly classId: string | null } | null;
  readonly shares: {
    readonly classIds: readonly string[];
    readonly shares: readonly number[];
    readonly unknown: number;
  } | null;
}

/** null: nothing is held, or its class is gone. */
export function heldWords(
  { held, shares }: Seen,
  classes: readonly ProjectClass[],
): HeldWords | null {
  if (!held || !shares) return null;
  if (held.classId === null) {
    return { name: 'None of these', colour: null, share: shares.unknown };
  }
  const entry = classes.find(({ id }) => id === held.classId);
  const share = shares.shares[shares.classIds.indexOf(held.classId)] ?? 0;
  return entry ? { name: entry.name, colour: entry.colour, share } : null;
}

/**
 * About how many letters a line must hold, so that a name fills the screen: its longest word, or a line of three of a
 * longer text. At least 4, so that “No” is not cut off above and below.
 */
export function lettersAcross(name: string): number {
  const words = Array.from(name.split(/\s+/), (word) => Array.from(word).length);
  return Math.max(4, Math.min(Math.max(...words), 16), Math.ceil(Array.from(name).length / 3));
}
