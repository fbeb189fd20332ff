// Projects, saver and undo over a real store, without engine, camera and page; a reload is another world on the same database.

import { openStore } from '#lib/storage/open-store.ts';
import type { ProjectStore } from '#lib/storage/store.ts';
import type { Capture } from './capture.svelte.ts';
import type { Engine } from './engine.svelte.ts';
import type { Model } from './model.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { Pictures } from './pictures.svelte.ts';
import { OpenProject } from './project.svelte.ts';
import { Projects } from './projects.svelte.ts';
import { Saver } from './saver.svelte.ts';
import type { Settings } from './settings.svelte.ts';
import { Undoing } from './undoing.svelte.ts';

export class UndoWorld {
  readonly notices = new Notices();
  readonly capture = { busy: false };
  readonly store: ProjectStore;
  readonly saver: Saver;
  readonly pictures: Pictures;
  readonly open: OpenProject;
  readonly projects: Projects;
  readonly undoing: Undoing;

  constructor(store: ProjectStore, lastProjectId: string | null) {
    this.store = store;
    const { notices } = this;
    const saver = (this.saver = new Saver(store, notices));
    this.pictures = new Pictures(store, saver);
    const open = (this.open = new OpenProject(saver));
    this.projects = new Projects({
      store,
      saver,
      open,
      notices,
      model: { load: () => Promise.resolve() } as unknown as Model,
      engine: { ready: null } as unknown as Engine,
      settings: {
        current: { lastProjectId },
        change: () => Promise.resolve(),
      } as unknown as Settings,
    });
    const { projects } = this;
    const capture = this.capture as unknown as Capture;
    this.undoing = new Undoing({ open, projects, capture, saver, notices });
  }

  /** Closes the page and opens it again, as a person does. */
  async reload(): Promise<UndoWorld> {
    await this.saver.flush();
    this.store.close();
    return openWorld(this.open.project?.id ?? null);
  }

  get names(): string[] {
    return this.projects.list.map(({ name }) => name).sort();
  }

  /** Presses the button of the newest message. */
  async pressToast(): Promise<void> {
    this.notices.toasts.at(-1)?.action?.onselect();
    // What the button does is queued behind this write.
    for (let turn = 0; turn < 20; turn += 1) await this.store.list();
  }
}

export async function openWorld(lastProjectId: string | null = null): Promise<UndoWorld> {
  const { store } = await openStore();
  const world = new UndoWorld(store, lastProjectId);
  await world.projects.resume();
  await store.purge({ deletedUntilMs: 0 });
  return world;
}
