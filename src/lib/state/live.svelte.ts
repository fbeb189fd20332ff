// The live result: one classify round trip a frame, newest frame wins, smoothed; or the result for a dropped picture.

import { centreSquare } from '#lib/core/crop.ts';
import { smoothHeatMap, type Explanation, type HeatMap } from '#lib/core/explanation.ts';
import { isAbort, succeed, unexpected, type Result } from '#lib/core/failure.ts';
import type { ProjectId } from '#lib/core/project.ts';
import {
  smoothPrediction,
  verdictOf,
  type FrameTiming,
  type Prediction,
  type Verdict,
} from '#lib/core/prediction.ts';
import { limitInUse, type UnknownLimits } from '#lib/core/unknown-limit.ts';
import type { Frame } from '#lib/engine/protocol.ts';
import type { Camera } from './camera.svelte.ts';
import { delay } from './clock.ts';
import { openPicture } from './decode-picture.ts';
import type { Engine } from './engine.svelte.ts';
import type { Model } from './model.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { OpenProject } from './project.svelte.ts';
import type { Settings } from './settings.svelte.ts';

export interface LiveParts {
  readonly engine: Engine;
  readonly camera: Camera;
  readonly open: OpenProject;
  readonly model: Model;
  readonly settings: Settings;
  readonly notices: Notices;
}

/** Figures of the last second or so. */
export interface LivePace {
  readonly framesPerSecond: number;
  /** Frame → prediction, as the page waits for it. */
  readonly roundTripMs: number;
  readonly timing: FrameTiming;
}

/** Told of every prediction of the camera as it comes, unsmoothed; null: it is not looked at now. */
export type FrameListener = (prediction: Prediction | null, atMs: number) => void;

type Seen = Pick<Explanation, 'prediction' | 'heatMap'>;

/** A picture that was dropped, kept to be asked about again when another head predicts. */
interface ShownPicture {
  readonly file: File;
  readonly projectId: ProjectId | null;
}

const restMs = 200;
const restAfterBugMs = 1000;
const announceAfterMs = 1500;

export class Live {
  /** Smoothed prediction of the camera, or the prediction of the dropped picture. */
  prediction = $state.raw<Prediction | null>(null);
  /** What spoke for each class where, smoothed in the same way; null while it is not wanted. */
  heatMap = $state.raw<HeatMap | null>(null);
  pace = $state.raw<LivePace | null>(null);
  /** Address of a dropped picture; while it is shown the camera is not classified. */
  pictureUrl = $state<string | null>(null);
  /** The limits that there are, and the one in use; null before the engine is ready. */
  readonly limits: UnknownLimits = $derived.by(() => {
    const { open, model, engine } = this.#parts;
    return {
      byHand: open.project?.live.unknownThreshold ?? null,
      takes: model.takesLimit,
      backbone: engine.ready?.backbone.unknownThreshold ?? null,
    };
  });
  readonly unknownThreshold: number | null = $derived(limitInUse(this.limits)?.value ?? null);
  readonly verdict: Verdict | null = $derived.by(() => {
    const live = this.#parts.open.project?.live;
    if (!this.prediction || !live) return null;
    return verdictOf(this.prediction, live.unknownEnabled ? this.unknownThreshold : null);
  });
  #parts: LiveParts;
  #frameListeners: FrameListener[] = [];
  #picture: ShownPicture | null = null;
  #running = false;
  #pauses = 0;
  #embeddingWishes = 0;
  #spoken = '';
  #steady = { text: '', sinceMs: 0 };

  constructor(parts: LiveParts) {
    this.#parts = parts;
    parts.model.onHead(() => void this.#askAgain());
  }

  onFrame(listener: FrameListener): void {
    this.#frameListeners.push(listener);
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#loop();
  }

  stop(): void {
    this.#running = false;
  }

  /** Leaves the engine to others while another page wants it. Returns the way back. */
  pause(): () => void {
    this.#pauses += 1;
    return () => (this.#pauses -= 1);
  }

  /** Predictions bring the frame's embedding along while somebody wants it. Returns the way back. */
  wantEmbedding(): () => void {
    this.#embeddingWishes += 1;
    return () => (this.#embeddingWishes -= 1);
  }

  async classifyPicture(file: File): Promise<void> {
    const { notices } = this.#parts;
    const picture = await openPicture(file);
    if (!picture.ok) {
      notices.report(picture.failure);
      return;
    }
    this.leavePicture();
    this.pace = null;
    this.pictureUrl = URL.createObjectURL(file);
    this.#picture = { file, projectId: this.#parts.open.project?.id ?? null };
    const answer = await this.#askAbout(this.#picture, picture.value);
    if (answer === 'no-head')
      notices.toast('There is nothing to compare with yet: teach two classes first.');
  }

  /** Back to the camera. */
  leavePicture(): void {
    if (this.pictureUrl !== null) URL.revokeObjectURL(this.pictureUrl);
    this.pictureUrl = null;
    this.#picture = null;
    this.prediction = null;
    this.heatMap = null;
  }

  /** Another head predicts now: what is said about the dropped picture must come from it. */
  async #askAgain(): Promise<void> {
    const shown = this.#picture;
    if (!shown) return;
    if (shown.projectId !== (this.#parts.open.project?.id ?? null)) {
      this.leavePicture();
      return;
    }
    const picture = await openPicture(shown.file);
    if (picture.ok) await this.#askAbout(shown, picture.value);
  }

  async #askAbout(
    shown: ShownPicture,
    image: ImageBitmap,
  ): Promise<'answered' | 'no-head' | 'left' | 'failed'> {
    const answered = await this.#ask({ image, crop: centreSquare });
    if (this.#picture !== shown) return 'left';
    const seen = answered.ok ? answered.value : null;
    this.prediction = seen?.prediction ?? null;
    this.heatMap = seen?.heatMap ?? null;
    if (answered.ok) return this.prediction ? 'answered' : 'no-head';
    this.#parts.notices.report(answered.failure);
    return 'failed';
  }

  /** Goes on whatever is thrown: a result that stands still would be believed. */
  async #loop(): Promise<void> {
    while (this.#running) {
      try {
        await this.#turn();
      } catch (error) {
        this.#rest();
        if (!isAbort(error)) this.#parts.notices.report(unexpected(error));
        await delay(restAfterBugMs);
      }
    }
  }

  async #turn(): Promise<void> {
    const { engine, camera, model } = this.#parts;
    const seen = document.visibilityState === 'visible';
    const wanted = seen && this.#pauses === 0 && this.pictureUrl === null;
    const able = wanted && engine.ready && camera.on && model.head;
    const image = able ? await camera.frame() : null;
    if (image) {
      await this.#classify(image);
      return;
    }
    if (this.pictureUrl === null) this.#rest();
    await delay(restMs);
  }

  async #classify(image: VideoFrame | ImageBitmap): Promise<void> {
    const { open } = this.#parts;
    const { project } = open;
    if (!project) {
      image.close();
      return;
    }
    const startedMs = performance.now();
    const frame = { image, crop: project.capture.crop };
    const answered = await this.#ask(frame);
    if (this.pictureUrl !== null) return;
    if (!answered.ok) {
      this.#rest();
      await delay(restMs);
      return;
    }
    // null: no head any more, or a newer frame took this one's place.
    const { prediction = null, heatMap = null } = answered.value ?? {};
    if (!prediction) return;
    for (const listener of this.#frameListeners) listener(prediction, startedMs);
    const { smoothing } = project.live;
    this.prediction = smoothPrediction(this.prediction, prediction, smoothing);
    this.heatMap = heatMap && smoothHeatMap(this.heatMap, heatMap, smoothing);
    this.#measure(startedMs, prediction.timing);
    this.#speak();
  }

  /** One round trip. The heat-map costs only when it is wanted. */
  async #ask(frame: Frame): Promise<Result<Seen | null>> {
    const { engine, settings } = this.#parts;
    const withEmbedding = this.#embeddingWishes > 0;
    if (settings.current.heatMap)
      return engine.client.explain({ frame, withEmbedding, layer: null });
    const answered = await engine.client.classify({ frame, withEmbedding });
    if (!answered.ok) return answered;
    return succeed({ prediction: answered.value, heatMap: null });
  }

  #rest(): void {
    for (const listener of this.#frameListeners) listener(null, performance.now());
    this.prediction = null;
    this.heatMap = null;
    this.pace = null;
  }

  #lastMs = 0;

  #measure(startedMs: number, timing: FrameTiming): void {
    const now = performance.now();
    const between = now - this.#lastMs;
    this.#lastMs = now;
    const before = between < 2000 ? this.pace : null;
    const mix = (old: number | undefined, value: number): number =>
      old === undefined ? value : 0.9 * old + 0.1 * value;
    this.pace = {
      framesPerSecond: mix(before?.framesPerSecond, 1000 / Math.max(1, between)),
      roundTripMs: mix(before?.roundTripMs, now - startedMs),
      timing: {
        preprocessMs: mix(before?.timing.preprocessMs, timing.preprocessMs),
        embedMs: mix(before?.timing.embedMs, timing.embedMs),
        predictMs: mix(before?.timing.predictMs, timing.predictMs),
      },
    };
  }

  /** Screen readers hear a result once it has been steady for a while, and once a change. */
  #speak(): void {
    const text = this.#words();
    const now = performance.now();
    if (text !== this.#steady.text) this.#steady = { text, sinceMs: now };
    if (text === '' || text === this.#spoken || now - this.#steady.sinceMs < announceAfterMs)
      return;
    this.#spoken = text;
    this.#parts.notices.announce(`I see: ${text}`);
  }

  #words(): string {
    const { verdict } = this;
    if (!verdict) return '';
    if (verdict.kind === 'unknown') return 'none of these';
    return this.#parts.open.classOf(verdict.classId)?.name ?? '';
  }
}
