// The list of projects on this device, and which one is open.

import {
  cleanName,
  emptyProject,
  freeName,
  type ProjectDocument,
  type ProjectId,
} from '#lib/core/project.ts';
import { templates } from '#lib/core/template.ts';
import type { Change } from '#lib/core/change.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { StoredHistory } from '#lib/core/history.ts';
import type { ListChange } from '#lib/core/list-change.ts';
import { isClaimed } from '#lib/storage/project-claim.ts';
import type { DeletedProject, ProjectStore, ProjectSummary } from '#lib/storage/store.ts';
import { newId, nowMs } from './clock.ts';
import type { Engine } from './engine.svelte.ts';
import { ListSteps } from './list-steps.svelte.ts';
import type { Model } from './model.svelte.ts';
import { withClasses } from './new-classes.ts';
import type { Notices } from './notices.svelte.ts';
import type { NextStep, OpenProject } from './project.svelte.ts';
import type { Saver } from './saver.svelte.ts';
import type { Settings } from './settings.svelte.ts';
import { offerUndo } from './offer-undo.ts';

export interface ProjectsParts {
  readonly store: ProjectStore;
  readonly saver: Saver;
  readonly open: OpenProject;
  readonly model: Model;
  readonly engine: Engine;
  readonly settings: Settings;
  readonly notices: Notices;
}

interface Found {
  readonly document: ProjectDocument;
  readonly history: StoredHistory<Change>;
}

/** How long a deleted project can be brought back, unless the room is needed. */
export const keptDays = 30;

export class Projects {
  list = $state.raw<readonly ProjectSummary[]>([]);
  /** What can be brought back, the last one deleted first. */
  deleted = $state.raw<readonly DeletedProject[]>([]);
  #parts: ProjectsParts;
  #steps: ListSteps;

  constructor(parts: ProjectsParts) {
    this.#parts = parts;
    this.#steps = new ListSteps(parts.store);
    parts.open.onStep(() => this.#steps.forgetUndone());
    parts.saver.onRoom(({ projects }) => {
      for (const id of projects) this.#steps.drop(id);
      this.deleted = this.deleted.filter(({ id }) => !projects.has(id));
    });
  }

  /** The last step of the list, unless that would take a project away that has been worked in since and is not shown. */
  get undoStep(): NextStep | null {
    const step = this.#steps.undoStep;
    const [change] = step?.parts ?? [];
    if (!step || change?.kind !== 'add-project') return step;
    const entry = this.list.find(({ id }) => id === change.projectId);
    const shown = this.#parts.open.project?.id === change.projectId;
    return shown || (entry && entry.updatedAtMs <= step.id) ? step : null;
  }

  /** What can be done again, unless the open project was changed since. */
  get redoStep(): NextStep | null {
    const step = this.#steps.redoStep;
    return step && step.id > (this.#parts.open.undoStep?.id ?? 0) ? step : null;
  }

  /**
   * Opens the project that a link names, or the one that was open last, or an empty one; the engine learns it later
   * (`Model.load`). A link to a project that is not on this device is told.
   */
  async resume(linked: ProjectId | null = null): Promise<ProjectDocument> {
    const { open, notices, settings } = this.#parts;
    const steps = await this.#steps.load();
    if (!steps.ok) notices.report(steps.failure);
    const found = await this.#readFirst(linked);
    const document = found?.document ?? this.empty();
    open.show(document, found?.history);
    await settings.change({ lastProjectId: document.project.id });
    return document;
  }

  async #readFirst(linked: ProjectId | null): Promise<Found | null> {
    await this.refresh();
    const known = this.list.some((entry) => entry.id === linked);
    if (linked !== null && !known) this.#parts.notices.report({ code: 'project-missing' });
    const wanted = known ? linked : this.#parts.settings.current.lastProjectId;
    const id = this.list.some((entry) => entry.id === wanted) ? wanted : this.list[0]?.id;
    if (id === undefined || id === null) return null;
    const found = await this.#read(id);
    return found.ok ? found.value : null;
  }

  /** The document and its history: a history that cannot be read would be written over. */
  async #read(id: ProjectId): Promise<Result<Found>> {
    const { store, saver } = this.#parts;
    await saver.flush();
    // What storage has is older than what waits here for room.
    if (saver.holds(id)) return fail({ code: 'storage-full' });
    const loaded = await store.load(id);
    if (!loaded.ok) return loaded;
    const history = await store.readHistory(id);
    return history.ok ? succeed({ document: loaded.value, history: history.value }) : history;
  }

  async refresh(): Promise<void> {
    const { store, saver, notices } = this.#parts;
    await saver.flush();
    const [listed, deleted] = await Promise.all([store.list(), store.listDeleted()]);
    for (const read of [listed, deleted]) if (!read.ok) notices.report(read.failure);
    if (listed.ok) this.list = [...listed.value].sort((a, b) => b.updatedAtMs - a.updatedAtMs);
    if (deleted.ok) this.deleted = deleted.value;
  }

  async open(id: ProjectId): Promise<void> {
    const found = await this.#read(id);
    if (!found.ok) {
      this.#parts.notices.report(found.failure);
      return;
    }
    await this.#show(found.value.document, found.value.history);
    await this.refresh();
  }

  /** Puts a document in place and lets the engine learn it. */
  async #show(document: ProjectDocument, history?: StoredHistory<Change>): Promise<void> {
    const { open, model, settings } = this.#parts;
    open.show(document, history);
    await settings.change({ lastProjectId: document.project.id });
    await model.load();
  }

  /** A new project with a template's classes, open at once. */
  async create(templateId = 'empty', name?: string): Promise<void> {
    const { engine, saver, notices } = this.#parts;
    const template = templates.find(({ id }) => id === templateId);
    const wanted = name ?? (template && template.id !== 'empty' ? template.name : 'My project');
    const taken = this.list.map((entry) => entry.name);
    const backboneId = engine.ready?.backbone.id ?? '';
    const base = emptyProject(newId(), freeName(wanted, taken), backboneId, nowMs());
    const project = withClasses(base, template?.classNames ?? []);
    saver.save({ project, put: [], removed: [] });
    await saver.flush();
    const added = await this.add(project.id, `create “${project.name}”`);
    if (added.ok) return;
    // Not saved (a full disk): shown all the same, and saved when there is room.
    notices.report(added.failure);
    await this.#show({ project, samples: [] });
  }

  /** Takes a saved project into the list and shows it, as a step that can be taken back. */
  async add(projectId: ProjectId, label: string): Promise<Result<null>> {
    const added = await this.#steps.take(label, { kind: 'add-project', projectId, opens: true });
    if (!added.ok) return added;
    await this.open(projectId);
    return succeed(null);
  }

  /** Adds a template's classes to the open project, which has none yet. */
  useTemplate(templateId: string): void {
    const template = templates.find(({ id }) => id === templateId);
    if (!template) return;
    this.#parts.open.addClasses(
      template.classNames,
      template.id === 'empty' ? null : template.name,
    );
  }

  async rename(id: ProjectId, name: string): Promise<void> {
    const { open, saver } = this.#parts;
    await saver.flush();
    if (!(await this.#mayChange(id))) return;
    const before = this.list.find((entry) => entry.id === id)?.name;
    if (open.project?.id === id) open.rename(name);
    else if (before !== undefined) {
      const after = cleanName(name, before);
      if (after === before) return;
      await this.#take(`rename “${before}”`, {
        kind: 'rename-project',
        projectId: id,
        before,
        after,
      });
    }
    await this.refresh();
  }

  async duplicate(id: ProjectId): Promise<void> {
    const { store, saver, notices } = this.#parts;
    await saver.flush();
    const entry = this.list.find((each) => each.id === id);
    const name = freeName(
      `${entry?.name ?? 'Project'} copy`,
      this.list.map((each) => each.name),
    );
    const copyId = newId();
    const copied = await store.duplicate(id, { id: copyId, name, nowMs: nowMs() }, newId);
    if (!copied.ok) {
      notices.report(copied.failure);
      return;
    }
    await this.#take(`copy “${entry?.name ?? name}”`, {
      kind: 'add-project',
      projectId: copyId,
      opens: false,
    });
    await this.refresh();
    notices.toast(`“${name}” was made.`);
  }

  /** Deletes a project; undo brings it back. Deleting the open one opens the next, or a new one. */
  async remove(id: ProjectId): Promise<void> {
    const { saver, open, notices } = this.#parts;
    await saver.flush();
    if (!(await this.#mayChange(id))) return;
    const name = this.list.find((entry) => entry.id === id)?.name ?? 'The project';
    const opens = open.project?.id === id;
    const step = await this.#take(`delete “${name}”`, {
      kind: 'remove-project',
      projectId: id,
      opens,
    });
    if (step === null) return;
    await saver.tryAgain();
    await this.#follow({ kind: 'remove-project', projectId: id, opens });
    offerUndo(notices, `“${name}” was deleted.`, async () => {
      if (this.#steps.undoStep?.id !== step) return false;
      await this.back('undo');
      return true;
    });
  }

  /** Brings a deleted project back. */
  async restore(id: ProjectId): Promise<void> {
    const name = this.deleted.find((entry) => entry.id === id)?.name ?? 'The project';
    const change: ListChange = { kind: 'add-project', projectId: id, opens: false };
    if ((await this.#take(`bring back “${name}”`, change)) === null) return;
    await this.refresh();
    this.#parts.notices.toast(`“${name}” is back.`);
  }

  /** Takes a deleted project away for good; nothing brings it back. */
  async removeForGood(id: ProjectId): Promise<void> {
    const { store, saver, notices } = this.#parts;
    const name = this.deleted.find((entry) => entry.id === id)?.name ?? 'The project';
    const dropped = await store.dropDeleted(id);
    if (dropped.ok) {
      this.#steps.drop(id);
      notices.toast(`“${name}” is gone for good.`);
      await saver.tryAgain();
    } else notices.report(dropped.failure);
    await this.refresh();
  }

  /** Takes the last step of the list back, or does it again. Returns what it was. */
  async back(way: 'undo' | 'redo'): Promise<string | null> {
    await this.#parts.saver.flush();
    const step = await this.#steps.back(way);
    if (!step) return null;
    if (!step.ok) {
      this.#parts.notices.report(step.failure);
      return null;
    }
    await this.#follow(step.value.change);
    return step.value.label;
  }

  /** Whether no other tab writes the project; says so when one does. */
  async #mayChange(id: ProjectId): Promise<boolean> {
    const { open, notices } = this.#parts;
    if (open.project?.id === id) return open.mayChange();
    if (!(await isClaimed(id))) return true;
    notices.report({ code: 'project-elsewhere' });
    return false;
  }

  /** Returns the id of the step, null when it failed. */
  async #take(label: string, change: ListChange): Promise<number | null> {
    const taken = await this.#steps.take(label, change);
    if (taken.ok) return taken.value;
    this.#parts.notices.report(taken.failure);
    return null;
  }

  /** Brings the page to where the list is now. */
  async #follow(change: ListChange): Promise<void> {
    const { open } = this.#parts;
    const shown = open.project?.id === change.projectId;
    await this.refresh();
    if (change.kind === 'rename-project' && shown) open.nameChanged(change.after);
    if (change.kind === 'remove-project' && shown) await this.#openAnother();
    if (change.kind === 'add-project' && change.opens) await this.open(change.projectId);
  }

  async #openAnother(): Promise<void> {
    const next = this.list[0];
    if (next) await this.open(next.id);
    else await this.#show(this.empty());
  }

  /** A project without classes, where the page offers the templates. Nothing is saved before the first change. */
  empty(): ProjectDocument {
    const backboneId = this.#parts.engine.ready?.backbone.id ?? '';
    return { project: emptyProject(newId(), 'My project', backboneId, nowMs()), samples: [] };
  }
}
