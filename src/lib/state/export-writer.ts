// What every export needs, is told, and hands back.

import type { Result } from '#lib/core/failure.ts';
import type { ProjectDocument } from '#lib/core/project.ts';
import type { ArchiveSink } from '#lib/exchange/archive-sink.ts';
import type { EmbeddingSources } from './embeddings.ts';
import type { Engine } from './engine.svelte.ts';
import type { KeptHeads } from './kept-heads.ts';
import type { Model } from './model.svelte.ts';

export interface ExportParts {
  readonly sources: EmbeddingSources;
  readonly engine: Engine;
  readonly model: Model;
  readonly kept: KeptHeads;
}

export interface ExportContext {
  /** Where a file that may be large is written. */
  readonly sink: ArchiveSink;
  readonly signal: AbortSignal;
  readonly onStep: (step: string, done: number, total: number) => void;
}

export interface Written {
  readonly blob: Blob;
  readonly fileName: string;
  /** Samples that were read back, or pictures that were compared. */
  readonly checked: number;
  /** Samples of the project that are not in the file, because their pictures are gone. */
  readonly missing: number;
  /** What the format does not carry, and what to know: whole sentences. */
  readonly warnings: readonly string[];
  readonly largestDifference: number | null;
}

export type Writer = (
  parts: ExportParts,
  document: ProjectDocument,
  context: ExportContext,
) => Promise<Result<Written>>;
