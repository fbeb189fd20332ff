// Brings every change to storage the moment it happens, in order, one atomic write at a time.
// What could not be saved (a full disk) stays in memory and is tried again; nothing saved earlier is touched.

import type { Change } from '#lib/core/change.ts';
import { mergeHistoryWrites, type HistoryWrite } from '#lib/core/history.ts';
import type { FileHash } from '#lib/core/own-file.ts';
import type { Project, ProjectId, Sample, SampleId } from '#lib/core/project.ts';
import { ownFilesOf } from '#lib/core/use-settings.ts';
import type { ProjectStore, Room, StoredFile, StoredSample } from '#lib/storage/store.ts';
import { nowMs } from './clock.ts';
import type { Notices } from './notices.svelte.ts';

const retryMs = 10_000;
/**
 * Some browsers give deleted room back late. Without a rest in between, every try would give up another half of what
 * could be taken back, for nothing.
 */
const roomRestMs = 60_000;

/** A change on its way to storage. */
export interface Saving {
  readonly project: Project;
  readonly put: readonly StoredSample[];
  readonly removed: readonly SampleId[];
  /** What it does to the project's history; written with it, or not at all. */
  readonly history?: HistoryWrite<Change>;
  /** What its actions show or play, where that is new. */
  readonly files?: readonly StoredFile[];
}

interface Pending {
  project: Project;
  put: Map<SampleId, Sample>;
  removed: Set<SampleId>;
  history: HistoryWrite<Change> | null;
  files: Map<FileHash, StoredFile>;
}

export class Saver {
  status = $state<'saved' | 'saving' | 'unsaved'>('saved');
  #store: ProjectStore;
  #notices: Notices;
  #pending = new Map<ProjectId, Pending>();
  /** Pictures and embeddings that no successful write has held yet. */
  #fresh = new Map<SampleId, StoredSample>();
  /** The same for what actions show or play. */
  #freshFiles = new Map<FileHash, StoredFile>();
  #writing: Promise<void> | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #askedToKeep = false;
  #madeRoomMs = -Infinity;
  /** By project, `updatedAtMs` of what this tab last read or wrote. */
  #known = new Map<ProjectId, number>();
  #onOutrun: ((projectId: ProjectId, unsaved: readonly StoredSample[]) => void)[] = [];
  #onRoom: ((room: Room) => void)[] = [];
  #onSaved: ((projectId: ProjectId) => void)[] = [];
  /** True while what could be taken back is given up for room: nothing may be taken back meanwhile. */
  makingRoom = $state(false);

  constructor(store: ProjectStore, notices: Notices) {
    this.#store = store;
    this.#notices = notices;
  }

  /** A picture that is not in storage yet, or null. */
  fresh(id: SampleId): StoredSample | null {
    return this.#fresh.get(id) ?? null;
  }

  /** What an action shows or plays, if it is not in storage yet. */
  freshFile(hash: FileHash): Uint8Array | null {
    return this.#freshFiles.get(hash)?.bytes ?? null;
  }

  /** Told what storage gave up on a full disk. */
  onRoom(listener: (room: Room) => void): void {
    this.#onRoom.push(listener);
  }

  /** Told after every write. */
  onSaved(listener: (projectId: ProjectId) => void): void {
    this.#onSaved.push(listener);
  }

  /** Told that another tab wrote a project in between; `unsaved` are pictures that only this tab has. */
  onOutrun(listener: (projectId: ProjectId, unsaved: readonly StoredSample[]) => void): void {
    this.#onOutrun.push(listener);
  }

  /** What storage has of a project was read: the next change is based on it. */
  isBasedOn({ id, updatedAtMs }: Project): void {
    this.#known.set(id, updatedAtMs);
  }

  /** Whether a change of the project is not written yet. */
  holds(projectId: ProjectId): boolean {
    return this.#writing !== null || this.#pending.has(projectId);
  }

  save(saving: Saving): void {
    for (const stored of saving.put) if (stored.jpeg) this.#fresh.set(stored.sample.id, stored);
    for (const file of saving.files ?? []) this.#freshFiles.set(file.hash, file);
    const pending = this.#pending.get(saving.project.id);
    this.#pending.set(saving.project.id, merge(pending, saving));
    void this.flush();
  }

  /** Resolves when everything that was waiting has been written, or has failed and waits for another try. */
  flush(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = null));
    return this.#writing;
  }

  /** Something was deleted, which may have made room: tries at once what could not be saved. */
  tryAgain(): Promise<void> {
    this.#madeRoomMs = -Infinity;
    return this.flush();
  }

  async #writeAll(): Promise<void> {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    while (this.#pending.size > 0) {
      this.status = 'saving';
      const [next] = this.#pending.values();
      if (!next) break;
      this.#pending.delete(next.project.id);
      const written = await this.#write(next);
      if (written !== 'written') {
        if (written === 'later') this.#retry = setTimeout(() => void this.flush(), retryMs);
        this.status = 'unsaved';
        return;
      }
    }
    this.status = 'saved';
  }

  /** `never`: no later try can succeed in this page. */
  async #write(pending: Pending): Promise<'written' | 'later' | 'never'> {
    const put = Array.from(pending.put.values(), (sample): StoredSample => {
      const fresh = this.#fresh.get(sample.id);
      return fresh ? { ...fresh, sample } : { sample };
    });
    // Recorded and deleted before it was ever written: its picture is stored all the same, for undo.
    for (const id of pending.removed) {
      const fresh = this.#fresh.get(id);
      if (fresh) put.push(fresh);
    }
    const { project, history } = pending;
    const basedOnMs = this.#known.get(project.id) ?? null;
    const files = [...pending.files.values()];
    const commit = { project, put, removed: [...pending.removed], history, basedOnMs, files };
    let written = await this.#store.commit(commit);
    const full = !written.ok && written.failure.code === 'storage-full';
    if (full && (await this.#makeRoom(put, project))) {
      written = await this.#store.commit(commit);
    }
    if (written.ok) {
      for (const { sample, jpeg } of put) if (jpeg) this.#fresh.delete(sample.id);
      this.#dropFiles(files);
      this.#known.set(project.id, project.updatedAtMs);
      this.#notices.clear('storage-full', 'storage-failed');
      if (put.length > 0) this.#askToKeep();
      for (const listener of this.#onSaved) listener(project.id);
      return 'written';
    }
    if (written.failure.code === 'project-changed') {
      this.#dropFiles(files);
      this.#giveUp(project.id, put);
      return 'written';
    }
    this.#notices.report(written.failure);
    if (written.failure.code === 'storage-full') this.#notices.clear('storage-low');
    const later = this.#pending.get(pending.project.id);
    this.#pending.set(pending.project.id, later ? mergePending(pending, later) : pending);
    return written.failure.code === 'storage-newer' ? 'never' : 'later';
  }

  /** Another tab's change stands; what this tab had waiting for the project is handed back. */
  #giveUp(projectId: ProjectId, put: readonly StoredSample[]): void {
    const waiting = this.#pending.get(projectId);
    this.#pending.delete(projectId);
    const ids = new Set([...put.map(({ sample }) => sample.id), ...(waiting?.put.keys() ?? [])]);
    const unsaved = Array.from(ids, (id) => this.#fresh.get(id)).filter(
      (each) => each !== undefined,
    );
    for (const id of ids) this.#fresh.delete(id);
    if (waiting) this.#dropFiles([...waiting.files.values()]);
    for (const listener of this.#onOutrun) listener(projectId, unsaved);
  }

  /** Chosen once more meanwhile, it is another object, and stays. */
  #dropFiles(files: readonly StoredFile[]): void {
    for (const file of files) {
      if (this.#freshFiles.get(file.hash) === file) this.#freshFiles.delete(file.hash);
    }
  }

  /** Once there is something to lose, the browser is asked never to clear it by itself. */
  #askToKeep(): void {
    if (this.#askedToKeep) return;
    this.#askedToKeep = true;
    void this.#store.requestPersistence();
  }

  /** Gives up some of what could be taken back, but no picture that waits to be used again, nor what an action needs. */
  async #makeRoom(put: readonly StoredSample[], project: Project): Promise<boolean> {
    if (nowMs() - this.#madeRoomMs < roomRestMs) return false;
    const waiting = Array.from(this.#pending.values(), (pending) => [
      ...pending.put.keys(),
      ...ownFilesOf(pending.project).keys(),
    ]);
    const needed = [...put.map(({ sample }) => sample.id), ...ownFilesOf(project).keys()];
    const kept = new Set([...needed, ...waiting.flat()]);
    this.makingRoom = true;
    const made = await this.#store.makeRoom(kept);
    if (made.ok) for (const listener of this.#onRoom) listener(made.value);
    this.makingRoom = false;
    const helps = made.ok && made.value.pictures + made.value.projects.size > 0;
    if (helps) this.#madeRoomMs = nowMs();
    return helps;
  }
}

function merge(before: Pending | undefined, saving: Saving): Pending {
  const after: Pending = {
    project: saving.project,
    put: new Map(saving.put.map(({ sample }) => [sample.id, sample])),
    removed: new Set(saving.removed),
    history: saving.history ?? null,
    files: new Map((saving.files ?? []).map((file) => [file.hash, file])),
  };
  return before ? mergePending(before, after) : after;
}

function mergePending(before: Pending, after: Pending): Pending {
  const put = new Map([...before.put, ...after.put]);
  const removed = new Set([...before.removed, ...after.removed]);
  for (const id of after.removed) put.delete(id);
  for (const id of after.put.keys()) removed.delete(id);
  const history = mergeHistoryWrites(before.history, after.history);
  const files = new Map([...before.files, ...after.files]);
  return { project: after.project, put, removed, history, files };
}
