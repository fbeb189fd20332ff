// The open project: its document, the verbs that change it, and undo. Every change is data (`core/change.ts`),
// saved at once and told to whoever learns from it.

import {
  applyChange,
  samplesTouched,
  type Change,
  type ClassEdit,
  type ProjectEdit,
} from '#lib/core/change.ts';
import { noSamples, samplesByClass, type ClassSamples } from '#lib/core/class-samples.ts';
import {
  cleanName,
  freeName,
  type BackboneId,
  type ClassId,
  type ProjectClass,
  type ProjectDocument,
  type Sample,
  type SampleId,
} from '#lib/core/project.ts';
import type { UseSettings } from '#lib/core/use-settings.ts';
import { noHistory, type HistoryWrite, type StoredHistory } from '#lib/core/history.ts';
import type { Room, StoredFile, StoredSample } from '#lib/storage/store.ts';
import { nowMs } from './clock.ts';
import { History, type HistoryStep } from './history.ts';
import { changeRules } from './history-rules.ts';
import { newClass, templateChange } from './new-classes.ts';
import type { Saver } from './saver.svelte.ts';

/** Told after every change, with the document as it is then; null when another tab made it. */
export type ChangeListener = (change: Change | null, document: ProjectDocument) => void;

interface ApplyOptions {
  readonly mergeKey?: string;
  readonly windowMs?: number;
  readonly fresh?: readonly StoredSample[];
  readonly files?: readonly StoredFile[];
}

/** An entry that can be taken back, or done again, next. */
export interface NextStep {
  readonly id: number;
  readonly label: string;
}

/** Changes of the same setting are one step while they follow each other this soon (a slider being moved). */
const settingsWindowMs = 2000;

export class OpenProject {
  document = $state.raw<ProjectDocument | null>(null);
  /** What undo and redo would do. */
  undoStep = $state.raw<NextStep | null>(null);
  redoStep = $state.raw<NextStep | null>(null);
  readonly project = $derived(this.document?.project ?? null);
  readonly classes = $derived(this.document?.project.classes ?? []);
  readonly samples = $derived(this.document?.samples ?? []);
  /** Samples by class, looked through once for all who ask. */
  readonly byClass = $derived.by(() => {
    this.#byClass = samplesByClass(this.samples, this.#byClass);
    return this.#byClass;
  });
  /** Every class of the project has an entry. */
  readonly shots = $derived(
    new Map(this.classes.map(({ id }) => [id, this.ofClass(id).samples.length])),
  );
  readonly learnable = $derived(
    this.classes.filter(({ id, enabled }) => enabled && this.byClass.has(id)),
  );
  /** Another tab writes this project: here it can be looked at and tried, not changed. */
  readOnly = $state(false);
  #byClass: ReadonlyMap<ClassId, ClassSamples> = new Map();
  #saver: Saver;
  #history = new History(changeRules);
  #listeners: ChangeListener[] = [];
  #onStep: (() => void)[] = [];
  #onShow: (() => void)[] = [];
  #onRefused: (() => void)[] = [];
  #lastCapturedMs = 0;

  constructor(saver: Saver) {
    this.#saver = saver;
    saver.onRoom((room) => this.#forget(room));
  }

  onChange(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  /** Told when a person does something new; not by undo and redo. */
  onStep(listener: () => void): void {
    this.#onStep.push(listener);
  }

  /** Told when another project is in place. */
  onShow(listener: () => void): void {
    this.#onShow.push(listener);
  }

  /** Told when a change was refused because another tab writes the project. */
  onRefused(listener: () => void): void {
    this.#onRefused.push(listener);
  }

  setReadOnly(readOnly: boolean): void {
    this.readOnly = readOnly;
  }

  /** Whether this tab may change the project; says so when it may not. */
  mayChange(): boolean {
    if (!this.readOnly) return true;
    for (const listener of this.#onRefused) listener();
    return false;
  }

  /** What another tab saved of this project takes the place of what is here. */
  follow(document: ProjectDocument, history: StoredHistory<Change>): void {
    this.#put(document, history);
    for (const listener of this.#listeners) listener(null, document);
  }

  /** Puts another project in place, with what can be undone and done again in it. */
  show(document: ProjectDocument | null, history: StoredHistory<Change> = noHistory): void {
    this.#put(document, history);
    for (const listener of this.#onShow) listener();
  }

  #put(document: ProjectDocument | null, history: StoredHistory<Change>): void {
    this.document = document;
    if (document) this.#saver.isBasedOn(document.project);
    this.#history.restore(history);
    this.#lastCapturedMs = document?.samples.at(-1)?.capturedAtMs ?? 0;
    this.#nextSteps();
  }

  addClass(name?: string): ProjectClass | null {
    const { classes } = this;
    if (!this.document) return null;
    const added = newClass(classes, name ?? '');
    const done = this.#do(`add “${added.name}”`, {
      kind: 'add-class',
      class: added,
      index: classes.length,
      samples: [],
    });
    return done ? added : null;
  }

  /** Adds a template's classes, and names the project after it. One step for undo. */
  addClasses(names: readonly string[], projectName: string | null): void {
    const { project } = this;
    if (!project || names.length === 0) return;
    const { label, change } = templateChange(project, names, projectName);
    this.#do(label, change);
  }

  /** Adds captured samples under a class of this name, made new unless there is one. One step for undo. */
  addSamplesAs(name: string, fresh: readonly StoredSample[]): void {
    const { document } = this;
    if (!document || fresh.length === 0) return;
    const { classes } = document.project;
    const known = classes.find((entry) => entry.name === name);
    const home = known ?? newClass(classes, name);
    const stored = fresh.map((each) => ({ ...each, sample: { ...each.sample, classId: home.id } }));
    const samples = stored.map(({ sample }) => sample);
    const change: Change = known
      ? { kind: 'add-samples', samples }
      : { kind: 'add-class', class: home, index: classes.length, samples };
    this.#do(`add “${name}”`, change, { fresh: stored });
  }

  editClass(classId: ClassId, after: ClassEdit): void {
    const entry = this.classOf(classId);
    if (!entry) return;
    const wanted =
      after.name === undefined ? after : { ...after, name: this.#newName(after.name, entry) };
    const before: ClassEdit = {
      ...(wanted.name !== undefined && { name: entry.name }),
      ...(wanted.colour !== undefined && { colour: entry.colour }),
      ...(wanted.enabled !== undefined && { enabled: entry.enabled }),
    };
    if (JSON.stringify(before) === JSON.stringify(wanted)) return;
    this.#do(`change “${entry.name}”`, { kind: 'edit-class', classId, before, after: wanted });
  }

  /** Clean, and no other class has it: results, exports and labels tell classes by name. */
  #newName(name: string, entry: ProjectClass): string {
    const others = this.classes.filter(({ id }) => id !== entry.id);
    return freeName(
      cleanName(name, entry.name),
      others.map((other) => other.name),
    );
  }

  moveClass(classId: ClassId, to: number): void {
    const from = this.classes.findIndex(({ id }) => id === classId);
    if (from < 0 || to < 0 || to >= this.classes.length || from === to) return;
    this.#do('move the class', { kind: 'reorder-class', classId, from, to });
  }

  removeClass(classId: ClassId): void {
    const index = this.classes.findIndex(({ id }) => id === classId);
    const entry = this.classes[index];
    if (!entry) return;
    const { samples } = this.ofClass(classId);
    this.#do(`delete “${entry.name}”`, { kind: 'remove-class', class: entry, index, samples });
  }

  /** A copy of a class's name, colour and switch; samples stay where they are. */
  duplicateClass(classId: ClassId): ProjectClass | null {
    const entry = this.classOf(classId);
    return entry ? this.addClass(entry.name) : null;
  }

  /** Adds captured samples; those of one take are undone together. */
  addSamples(fresh: readonly StoredSample[]): void {
    const samples = fresh.map(({ sample }) => sample);
    const takeId = samples[0]?.takeId;
    if (takeId === undefined) return;
    const label = 'the last take';
    this.#do(
      label,
      { kind: 'add-samples', samples },
      {
        mergeKey: `take ${takeId}`,
        windowMs: Infinity,
        fresh,
      },
    );
  }

  /** Takes in what was imported: classes and samples that storage holds already. One step for undo. */
  addImported(fileName: string, change: Change): void {
    this.#do(`add “${fileName}”`, change);
  }

  removeSamples(ids: ReadonlySet<SampleId>): void {
    const samples = this.samples.filter(({ id }) => ids.has(id));
    if (samples.length === 0) return;
    this.#do(`delete ${countOf(samples)}`, { kind: 'remove-samples', samples });
  }

  moveSamples(ids: ReadonlySet<SampleId>, to: ClassId): void {
    const samples = this.samples.filter(({ id, classId }) => ids.has(id) && classId !== to);
    if (samples.length === 0) return;
    const moves = samples.map(({ id, classId }) => ({ sampleId: id, from: classId, to }));
    this.#do(`move ${countOf(samples)}`, { kind: 'move-samples', moves });
  }

  /** Changes name, heads, capture or live settings. */
  edit(after: ProjectEdit): void {
    const { project } = this;
    if (!project) return;
    const keys = Object.keys(after) as (keyof ProjectEdit)[];
    const before: ProjectEdit = Object.fromEntries(keys.map((key) => [key, project[key]]));
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    this.#do(
      'the settings',
      { kind: 'edit-project', before, after },
      { mergeKey: `edit ${keys.join(' ')}`, windowMs: settingsWindowMs },
    );
  }

  /**
   * Changes what the project does when it is used; steps with the same `mergeKey` that follow each other soon are one.
   * `files`: what its actions show or play, where that is new.
   */
  editUse(
    use: UseSettings,
    label: string,
    { mergeKey, files = [] }: { mergeKey?: string; files?: readonly StoredFile[] } = {},
  ): void {
    const { project } = this;
    if (!project) return;
    const change: Change = { kind: 'edit-project', before: { use: project.use }, after: { use } };
    const merges = mergeKey !== undefined && { mergeKey, windowMs: settingsWindowMs };
    this.#do(label, change, { ...merges, files });
  }

  /** The backbone that reads the samples from now on, because the project named none or one that is not here. Not undone. */
  adoptBackbone(backboneId: BackboneId): void {
    if (!this.document || this.document.project.backboneId === backboneId) return;
    const project = { ...this.document.project, backboneId };
    this.document = { ...this.document, project };
    // A project without a class is not worth a place in the list yet; one that another tab writes is saved there.
    if (project.classes.length > 0 && !this.readOnly)
      this.#saver.save({ project, put: [], removed: [] });
  }

  /** Its name was changed in the list of projects, and saved there. */
  nameChanged(name: string): void {
    if (!this.document) return;
    this.document = { ...this.document, project: { ...this.document.project, name } };
  }

  rename(name: string): void {
    if (this.project) this.edit({ name: cleanName(name, this.project.name) });
  }

  undo(): string | null {
    return this.mayChange() ? this.#take(this.#history.undo()) : null;
  }

  redo(): string | null {
    return this.mayChange() ? this.#take(this.#history.redo()) : null;
  }

  classOf(classId: ClassId): ProjectClass | null {
    return this.classes.find(({ id }) => id === classId) ?? null;
  }

  /** What a class holds; the same object until something in that class changes. */
  ofClass(classId: ClassId): ClassSamples {
    return this.byClass.get(classId) ?? noSamples;
  }

  /** Now in ms, but later than every sample before: order of capture never depends on the clock's grain. */
  nextCaptureMs(): number {
    this.#lastCapturedMs = Math.max(nowMs(), this.#lastCapturedMs + 1);
    return this.#lastCapturedMs;
  }

  /** Returns whether it was done. */
  #do(label: string, change: Change, { fresh, files, ...options }: ApplyOptions = {}): boolean {
    if (!this.mayChange()) return false;
    const write = this.#history.push({ label, change, atMs: nowMs(), ...options });
    this.#apply(change, write, fresh, files);
    for (const listener of this.#onStep) listener();
    return true;
  }

  #take(step: HistoryStep<Change> | null): string | null {
    if (step) this.#apply(step.change, step.write);
    return step?.label ?? null;
  }

  #apply(
    change: Change,
    history: HistoryWrite<Change>,
    fresh: readonly StoredSample[] = [],
    files: readonly StoredFile[] = [],
  ): void {
    if (!this.document) return;
    const changed = applyChange(this.document, change);
    const document = { ...changed, project: { ...changed.project, updatedAtMs: nowMs() } };
    this.document = document;
    const { put, removed } = samplesTouched(document, change);
    const freshById = new Map(fresh.map((stored) => [stored.sample.id, stored]));
    this.#saver.save({
      project: document.project,
      put: put.map((sample) => freshById.get(sample.id) ?? { sample }),
      removed,
      history,
      files,
    });
    this.#nextSteps();
    for (const listener of this.#listeners) listener(change, document);
  }

  #forget({ trimmed, undone }: Room): void {
    if (!undone) return;
    const upTo = trimmed.get(this.project?.id ?? '') ?? 0;
    this.#history.forget(({ id }) => id <= upTo);
    this.#nextSteps();
  }

  #nextSteps(): void {
    this.undoStep = this.#history.done.at(-1) ?? null;
    this.redoStep = this.#history.undone.at(-1) ?? null;
  }
}

function countOf(samples: readonly Sample[]): string {
  return samples.length === 1 ? '1 sample' : `${samples.length} samples`;
}
