// Several tabs on one project: one writes, the others follow what it saves, and any of them can take over.

import type { Change } from '#lib/core/change.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { StoredHistory } from '#lib/core/history.ts';
import type { ProjectDocument, ProjectId } from '#lib/core/project.ts';
import { claimProject, type ClaimState, type ProjectClaim } from '#lib/storage/project-claim.ts';
import { openChannel, type ProjectMessage } from '#lib/storage/project-channel.ts';
import type { ProjectStore } from '#lib/storage/store.ts';
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

  constructor(parts: TabsParts) {
    this.#parts = parts;
    const { open, saver, notices } = parts;
    open.onShow(() => this.#enter(open.project?.id ?? null));
    open.onRefused(() => notices.report({ code: 'project-elsewhere' }));
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
  }

  #settle(state: ClaimState): void {
    this.elsewhere = state === 'follower';
    this.#parts.open.setReadOnly(this.elsewhere);
    if (!this.elsewhere) this.#parts.notices.clear('project-elsewhere');
  }

  #hear({ kind, projectId }: ProjectMessage): void {
    if (projectId !== this.#projectId) return;
    if (kind === 'wanted') void this.#handOver();
    else if (this.elsewhere) this.#follow();
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
    const { open, notices } = this.#parts;
    const projectId = this.#projectId;
    if (projectId === null) return;
    const read = await this.#read(projectId);
    if (projectId !== this.#projectId) return;
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
