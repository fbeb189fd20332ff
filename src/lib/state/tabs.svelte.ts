// Several tabs on one project: one writes, the others follow what it saves, and any of them can take over.

import type { Change } from '#lib/core/change.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { StoredHistory } from '#lib/core/history.ts';
import type { ProjectDocument, ProjectId, TakeId } from '#lib/core/project.ts';
import { claimProject, type ClaimState, type ProjectClaim } from '#lib/storage/project-claim.ts';
import { openChannel, type ProjectMessage } from '#lib/storage/project-channel.ts';
import type { ProjectStore, StoredSample } from '#lib/storage/store.ts';
import type { Capture } from './capture.svelte.ts';
import { delay } from './clock.ts';
import type { Notices } from './notices.svelte.ts';
import type { OpenProject } from './project.svelte.ts';
import type { Saver } from './saver.svelte.ts';

export interface TabsParts {
  readonly store: ProjectStore;
  readonly saver: Saver;
  readonly open: OpenProject;
  readonly capture: Capture;
  readonly notices: Notices;
  /** Whether this tab is at work on something that must not lose its right to write. */
  readonly busy: () => boolean;
  /** Whether nobody sees this tab. */
  readonly hidden: () => boolean;
}

/** A take saves many times a second: the others read the project again at most this often. */
const restMs = 400;
/** How long a writer may take to answer before it is overruled. */
const patienceMs = 3000;

export class Tabs {
  /** Another tab writes the open project; here it can be looked at and tried. */
  elsewhere = $state(false);
  #parts: TabsParts;
  #channel = openChannel((message) => this.#hear(message));
  #projectId: ProjectId | null = null;
  #claim: ProjectClaim | null = null;
  #reading: Promise<void> | null = null;
  #again = false;
  /** A newer version has taken the database over: nothing can be saved here any more. */
  #ended = false;
  /** Samples that were recorded here while another tab wrote: added when this one may. */
  #unsaved: readonly StoredSample[] = [];

  constructor(parts: TabsParts) {
    this.#parts = parts;
    const { open, saver, store } = parts;
    open.onShow(() => this.#enter(open.project?.id ?? null));
    open.onRefused(() => this.#refused());
    saver.onOutrun((projectId, unsaved) => void this.#outrun(projectId, unsaved));
    store.onNewer(() => this.#end());
    saver.onSaved((projectId) => this.#channel.tell({ kind: 'saved', projectId }));
  }

  /** Makes this tab the one that writes. The other one saves what it has first, if it still answers. */
  async takeOver(): Promise<void> {
    if (!this.elsewhere || this.#projectId === null) return;
    this.#channel.tell({ kind: 'wanted', projectId: this.#projectId });
    const until = performance.now() + patienceMs;
    while (this.#follows() && performance.now() < until) await delay(50);
    if (this.#follows()) this.#claim?.seize();
  }

  /** This tab is looked at: one that nobody sees and that has nothing to do lets it write. */
  looked(): void {
    const { hidden } = this.#parts;
    if (this.elsewhere && !hidden() && this.#projectId !== null)
      this.#channel.tell({ kind: 'asked', projectId: this.#projectId });
  }

  dispose(): void {
    this.#claim?.release();
    this.#channel.close();
  }

  #follows(): boolean {
    return this.elsewhere;
  }

  #enter(projectId: ProjectId | null): void {
    if (projectId === this.#projectId) return;
    this.#claim?.release();
    this.#projectId = projectId;
    this.#unsaved = [];
    this.#settle('writer');
    this.#claim =
      projectId === null
        ? null
        : claimProject(projectId, (state) => {
            if (this.#projectId === projectId) void this.#become(state);
          });
  }

  async #become(state: ClaimState): Promise<void> {
    if (state === 'writer' && this.elsewhere) {
      // What the other tab saved last comes first.
      await this.#readAgain();
      this.#parts.notices.toast('This tab changes the project now.');
    }
    this.#settle(state);
    if (state === 'writer') {
      this.#addUnsaved();
      // A tab that is looked at may have asked while this one was not the writer yet, and asks again now.
      if (this.#projectId !== null)
        this.#channel.tell({ kind: 'writing', projectId: this.#projectId });
    }
    // The tab that writes may be one that nobody has looked at for a while.
    else this.looked();
  }

  #settle(state: ClaimState): void {
    this.elsewhere = state === 'follower';
    this.#parts.open.setReadOnly(this.elsewhere || this.#ended);
    if (!this.elsewhere) this.#parts.notices.clear('project-elsewhere');
  }

  #hear({ kind, projectId }: ProjectMessage): void {
    if (projectId !== this.#projectId) return;
    if (kind === 'wanted') void this.#handOver();
    else if (kind === 'writing') this.looked();
    else if (kind === 'asked') {
      if (this.#parts.hidden() && !this.#parts.busy()) void this.#handOver();
    } else if (this.elsewhere || this.#claim?.exclusive === false) this.#follow();
  }

  async #handOver(): Promise<void> {
    const { capture, open, saver } = this.#parts;
    if (this.elsewhere) return;
    capture.cancel();
    // Nothing new may come while the rest is saved.
    open.setReadOnly(true);
    await saver.flush();
    this.#claim?.handOver();
  }

  #refused(): void {
    const { notices } = this.#parts;
    if (this.#ended) this.#tellNewer();
    else notices.report({ code: 'project-elsewhere' });
    this.looked();
  }

  /** Another tab brings the database to a newer version: the last save, and the words. */
  async #end(): Promise<void> {
    const { capture, open, saver } = this.#parts;
    capture.cancel();
    this.#ended = true;
    open.setReadOnly(true);
    this.#tellNewer();
    await saver.flush();
    this.#claim?.release();
  }

  #tellNewer(): void {
    const reload = { label: 'Reload', onselect: () => location.reload() };
    const detail = 'another tab runs a newer version';
    this.#parts.notices.report({ code: 'storage-newer', detail }, reload);
  }

  /** What another tab wrote in between stands; what was recorded here is added to it. */
  async #outrun(projectId: ProjectId, unsaved: readonly StoredSample[]): Promise<void> {
    if (projectId !== this.#projectId) return;
    const { capture, open, saver, notices } = this.#parts;
    this.#unsaved = [...this.#unsaved, ...unsaved];
    // Nothing new may come while the rest is read again.
    capture.cancel();
    open.setReadOnly(true);
    await saver.flush();
    await this.#readAgain();
    notices.report({ code: 'project-changed' });
    this.#settle(this.elsewhere ? 'follower' : 'writer');
    if (!this.elsewhere) this.#addUnsaved();
  }

  #addUnsaved(): void {
    const { open } = this.#parts;
    const takes = new Map<TakeId, StoredSample[]>();
    for (const each of this.#unsaved) {
      const { classId, takeId } = each.sample;
      if (open.classOf(classId)) takes.set(takeId, [...(takes.get(takeId) ?? []), each]);
    }
    this.#unsaved = [];
    for (const take of takes.values()) open.addSamples(take);
  }

  #follow(): void {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = delay(restMs)
      .then(() => this.#readAgain())
      .finally(() => {
        this.#reading = null;
        if (!this.#again) return;
        this.#again = false;
        this.#follow();
      });
  }

  async #readAgain(): Promise<void> {
    const { open, saver, notices } = this.#parts;
    const projectId = this.#projectId;
    if (projectId === null || saver.holds(projectId)) return;
    const before = open.project;
    const read = await this.#read(projectId);
    // Changed here meanwhile: what was read is older.
    if (projectId !== this.#projectId || open.project !== before) return;
    if (read.ok) open.follow(read.value.document, read.value.history);
    // A project that was only begun is not saved yet, and there is nothing newer to show.
    else if (read.failure.code !== 'project-missing') notices.report(read.failure);
  }

  async #read(
    id: ProjectId,
  ): Promise<Result<{ document: ProjectDocument; history: StoredHistory<Change> }>> {
    const { store } = this.#parts;
    const [document, history] = await Promise.all([store.load(id), store.readHistory(id)]);
    if (!document.ok) return fail(document.failure);
    if (!history.ok) return fail(history.failure);
    return succeed({ document: document.value, history: history.value });
  }
}
