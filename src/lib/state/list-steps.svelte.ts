// What a person did to the list of projects, with undo: every step is written with the change it belongs to.

import { succeed, type Result } from '#lib/core/failure.ts';
import type { ListChange } from '#lib/core/list-change.ts';
import type { ProjectId } from '#lib/core/project.ts';
import type { ProjectStore } from '#lib/storage/store.ts';
import { nowMs } from './clock.ts';
import { History, type HistoryEntry, type HistoryStep } from './history.ts';
import { listRules } from './history-rules.ts';

export interface ListStep {
  readonly label: string;
  readonly change: ListChange;
}

export class ListSteps {
  undoStep = $state.raw<HistoryEntry<ListChange> | null>(null);
  redoStep = $state.raw<HistoryEntry<ListChange> | null>(null);
  #store: ProjectStore;
  #history = new History<ListChange>(listRules);

  constructor(store: ProjectStore) {
    this.#store = store;
  }

  async load(): Promise<Result<null>> {
    const read = await this.#store.readListHistory();
    if (!read.ok) return read;
    this.#history.restore(read.value);
    this.#next();
    return succeed(null);
  }

  /** Does `change` in storage and remembers it. Returns the id of its entry. */
  async take(label: string, change: ListChange): Promise<Result<number>> {
    const atMs = nowMs();
    const before = this.#history.snapshot();
    const write = this.#history.push({ label, change, atMs });
    const id = this.#history.done.at(-1)?.id ?? 0;
    const written = await this.#store.changeList(change, atMs, write);
    if (!written.ok) this.#history.rewind(before);
    this.#next();
    return written.ok ? succeed(id) : written;
  }

  /** Takes the last step back, or does it again, in storage. Null when there is none. */
  async back(way: 'undo' | 'redo'): Promise<Result<ListStep> | null> {
    const before = this.#history.snapshot();
    const step = way === 'undo' ? this.#history.undo() : this.#history.redo();
    if (!step) return null;
    const written = await this.#apply(step);
    if (!written.ok) {
      this.#history.rewind(before);
      // Gone for good (the room was needed): so is the step.
      if (written.failure.code === 'project-missing') this.drop(step.change.projectId);
    }
    this.#next();
    return written.ok ? succeed(step) : written;
  }

  /** Another change came: what was undone cannot be done again. Storage follows with the next step. */
  forgetUndone(): void {
    if (!this.redoStep) return;
    this.#history.forget(() => false);
    this.#next();
  }

  /** What concerns this project can be neither taken back nor done again. */
  drop(projectId: ProjectId): void {
    this.#history.forget(({ parts }) => parts.some((part) => part.projectId === projectId));
    this.#next();
  }

  #apply({ change, write }: HistoryStep<ListChange>): Promise<Result<null>> {
    return this.#store.changeList(change, nowMs(), write);
  }

  #next(): void {
    this.undoStep = this.#history.done.at(-1) ?? null;
    this.redoStep = this.#history.undone.at(-1) ?? null;
  }
}
