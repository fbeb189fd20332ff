// What classes do when they are recognised: only on the pages of Use, and only after a person switched it on in this visit.

import { createRunners, type Runners } from '#lib/actions/runners.ts';
import type { DeedRunner, Device, Moment, Shown } from '#lib/actions/deed-runner.ts';
import {
  actionLimits,
  missingIn,
  newDeeds,
  reachOf,
  type ClassAction,
  type Deed,
  type DeedKind,
} from '#lib/core/class-action.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { GestureEvent } from '#lib/core/gesture-events.ts';
import type { ClassId } from '#lib/core/project.ts';
import { useOf } from '#lib/core/use-settings.ts';
import type { Camera } from './camera.svelte.ts';
import type { Capture } from './capture.svelte.ts';
import { newId } from './clock.ts';
import { download, fileNameOf } from './download.ts';
import type { Gestures } from './gestures.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import { chosenFile } from './own-file.ts';
import type { Pictures } from './pictures.svelte.ts';
import type { OpenProject } from './project.svelte.ts';
import type { Settings } from './settings.svelte.ts';
import { takePhoto, type Photo } from './take-photo.ts';

export interface ActionsParts {
  readonly camera: Camera;
  readonly capture: Pick<Capture, 'busy'>;
  readonly gestures: Gestures;
  readonly open: OpenProject;
  readonly pictures: Pick<Pictures, 'file' | 'fileAddress'>;
  readonly settings: Settings;
  readonly notices: Notices;
}

/** More would fill the memory of a page that is left running. */
const mostPhotos = 24;
/** The oldest projects give way: settings are read at every start. */
const mostProjects = 50;

export class Actions {
  /** Switched on in this visit. */
  on = $state(false);
  /** Words or a picture over the whole screen. */
  shown = $state.raw<Shown | null>(null);
  /** By action: how often, or how long in ms. */
  tallies = $state.raw<ReadonlyMap<string, number>>(new Map());
  photos = $state.raw<readonly Photo[]>([]);
  /** The action that was done last. */
  last = $state.raw<ClassAction | null>(null);
  /** Kinds of devices that are connected. */
  connected = $state.raw<readonly DeedKind[]>([]);
  /** Actions of classes that are there, in order. */
  readonly list: readonly ClassAction[] = $derived.by(() => {
    const known = new Set(this.#parts.open.classes.map(({ id }) => id));
    return this.#all.filter(({ classId }) => classId === null || known.has(classId));
  });
  #parts: ActionsParts;
  #runners: Runners;
  /** Reached in the present hold; `able`: and done. */
  #reached: { readonly action: ClassAction; readonly able: boolean }[] = [];
  #unlisten: (() => void) | null = null;

  constructor(parts: ActionsParts) {
    this.#parts = parts;
    const origins = import.meta.env.VITE_WEBHOOK_ORIGINS as string | undefined;
    this.#runners = createRunners(
      {
        show: (_id, shown) => (this.shown = shown),
        picture: (hash) => parts.pictures.fileAddress(hash),
        file: (hash) => parts.pictures.file(hash),
        count: (id) => this.#tally(id, 1),
        time: (id, heldMs) => this.#tally(id, heldMs),
        photo: (className) => this.#photo(className),
      },
      origins?.split(/\s+/).filter((origin) => origin !== '') ?? [],
    );
    // Another project's classes must not act because this one's were allowed to.
    parts.open.onShow(() => this.leave());
  }

  switchOn(on: boolean): void {
    if (on === this.on) return;
    this.on = on;
    if (on) {
      this.#unlisten = this.#parts.gestures.onEvent((event) => this.#hear(event));
      return;
    }
    this.#unlisten?.();
    this.#unlisten = null;
    this.#end(0);
    for (const runner of Object.values(this.#runners)) if (!('device' in runner)) runner.stop?.();
  }

  /** Use is left: all is off, and devices are given back. */
  leave(): void {
    this.switchOn(false);
    for (const runner of Object.values(this.#runners)) runner.stop?.();
    for (const { url } of this.photos) URL.revokeObjectURL(url);
    this.photos = [];
    this.tallies = new Map();
    this.last = null;
    this.connected = [];
  }

  add(classId: ClassId | null, kind: DeedKind): void {
    const all = this.#all;
    if (all.length >= actionLimits.count) return;
    const action = { id: newId(), classId, heldMs: 500, deed: newDeeds[kind] };
    this.#write([...all, action], 'add an action');
  }

  edit(id: string, part: Partial<Omit<ClassAction, 'id'>>): void {
    const edited = this.#all.map((each) => (each.id === id ? { ...each, ...part } : each));
    const mergeKey = `action ${id} ${Object.keys(part).join(' ')}`;
    this.#write(edited, 'change an action', { mergeKey });
  }

  /** Makes a picture or sound of the person's own the one that the action shows or plays. Refused in words. */
  async choose(id: string, file: File): Promise<Result<null>> {
    const isSound = this.#deedOf(id)?.kind === 'sound';
    const chosen = await chosenFile(isSound ? 'sound' : 'picture', file);
    if (!chosen.ok) return chosen;
    const { own, bytes } = chosen.value;
    // It may have become another one, or have gone, while the file was read.
    const deed = this.#deedOf(id);
    const wanted = isSound ? 'sound' : 'text';
    if (deed?.kind !== wanted) return succeed(null);
    const now: Deed = deed.kind === 'sound' ? { ...deed, own } : { ...deed, picture: own };
    const edited = this.#all.map((each) => (each.id === id ? { ...each, deed: now } : each));
    const files = [{ hash: own.hash, bytes }];
    this.#write(edited, `choose “${own.name}”`, { files });
    this.#parts.notices.clear('own-file-missing');
    return succeed(null);
  }

  remove(id: string): void {
    this.#write(
      this.#all.filter((each) => each.id !== id),
      'delete an action',
    );
  }

  savePhoto({ blob, className, takenAtMs }: Photo): void {
    const time = new Date(takenAtMs).toISOString().slice(0, 19);
    download(blob, `${fileNameOf(`${className} ${time}`)}.jpg`);
  }

  /** Whether nothing leaves the page with it, or a person allowed that on this device. */
  isAllowed(deed: Deed): boolean {
    const reach = reachOf(deed);
    const id = this.#parts.open.project?.id ?? '';
    return reach === null || (this.#parts.settings.current.allowed[id]?.includes(reach) ?? false);
  }

  allow(deed: Deed, allowed: boolean): void {
    const { open, settings } = this.#parts;
    const id = open.project?.id;
    const reach = reachOf(deed);
    if (id === undefined || reach === null) return;
    const { [id]: own = [], ...others } = settings.current.allowed;
    const without = own.filter((each) => each !== reach);
    const now = [id, allowed ? [...without, reach] : without] as const;
    const kept = [...Object.entries(others), now].slice(-mostProjects);
    void settings.change({ allowed: Object.fromEntries(kept) });
  }

  deviceOf(kind: DeedKind): Device | null {
    return this.#runners[kind].device ?? null;
  }

  async connect(kind: DeedKind): Promise<void> {
    const { notices } = this.#parts;
    const answered = await this.deviceOf(kind)?.connect();
    this.#lookAtDevices();
    if (answered?.ok === false) notices.report(answered.failure);
    else notices.clear('device-failed', 'device-not-chosen', 'device-not-connected');
  }

  #hear(event: GestureEvent): void {
    if (event.kind === 'leave') {
      this.#end(event.heldMs);
      return;
    }
    // Gestures that are being taught are not meant to do anything.
    if (this.#parts.capture.busy) return;
    for (const action of this.list) {
      const due = action.classId === event.classId && event.heldMs >= action.heldMs;
      const before = this.#reached.some((each) => each.action.id === action.id);
      if (due && !before) void this.#do(action, event);
    }
  }

  #end(heldMs: number): void {
    const reached = this.#reached;
    this.#reached = [];
    for (const { action, able } of reached) {
      const runner: DeedRunner<never> = this.#runners[action.deed.kind];
      if (able) runner.left?.(action.deed as never, this.#momentOf(action, heldMs));
    }
    this.shown = null;
  }

  async #do(action: ClassAction, { heldMs }: GestureEvent): Promise<void> {
    const { deed } = action;
    const able = this.isAllowed(deed) && missingIn(deed) === null;
    this.#reached.push({ action, able });
    if (!able) return;
    const runner: DeedRunner<never> = this.#runners[deed.kind];
    const answered = await runner.run(deed as never, this.#momentOf(action, heldMs));
    if (answered.ok) this.last = action;
    else this.#parts.notices.report(answered.failure);
    if (runner.device) this.#lookAtDevices();
  }

  #momentOf({ id, classId }: ClassAction, heldMs: number): Moment {
    const className =
      classId === null ? 'None of these' : (this.#parts.open.classOf(classId)?.name ?? '');
    return { actionId: id, className, heldMs };
  }

  #tally(id: string, by: number): void {
    this.tallies = new Map(this.tallies).set(id, (this.tallies.get(id) ?? 0) + by);
  }

  async #photo(className: string): Promise<Result<null>> {
    const photo = await takePhoto(this.#parts.camera, this.#parts.open.project, className);
    if (!photo) return fail({ code: 'camera-missing' });
    for (const { url } of this.photos.slice(mostPhotos - 1)) URL.revokeObjectURL(url);
    this.photos = [photo, ...this.photos].slice(0, mostPhotos);
    return succeed(null);
  }

  #lookAtDevices(): void {
    const kinds = Object.keys(this.#runners) as DeedKind[];
    this.connected = kinds.filter((kind) => this.deviceOf(kind)?.connected);
  }

  #deedOf(id: string): Deed | null {
    return this.#all.find((each) => each.id === id)?.deed ?? null;
  }

  get #all(): readonly ClassAction[] {
    const { project } = this.#parts.open;
    return project ? useOf(project).actions : [];
  }

  #write(
    actions: readonly ClassAction[],
    label: string,
    options: Parameters<OpenProject['editUse']>[2] = {},
  ): void {
    const { open } = this.#parts;
    if (open.project) open.editUse({ ...useOf(open.project), actions }, label, options);
  }
}
