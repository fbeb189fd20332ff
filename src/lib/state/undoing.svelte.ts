// Undo and redo for the whole app: the open project and the list of projects as one row of steps, in order of time.

import type { Capture } from './capture.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import { offerUndo } from './offer-undo.ts';
import type { NextStep, OpenProject } from './project.svelte.ts';
import type { Projects } from './projects.svelte.ts';
import type { Saver } from './saver.svelte.ts';

export interface UndoingParts {
  readonly open: OpenProject;
  readonly projects: Projects;
  readonly capture: Capture;
  readonly saver: Saver;
  readonly notices: Notices;
}

type Way = 'undo' | 'redo';

export class Undoing {
  #parts: UndoingParts;
  #running: Promise<void> = Promise.resolve();
  /** Whether the next undo concerns the list of projects: the newer of two steps goes back first. */
  readonly #undoesList = $derived.by(() => {
    const { open, projects } = this.#parts;
    return (projects.undoStep?.id ?? -1) > (open.undoStep?.id ?? -1);
  });
  /** … and the older of two is done again first. */
  readonly #redoesList = $derived.by(() => {
    const { open, projects } = this.#parts;
    return (projects.redoStep?.id ?? Infinity) < (open.redoStep?.id ?? Infinity);
  });

  constructor(parts: UndoingParts) {
    this.#parts = parts;
  }

  /** What undo would take back, in words that follow “Undo: ”. */
  get undoLabel(): string | null {
    return this.#next('undo')?.label ?? null;
  }

  get redoLabel(): string | null {
    return this.#next('redo')?.label ?? null;
  }

  undo(): Promise<void> {
    return this.#queue('undo');
  }

  redo(): Promise<void> {
    return this.#queue('redo');
  }

  /** Says what was just done, with an Undo that never takes back anything else. */
  offer(text: string): void {
    const { open, notices } = this.#parts;
    const id = open.undoStep?.id;
    offerUndo(notices, text, () => {
      if (id === undefined || open.undoStep?.id !== id || this.#busy) return false;
      open.undo();
      return true;
    });
  }

  /** A take that is being recorded is ended before anything is taken back. */
  get #busy(): boolean {
    return this.#parts.capture.busy || this.#parts.saver.makingRoom;
  }

  /** One after the other: opening a project again takes a moment, and keys come quickly. */
  #queue(way: Way): Promise<void> {
    this.#running = this.#running.then(() => this.#take(way));
    return this.#running;
  }

  async #take(way: Way): Promise<void> {
    if (this.#busy) return;
    const { open, projects, notices } = this.#parts;
    const undoes = way === 'undo';
    if (!this.#next(way)) {
      notices.toast(undoes ? 'Nothing to undo.' : 'Nothing to do again.');
      return;
    }
    const ofList = undoes ? this.#undoesList : this.#redoesList;
    const label = ofList ? await projects.back(way) : open[way]();
    if (label !== null) notices.toast(undoes ? `Undone: ${label}.` : `Done again: ${label}.`);
  }

  #next(way: Way): NextStep | null {
    const { open, projects } = this.#parts;
    if (way === 'undo') return this.#undoesList ? projects.undoStep : open.undoStep;
    return this.#redoesList ? projects.redoStep : open.redoStep;
  }
}
