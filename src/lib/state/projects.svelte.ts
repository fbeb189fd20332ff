// The list of projects on this device, and which one is open.

import {
  emptyProject,
  freeColour,
  freeName,
  type Project,
  type ProjectDocument,
  type ProjectId,
} from '#lib/core/project.ts';
import { templates } from '#lib/core/template.ts';
import type { ProjectStore, ProjectSummary } from '#lib/storage/store.ts';
import { newId, nowMs } from './clock.ts';
import type { Engine } from './engine.svelte.ts';
import type { Model } from './model.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { OpenProject } from './project.svelte.ts';
import type { Saver } from './saver.svelte.ts';
import type { Settings } from './settings.svelte.ts';

export interface ProjectsParts {
  readonly store: ProjectStore;
  readonly saver: Saver;
  readonly open: OpenProject;
  readonly model: Model;
  readonly engine: Engine;
  readonly settings: Settings;
  readonly notices: Notices;
}

export class Projects {
  list = $state.raw<readonly ProjectSummary[]>([]);
  #parts: ProjectsParts;

  constructor(parts: ProjectsParts) {
    this.#parts = parts;
  }

  /** Opens the project that was open last, or an empty one; the engine learns it later (`Model.load`). */
  async resume(): Promise<ProjectDocument> {
    const document = (await this.#readLast()) ?? this.empty();
    this.#parts.open.show(document);
    await this.#parts.settings.change({ lastProjectId: document.project.id });
    return document;
  }

  async #readLast(): Promise<ProjectDocument | null> {
    await this.refresh();
    const { store, settings } = this.#parts;
    const wanted = settings.current.lastProjectId;
    const id = this.list.some((entry) => entry.id === wanted) ? wanted : this.list[0]?.id;
    if (id === undefined || id === null) return null;
    const loaded = await store.load(id);
    return loaded.ok ? loaded.value : null;
  }

  async refresh(): Promise<void> {
    await this.#parts.saver.flush();
    const listed = await this.#parts.store.list();
    if (!listed.ok) {
      this.#parts.notices.report(listed.failure);
      return;
    }
    this.list = [...listed.value].sort((a, b) => b.updatedAtMs - a.updatedAtMs);
  }

  async open(id: ProjectId): Promise<void> {
    await this.#parts.saver.flush();
    const loaded = await this.#parts.store.load(id);
    if (!loaded.ok) {
      this.#parts.notices.report(loaded.failure);
      return;
    }
    await this.show(loaded.value);
  }

  /** Puts a document in place and lets the engine learn it. */
  async show(document: ProjectDocument): Promise<void> {
    const { open, model, settings } = this.#parts;
    open.show(document);
    await settings.change({ lastProjectId: document.project.id });
    await model.load();
  }

  /** A new project with a template's classes, open at once. */
  async create(templateId = 'empty', name?: string): Promise<void> {
    const { engine, saver } = this.#parts;
    const template = templates.find(({ id }) => id === templateId);
    const wanted = name ?? (template && template.id !== 'empty' ? template.name : 'My project');
    const taken = this.list.map((entry) => entry.name);
    const backboneId = engine.ready?.backbone.id ?? '';
    const base = emptyProject(newId(), freeName(wanted, taken), backboneId, nowMs());
    const project = withClasses(base, template?.classNames ?? []);
    saver.save({ project, put: [], removed: [] });
    await this.show({ project, samples: [] });
    await this.refresh();
  }

  /** Adds a template's classes to the open project, which has none yet. */
  useTemplate(templateId: string): void {
    const template = templates.find(({ id }) => id === templateId);
    for (const name of template?.classNames ?? []) this.#parts.open.addClass(name);
    if (template && template.id !== 'empty') this.#parts.open.rename(template.name);
  }

  async rename(id: ProjectId, name: string): Promise<void> {
    const { open, store, saver, notices } = this.#parts;
    if (open.project?.id === id) {
      open.rename(name);
      return this.refresh();
    }
    const loaded = await store.load(id);
    if (!loaded.ok) {
      notices.report(loaded.failure);
      return;
    }
    saver.save({ project: { ...loaded.value.project, name }, put: [], removed: [] });
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
    const copied = await store.duplicate(id, { id: newId(), name, nowMs: nowMs() }, newId);
    if (!copied.ok) {
      notices.report(copied.failure);
      return;
    }
    await this.refresh();
    notices.toast(`“${name}” was made.`);
  }

  /** Deletes a project; the toast brings it back. Deleting the open one opens the next, or a new one. */
  async remove(id: ProjectId): Promise<void> {
    const { store, saver, open, notices } = this.#parts;
    await saver.flush();
    const name = this.list.find((entry) => entry.id === id)?.name ?? 'The project';
    const wasOpen = open.project?.id === id;
    const removed = await store.remove(id);
    if (!removed.ok) {
      notices.report(removed.failure);
      return;
    }
    await this.refresh();
    if (wasOpen) await this.#openAnother();
    notices.toast(`“${name}” was deleted.`, {
      label: 'Undo',
      onselect: () => void this.#restore(id, wasOpen),
    });
  }

  async #restore(id: ProjectId, reopen: boolean): Promise<void> {
    const restored = await this.#parts.store.restore(id);
    if (!restored.ok) {
      this.#parts.notices.report(restored.failure);
      return;
    }
    await this.refresh();
    if (reopen) await this.open(id);
  }

  async #openAnother(): Promise<void> {
    const next = this.list[0];
    if (next) await this.open(next.id);
    else await this.show(this.empty());
  }

  /** A project without classes, where the page offers the templates. Nothing is saved before the first change. */
  empty(): ProjectDocument {
    const backboneId = this.#parts.engine.ready?.backbone.id ?? '';
    return { project: emptyProject(newId(), 'My project', backboneId, nowMs()), samples: [] };
  }
}

function withClasses(project: Project, names: readonly string[]): Project {
  let { classes } = project;
  for (const name of names) {
    classes = [...classes, { id: newId(), name, colour: freeColour(classes), enabled: true }];
  }
  return { ...project, classes };
}
