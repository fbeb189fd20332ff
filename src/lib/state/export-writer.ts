// What every export needs, is told, and hands back.

import type { BackboneFacts } from '#lib/core/backbone.ts';
import type { Result } from '#lib/core/failure.ts';
import type { Project, ProjectDocument } from '#lib/core/project.ts';
import { limitInUse } from '#lib/core/unknown-limit.ts';
import type { ArchiveSink } from '#lib/exchange/archive-sink.ts';
import type { EmbeddingSources } from './embeddings.ts';
import type { Engine } from './engine.svelte.ts';
import type { KeptHeads } from './kept-heads.ts';
import type { RuntimeFiles } from './runtime-files.ts';
import type { Model } from './model.svelte.ts';

export interface ExportParts {
  readonly sources: EmbeddingSources;
  readonly engine: Engine;
  readonly model: Model;
  readonly kept: KeptHeads;
  readonly runtime: RuntimeFiles;
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

/** The limit of *none of these* as the page uses it: a file has no takes to fit it to. */
export function limitToWrite(
  { live }: Project,
  { takesLimit }: Model,
  { unknownThreshold }: BackboneFacts,
): number | null {
  const limits = { byHand: live.unknownThreshold, takes: takesLimit, backbone: unknownThreshold };
  return limitInUse(limits)?.value ?? null;
}
