// Recording samples: holding a button or key, timed bursts with a countdown, and pictures from files. Every hold is one take.

import { centreSquare } from '#lib/core/crop.ts';
import { isAbort, unexpected, type Failure } from '#lib/core/failure.ts';
import type { ClassId, CropFrame, Sample, TakeId } from '#lib/core/project.ts';
import type { CapturedSample } from '#lib/engine/protocol.ts';
import type { StoredSample } from '#lib/storage/store.ts';
import type { Camera } from './camera.svelte.ts';
import { delay, newId } from './clock.ts';
import { openPicture } from './decode-picture.ts';
import type { Engine } from './engine.svelte.ts';
import type { Model } from './model.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { OpenProject } from './project.svelte.ts';

export type CaptureStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'countdown'; readonly classId: ClassId; readonly secondsLeft: number }
  | { readonly kind: 'recording'; readonly classId: ClassId; readonly count: number }
  | {
      readonly kind: 'adding';
      readonly classId: ClassId;
      readonly done: number;
      readonly total: number;
    };

export interface CaptureParts {
  readonly engine: Engine;
  readonly camera: Camera;
  readonly open: OpenProject;
  readonly model: Model;
  readonly notices: Notices;
}

export class Capture {
  status = $state.raw<CaptureStatus>({ kind: 'idle' });
  readonly busy = $derived(this.status.kind !== 'idle');
  #parts: CaptureParts;
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  /** The class whose button or key is down now. */
  #held: ClassId | null = null;

  constructor(parts: CaptureParts) {
    this.#parts = parts;
  }

  /**
   * Records into a class until `release`; a press shorter than one frame still takes one sample. Another class held
   * before the first was let go takes over. A camera that is off is turned on, and recorded from if the hold goes on.
   */
  hold(classId: ClassId): void {
    if (this.busy && this.#held === null) return;
    this.#held = classId;
    if (this.#able()) this.#recordHeld(classId);
    else void this.#recordOnceOn(classId);
  }

  /** Ends what `hold` began. */
  release(): void {
    if (this.#held === null) return;
    this.#held = null;
    this.#stop.abort();
  }

  #recordHeld(classId: ClassId): void {
    this.#stop.abort();
    this.#begin((signal) => this.#record(classId, signal));
  }

  async #recordOnceOn(classId: ClassId): Promise<void> {
    const { camera, engine, notices, open } = this.#parts;
    if (!engine.ready || open.readOnly) return;
    await camera.turnOn();
    if (!camera.on) return;
    if (this.#held === classId) this.#recordHeld(classId);
    else notices.toast('The camera is on now. Hold again to record.');
  }

  /** Countdown, then a take of the burst's length; through all the classes in turn when several are given. */
  burst(classIds: readonly ClassId[]): void {
    if (this.busy || !this.#able()) {
      if (!this.busy && !this.#parts.open.readOnly) void this.#parts.camera.turnOn();
      return;
    }
    this.#begin(async (signal) => {
      for (const classId of classIds) {
        await this.#countdown(classId, signal);
        const seconds = this.#parts.open.project?.capture.burstSeconds ?? 2;
        const end = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
        await this.#record(classId, end);
        signal.throwIfAborted();
      }
    });
  }

  /** Ends whatever is going on. What was recorded stays. */
  cancel(): void {
    this.#stop.abort();
  }

  /** Adds picture files to a class, as one take. */
  addPictures(classId: ClassId, files: readonly File[]): void {
    if (this.busy || files.length === 0 || !this.#parts.open.mayChange()) return;
    if (!this.#parts.engine.ready) {
      this.#parts.notices.toast('The network is still loading. Try again in a moment.');
      return;
    }
    this.#begin((signal) => this.#addFiles(classId, files, signal));
  }

  #able(): boolean {
    const { camera, engine, notices, open } = this.#parts;
    if (!open.mayChange()) return false;
    if (!engine.ready) notices.toast('The network is still loading. Try again in a moment.');
    return engine.ready !== null && camera.on;
  }

  #begin(work: (signal: AbortSignal) => Promise<void>): void {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#parts.model.takeBegan();
    this.#running = this.#running
      .then(() => work(signal))
      .catch((error: unknown) => {
        // Thrown on, it would end every later recording too.
        if (!isAbort(error)) this.#parts.notices.report(unexpected(error));
      })
      .finally(() => {
        this.status = { kind: 'idle' };
        this.#parts.model.takeEnded();
      });
  }

  async #countdown(classId: ClassId, signal: AbortSignal): Promise<void> {
    const { open, notices } = this.#parts;
    const seconds = open.project?.capture.countdownSeconds ?? 3;
    const name = open.classOf(classId)?.name ?? '';
    for (let secondsLeft = seconds; secondsLeft > 0; secondsLeft -= 1) {
      this.status = { kind: 'countdown', classId, secondsLeft };
      notices.announce(secondsLeft === seconds ? `${name} in ${secondsLeft}` : `${secondsLeft}`);
      await delay(1000, signal);
    }
  }

  async #record(classId: ClassId, signal: AbortSignal): Promise<void> {
    const { camera, open, notices } = this.#parts;
    const takeId = newId();
    let count = 0;
    this.status = { kind: 'recording', classId, count };
    do {
      const started = performance.now();
      const image = await camera.frame();
      const capture = open.project?.capture;
      if (!image || !capture || !open.classOf(classId)) {
        image?.close();
        break;
      }
      const kept = await this.#keep(image, capture.crop, classId, takeId, 'camera');
      if (!kept) break;
      count += 1;
      this.status = { kind: 'recording', classId, count };
      const wait = Math.max(0, 1000 / capture.framesPerSecond - (performance.now() - started));
      await delay(wait, signal).catch((error: unknown) => {
        if (!isAbort(error)) throw error;
      });
    } while (!signal.aborted);
    const name = open.classOf(classId)?.name ?? '';
    notices.announce(count === 1 ? `1 sample of ${name}` : `${count} samples of ${name}`);
  }

  async #addFiles(classId: ClassId, files: readonly File[], signal: AbortSignal): Promise<void> {
    const { notices, open } = this.#parts;
    const takeId = newId();
    let added = 0;
    const unread: Failure[] = [];
    for (const [done, file] of files.entries()) {
      if (signal.aborted) break;
      this.status = { kind: 'adding', classId, done, total: files.length };
      const picture = await openPicture(file);
      if (!picture.ok) {
        unread.push(picture.failure);
        continue;
      }
      if (await this.#keep(picture.value, centreSquare, classId, takeId, 'file')) added += 1;
    }
    const name = open.classOf(classId)?.name ?? '';
    const failure = unreadFailure(unread, files.length);
    if (failure) notices.report(failure);
    notices.toast(
      files.length === 1 && added === 1
        ? `The picture was added to “${name}”.`
        : `${added} of ${files.length} pictures added to “${name}”.`,
    );
  }

  /** Picture → JPEG and embedding → sample of the project. Closes the picture by sending it away. */
  async #keep(
    image: VideoFrame | ImageBitmap,
    crop: CropFrame,
    classId: ClassId,
    takeId: TakeId,
    source: Sample['source'],
  ): Promise<boolean> {
    const { engine, open, notices } = this.#parts;
    const backboneId = engine.ready?.backbone.id;
    const captured = await engine.client.capture({ frame: { image, crop } });
    if (!captured.ok || backboneId === undefined) {
      if (!captured.ok) notices.report(captured.failure);
      return false;
    }
    const { sizePx } = captured.value;
    const capturedAtMs = open.nextCaptureMs();
    const sample: Sample = { id: newId(), classId, takeId, capturedAtMs, source, sizePx };
    open.addSamples([stored(sample, captured.value, backboneId)]);
    return true;
  }
}

/** One failure for all the files that were no pictures, or null. */
function unreadFailure(unread: readonly Failure[], total: number): Failure | null {
  const [first, second] = unread;
  if (!first || !second) return first ?? null;
  const names = unread.flatMap((each) => ('fileName' in each ? [each.fileName] : []));
  return { code: 'bad-pictures', count: unread.length, total, fileNames: names.slice(0, 3) };
}

function stored(sample: Sample, captured: CapturedSample, backboneId: string): StoredSample {
  const embedding = { backboneId, values: captured.embedding };
  return { sample, jpeg: captured.jpeg, embedding };
}
