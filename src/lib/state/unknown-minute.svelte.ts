// “Show me something else”: some seconds of what is none of the classes, counted as the live result would take it.
// The frames wait in memory until the person keeps them as a class, or closes.

import { isAbort } from '#lib/core/failure.ts';
import { isNoneClass, noneClassName } from '#lib/core/none-class.ts';
import type { Sample } from '#lib/core/project.ts';
import {
  countAccepted,
  suggestedLimit,
  unknownPrompts,
  type ShownFrame,
  type UnknownPrompt,
} from '#lib/core/unknown-minute.ts';
import type { StoredSample } from '#lib/storage/store.ts';
import type { Camera } from './camera.svelte.ts';
import { delay, newId, nowMs } from './clock.ts';
import type { Engine } from './engine.svelte.ts';
import type { Live } from './live.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { OpenProject } from './project.svelte.ts';

export interface UnknownMinuteParts {
  readonly engine: Engine;
  readonly camera: Camera;
  readonly open: OpenProject;
  readonly live: Live;
  readonly notices: Notices;
}

export type UnknownMinuteStatus =
  | { readonly kind: 'closed' }
  | { readonly kind: 'asking'; readonly prompt: UnknownPrompt }
  | { readonly kind: 'looking'; readonly prompt: UnknownPrompt; readonly share: number }
  | { readonly kind: 'done' };

interface Kept extends ShownFrame {
  readonly stored: StoredSample;
}

const promptMs = 5000;
const betweenMs = 200;

export class UnknownMinute {
  status = $state.raw<UnknownMinuteStatus>({ kind: 'closed' });
  #frames = $state.raw<readonly Kept[]>([]);
  #parts: UnknownMinuteParts;
  #stop = new AbortController();
  /** How many of the frames so far are taken for a class, at the limit in use. */
  readonly count = $derived.by(() =>
    countAccepted(this.#frames, this.#parts.live.unknownThreshold, this.#noneIds),
  );
  readonly #noneIds = $derived.by(() =>
    this.#parts.open.classes.filter(({ name }) => isNoneClass(name)).map(({ id }) => id),
  );
  readonly suggested = $derived.by(() => suggestedLimit(this.#frames));

  constructor(parts: UnknownMinuteParts) {
    this.#parts = parts;
  }

  begin(): void {
    this.#frames = [];
    this.status = { kind: 'asking', prompt: unknownPrompts[0] };
  }

  close(): void {
    this.#stop.abort();
    this.#frames = [];
    this.status = { kind: 'closed' };
  }

  /** Goes on to the next prompt, or to the result. */
  skip(): void {
    if (this.status.kind === 'asking') this.#next(this.status.prompt);
  }

  /** Looks for some seconds at what is shown for the prompt in turn. */
  async look(): Promise<void> {
    if (this.status.kind !== 'asking') return;
    const { prompt } = this.status;
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    try {
      await this.#look(prompt, signal);
      this.#next(prompt);
    } catch (error) {
      if (!isAbort(error) || !signal.aborted) throw error;
    }
  }

  /** Uses the suggested limit. */
  adopt(): void {
    const { open } = this.#parts;
    if (this.suggested === null || !open.project) return;
    open.edit({ live: { ...open.project.live, unknownThreshold: this.suggested } });
  }

  /** Keeps what was shown as a class, one take a prompt. */
  keep(): void {
    this.#parts.open.addSamplesAs(
      noneClassName,
      this.#frames.map(({ stored }) => stored),
    );
    this.close();
  }

  async #look(prompt: UnknownPrompt, signal: AbortSignal): Promise<void> {
    const takeId = newId();
    const startedMs = nowMs();
    this.status = { kind: 'looking', prompt, share: 0 };
    for (let spentMs = 0; spentMs < promptMs; spentMs = nowMs() - startedMs) {
      const frame = await this.#frame(prompt, takeId);
      signal.throwIfAborted();
      if (!frame) break;
      this.#frames = [...this.#frames, frame];
      this.status = { kind: 'looking', prompt, share: Math.min(1, spentMs / promptMs) };
      await delay(betweenMs, signal);
    }
  }

  async #frame(prompt: UnknownPrompt, takeId: string): Promise<Kept | null> {
    const { engine, camera, open, notices } = this.#parts;
    const image = await camera.frame();
    const crop = open.project?.capture.crop;
    const backboneId = engine.ready?.backbone.id;
    if (!image || !crop || backboneId === undefined) {
      image?.close();
      return null;
    }
    const captured = await engine.client.capture({ frame: { image, crop } });
    if (!captured.ok) {
      notices.report(captured.failure);
      return null;
    }
    const { jpeg, sizePx } = captured.value;
    const seen = await engine.client.classifyJpeg({ jpeg });
    if (!seen.ok || !seen.value.prediction) return null;
    const capturedAtMs = open.nextCaptureMs();
    const sample: Sample = {
      id: newId(),
      classId: '',
      takeId,
      capturedAtMs,
      source: 'camera',
      sizePx,
    };
    const embedding = { backboneId, values: captured.value.embedding };
    return { prompt, prediction: seen.value.prediction, stored: { sample, jpeg, embedding } };
  }

  #next(prompt: UnknownPrompt): void {
    const next = unknownPrompts[unknownPrompts.indexOf(prompt) + 1];
    this.status = next === undefined ? { kind: 'done' } : { kind: 'asking', prompt: next };
  }
}
