// Looking inside the backbone: the lesson's picture and what every layer makes of it, one explain round trip a frame.

import type { BackboneLayer } from '#lib/core/backbone-layer.ts';
import { centreSquare } from '#lib/core/crop.ts';
import type { Explanation } from '#lib/core/explanation.ts';
import { headSize, type HeadSize } from '#lib/learning/head-size.ts';
import type { Engine } from './engine.svelte.ts';
import type { LessonPicture } from './lesson-picture.svelte.ts';
import type { Model } from './model.svelte.ts';
import type { Notices } from './notices.svelte.ts';

export interface ExplainParts {
  readonly engine: Engine;
  readonly lessonPicture: LessonPicture;
  readonly model: Model;
  readonly notices: Notices;
}

/** One picture and what was seen in it: they belong together. */
export interface Seen {
  /** [shownSizePx, shownSizePx] the square that the network saw, not mirrored. */
  readonly pixels: ImageData;
  readonly explanation: Explanation;
}

interface Order {
  readonly layer: number;
  readonly channels: readonly number[];
  readonly atMs: number;
}

/** The picture is read at this size; the engine shrinks it to the network's input. */
export const shownSizePx = 320;
/** Feature maps shown at once. */
const shownMaps = 12;
/** The order of the maps holds this long, or while one is enlarged: they do not jump about. */
const orderMs = 2000;

export class Explain {
  seen = $state.raw<Seen | null>(null);
  /** Which layer is looked at. */
  layer = $state(0);
  /** Which of its maps is enlarged; null: the busiest. */
  channel = $state<number | null>(null);
  /** While held, the picture stands still. */
  held = $state(false);
  /** Milliseconds from picture to maps, as the page waits for them; a running mean. */
  roundTripMs = $state<number | null>(null);
  readonly layers: readonly BackboneLayer[] | null = $derived.by(
    () => this.#parts.engine.ready?.layers ?? null,
  );
  /** What was trained; null without a head. */
  readonly size: HeadSize | null = $derived.by(() => {
    const { head } = this.#parts.model;
    return head && headSize(head);
  });
  #parts: ExplainParts;
  #pixels: ImageData | null = null;
  #order: Order | null = null;

  constructor(parts: ExplainParts) {
    this.#parts = parts;
  }

  /** Follows the lesson's picture until `signal` aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    const { lessonPicture } = this.#parts;
    await lessonPicture.follow(async (frame) => {
      const pixels = lessonPicture.read(frame, { sidePx: shownSizePx });
      if (this.held && this.seen && frame.live) return;
      this.#pixels = pixels;
      await this.again();
    }, signal);
  }

  /** Looks at the same picture once more, after something else has changed. */
  async again(): Promise<void> {
    const { engine, notices } = this.#parts;
    const pixels = this.#pixels;
    if (!pixels || !engine.ready) return;
    const startedMs = performance.now();
    const layer = this.layers ? { layer: this.layer, channels: this.#wishedChannels() } : null;
    const answered = await engine.client.explain({
      frame: { image: pixels, crop: centreSquare },
      layer,
    });
    if (!answered.ok) {
      notices.report(answered.failure);
      return;
    }
    // null: a newer picture took its place.
    if (!answered.value) return;
    this.#measure(performance.now() - startedMs);
    this.#keepOrder(answered.value);
    this.seen = { pixels, explanation: answered.value };
  }

  chooseLayer(layer: number): void {
    this.layer = Math.max(0, Math.min((this.layers?.length ?? 1) - 1, layer));
    this.channel = null;
    this.#order = null;
    void this.again();
  }

  chooseChannel(channel: number): void {
    this.channel = channel;
    void this.again();
  }

  hold(held: boolean): void {
    this.held = held;
  }

  /** The same maps as before while their order holds; with the enlarged one, wherever it stands. */
  #wishedChannels(): readonly number[] | { busiest: number } {
    const order = this.#order;
    if (!order || !this.#orderHolds(order)) return { busiest: shownMaps };
    const { channel } = this;
    const missing = channel !== null && !order.channels.includes(channel);
    return missing ? [...order.channels, channel] : order.channels;
  }

  #keepOrder({ layer }: Explanation): void {
    if (!layer || (this.#order && this.#orderHolds(this.#order))) return;
    this.#order = { layer: layer.layer, channels: layer.channels, atMs: performance.now() };
  }

  #orderHolds({ layer, atMs }: Order): boolean {
    return layer === this.layer && (this.channel !== null || performance.now() - atMs < orderMs);
  }

  #measure(ms: number): void {
    this.roundTripMs = this.roundTripMs === null ? ms : 0.9 * this.roundTripMs + 0.1 * ms;
  }
}
