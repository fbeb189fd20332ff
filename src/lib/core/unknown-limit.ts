// Which limit of *none of these* counts: the one set by hand, else what the takes tell, else the backbone's own.

export interface UnknownLimits {
  /** Of the project; null: automatic. */
  readonly byHand: number | null;
  /** Fitted to the takes; null while a class has fewer than three. */
  readonly takes: number | null;
  /** Null before the backbone is loaded. */
  readonly backbone: number | null;
}

export type LimitSource = keyof UnknownLimits;

/** The limit in use, a cosine, and where it comes from; null when there is none yet. */
export function limitInUse({
  byHand,
  takes,
  backbone,
}: UnknownLimits): { readonly value: number; readonly source: LimitSource } | null {
  if (byHand !== null) return { value: byHand, source: 'byHand' };
  if (takes !== null) return { value: takes, source: 'takes' };
  return backbone === null ? null : { value: backbone, source: 'backbone' };
}
