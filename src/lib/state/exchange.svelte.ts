// Files out and in, as the page sees them: what is being made or read, what is asked, and what came of it.

import type { FileSummary } from '#lib/core/file-summary.ts';
import { fail, isAbort, succeed, type Failure, type Result } from '#lib/core/failure.ts';
import type { ClassId } from '#lib/core/project.ts';
import { groupFiles, mostGroups, type FileGroup } from '#lib/exchange/group-files.ts';
import type { InputFile } from '#lib/exchange/loose-files.ts';
import { openFiles, summaryOf, type OpenedFile } from '#lib/exchange/open-file.ts';
import { selfTest, type SelfTest } from '#lib/exchange/self-test.ts';
import { download } from './download.ts';
import { writers, type WriterName } from './export-file.ts';
import type { ExportParts } from './export-writer.ts';
import type { ImportAnswer, ImportParts, ImportPlace } from './import-parts.ts';
import { droppedFiles, inputFiles } from './input-files.ts';
import { withFileSink } from './file-sink.ts';
import { modelRunner } from './model-runner.ts';
import type { Notices } from './notices.svelte.ts';
import { takeIn } from './take-in.ts';

export type JobState =
  | {
      readonly kind: 'working';
      readonly step: string;
      readonly done: number;
      readonly total: number;
    }
  /** Opened, and the person says where it goes. */
  | {
      readonly kind: 'asking';
      readonly name: string;
      readonly summary: FileSummary;
      /** Nothing says which pictures were taken in one go: the person may know. */
      readonly takesUntold: boolean;
    }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | {
      readonly kind: 'written' | 'read';
      readonly fileName: string;
      /** Samples that came in or went out, or pictures that were compared. */
      readonly checked: number;
      /** Samples that could not be read. */
      readonly skipped: number;
      readonly warnings: readonly string[];
      /** Largest difference of any probability to what the file says; null where there is none to compare. */
      readonly largestDifference: number | null;
    }
  /** A model that was saved earlier, run on its own golden pictures. */
  | { readonly kind: 'checked'; readonly fileName: string; readonly test: SelfTest };

export interface Job {
  readonly what: WriterName | 'in' | 'check';
  readonly state: JobState;
}

export interface ExchangeParts extends ImportParts, ExportParts {
  readonly notices: Notices;
}

type Done = Omit<Extract<JobState, { kind: 'written' | 'read' }>, 'kind'>;

/** A bar that moves more often than this costs the work more than it shows. */
const showEveryMs = 60;

export class Exchange {
  job = $state.raw<Job | null>(null);
  #parts: ExchangeParts;
  #stop = new AbortController();
  #shownAtMs = 0;
  #answer: ((answer: ImportAnswer) => void) | null = null;
  /** Things to open that came together with the one that is shown. */
  #waiting: FileGroup[] = [];

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  /** Makes a file of the open project, checks it, and downloads it. */
  async export(what: WriterName): Promise<void> {
    await this.#run(what, (signal) => this.#write(what, signal));
  }

  /** Runs a model that was saved earlier on the golden pictures in its file. */
  async check(file: File): Promise<void> {
    if (this.job?.state.kind === 'working') return;
    const { engine, model, runtime } = this.#parts;
    const stop = new AbortController();
    this.#stop = stop;
    this.#step('check', 'Trying the model', 0, 1);
    const runner = modelRunner(engine.client, runtime, model.head, stop.signal);
    try {
      const test = await selfTest(file, file.name, runner);
      const state: JobState = test.ok
        ? { kind: 'checked', fileName: file.name, test: test.value }
        : { kind: 'failed', failure: test.failure };
      if (this.#stop === stop && !stop.signal.aborted) this.job = { what: 'check', state };
    } catch (error) {
      if (this.#stop === stop) this.job = null;
      if (!isAbort(error)) throw error;
    }
  }

  /** Opens chosen files: each project, model, folder or set of pictures in turn. `into`: pictures go into that class. */
  async importFiles(files: readonly File[], into: ClassId | null = null): Promise<void> {
    await this.#importAll(inputFiles(files), into);
  }

  /** Opens what was dropped on the page, folders too. */
  async importDrop(transfer: DataTransfer): Promise<void> {
    await this.#importAll(await droppedFiles(transfer));
  }

  /** Answers the question where the opened file goes; `burst`: its pictures were taken in bursts of that many. */
  answer(place: ImportPlace, burst: number | null = null): void {
    this.#answer?.({ place, burst });
  }

  cancel(): void {
    this.#waiting = [];
    this.#stop.abort();
  }

  /** Ends what is shown; the next of several files follows. */
  close(): void {
    this.#stop.abort();
    this.job = null;
    const next = this.#waiting.shift();
    if (next) void this.#import(next, null);
  }

  async #importAll(files: readonly InputFile[], into: ClassId | null = null): Promise<void> {
    const { engine, notices } = this.#parts;
    if (!engine.ready) {
      notices.toast('The network is still loading. Try again in a moment.');
      return;
    }
    const [first, ...others] = await groupFiles(files);
    // Asked after the wait: another drop may have come first.
    if (this.job) {
      notices.toast('Handful is busy with another file. Finish that one first, then try again.');
      return;
    }
    if (others.length >= mostGroups) {
      notices.toast(
        `That is more than ${mostGroups} things at once. Put them into one folder, then open that.`,
      );
      return;
    }
    this.#waiting = others;
    if (first) await this.#import(first, into);
  }

  #import(group: FileGroup, into: ClassId | null): Promise<void> {
    return this.#run('in', (signal) => this.#read(group, into, signal));
  }

  async #run(
    what: Job['what'],
    work: (signal: AbortSignal) => Promise<Result<Done>>,
  ): Promise<void> {
    if (this.job?.state.kind === 'working') return;
    const stop = new AbortController();
    this.#stop = stop;
    this.#step(what, 'Getting ready', 0, 1);
    try {
      const done = await work(stop.signal);
      const kind = what === 'in' ? 'read' : 'written';
      const state: JobState = done.ok
        ? { kind, ...done.value }
        : { kind: 'failed', failure: done.failure };
      this.job = { what, state };
    } catch (error) {
      if (this.#stop === stop) this.job = null;
      if (!isAbort(error)) throw error;
    } finally {
      this.#answer = null;
    }
  }

  /** A step tells of every sample; the page shows as many of them as a person can see. */
  #step(what: Job['what'], step: string, done: number, total: number): void {
    const shown = this.job?.state;
    const now = performance.now();
    const same = shown?.kind === 'working' && shown.step === step;
    if (same && now - this.#shownAtMs < showEveryMs) return;
    this.#shownAtMs = now;
    this.job = { what, state: { kind: 'working', step, done, total } };
  }

  async #write(what: WriterName, signal: AbortSignal): Promise<Result<Done>> {
    const { open } = this.#parts;
    if (!open.document) return fail({ code: 'project-missing' });
    const onStep = (step: string, done: number, total: number): void =>
      this.#step(what, step, done, total);
    const { document } = open;
    return withFileSink(async (sink) => {
      const made = await writers[what](this.#parts, document, { sink, signal, onStep });
      if (!made.ok) {
        await sink.discard();
        return made;
      }
      signal.throwIfAborted();
      const { blob, fileName, missing, ...said } = made.value;
      download(blob, fileName, () => void sink.discard());
      return succeed({ ...said, fileName, skipped: missing });
    });
  }

  async #read(group: FileGroup, into: ClassId | null, signal: AbortSignal): Promise<Result<Done>> {
    const opened = await openFiles(group.files, group.name);
    if (!opened.ok) return opened;
    try {
      const answer = await this.#placeFor(opened.value, into, signal);
      const onProgress = (done: number, total: number): void =>
        this.#step('in', 'Reading samples', done, total);
      onProgress(0, 1);
      const imported = await takeIn(this.#parts, opened.value, answer, { signal, onProgress });
      if (!imported.ok) return imported;
      const warnings = [...opened.value.warnings, ...imported.value.warnings];
      return succeed({ ...imported.value, fileName: group.name, warnings });
    } finally {
      await opened.value.close();
    }
  }

  /** Asks where a file goes when there is a choice. Rejects with AbortError when the person closes the question. */
  #placeFor(
    opened: OpenedFile,
    into: ClassId | null,
    signal: AbortSignal,
  ): Promise<ImportAnswer> | ImportAnswer {
    const { open } = this.#parts;
    const { name, takesUntold, content } = opened;
    const { kind } = content;
    const loose = kind === 'pictures' || kind === 'video';
    if (into !== null && loose) return { place: { kind: 'class', classId: into }, burst: null };
    const isModel = kind === 'head' || kind === 'tm-model' || kind === 'knn';
    if (isModel || (open.classes.length === 0 && !takesUntold)) {
      return { place: { kind: 'new' }, burst: null };
    }
    const summary = summaryOf(opened);
    this.job = { what: 'in', state: { kind: 'asking', name, summary, takesUntold } };
    return new Promise((resolve, reject) => {
      this.#answer = resolve;
      signal.addEventListener('abort', () =>
        reject(new DOMException('The question was closed.', 'AbortError')),
      );
    });
  }
}
