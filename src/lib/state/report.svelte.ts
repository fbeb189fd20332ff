// The report of the open project: made anew from what has been measured whenever that changes.

import { makeReport, shownSamples, type Report } from '#lib/core/report.ts';
import { describeFailure } from '#lib/core/failure.ts';
import { writeReport } from '#lib/exchange/report-file.ts';
import { randomSplit } from '#lib/learning/evaluation/evaluate.ts';
import { databaseVersion } from '#lib/storage/schema.ts';
import { appVersion } from './app-version.ts';
import { nowMs } from './clock.ts';
import { download, fileNameOf } from './download.ts';
import type { Engine } from './engine.svelte.ts';
import type { Evaluating } from './evaluation.svelte.ts';
import type { Live } from './live.svelte.ts';
import type { OpenProject } from './project.svelte.ts';

export interface ReportingParts {
  readonly engine: Engine;
  readonly open: OpenProject;
  readonly evaluation: Evaluating;
  readonly live: Live;
}

/** Thumbnails of a take, and of the whole report: pictures that are not in view are kept for this many only. */
const mostOfTake = 4;
const mostPictures = 300;

export class Reporting {
  /** null while there is no project or no network. */
  readonly report: Report | null = $derived.by(() => {
    const { engine, open, evaluation: testing, live } = this.#parts;
    if (!open.document || !engine.ready) return null;
    return makeReport({
      document: open.document,
      backbone: engine.ready.backbone,
      evaluation: testing.current ? testing.evaluation : null,
      whyNoEvaluation: whyNone(testing),
      curve: testing.curve,
      unknownLimit: live.unknownThreshold,
      randomSplit,
      appVersion,
      databaseVersion,
      nowMs: nowMs(),
    });
  });
  /** Samples to show of each take, [class][take]. */
  readonly pictures = $derived.by(() => {
    const { document } = this.#parts.open;
    return document ? shownSamples(document, mostOfTake, mostPictures) : [];
  });
  #parts: ReportingParts;

  constructor(parts: ReportingParts) {
    this.#parts = parts;
  }

  /** Downloads the report as JSON. */
  save(): void {
    if (!this.report) return;
    const blob = new Blob([writeReport(this.report)], { type: 'application/json' });
    download(blob, `${fileNameOf(this.report.project)}.report.json`);
  }
}

function whyNone({ wished, status }: Evaluating): string {
  if (wished === null) return 'There is nothing to test: two classes with samples are needed.';
  if (status.kind === 'cancelled') return 'The test was cancelled.';
  if (status.kind === 'failed') return describeFailure(status.failure).what;
  return 'The test is not finished.';
}
