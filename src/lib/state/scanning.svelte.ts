// One gesture as a switch: targets are highlighted in turn, round and round without end, and the gesture takes the one that is.
// The set-up needs no hands either: a countdown, and timed bursts through all classes.

import { speakRunner } from '#lib/actions/speak.ts';
import { isAbort, unexpected } from '#lib/core/failure.ts';
import type { GestureEvent } from '#lib/core/gesture-events.ts';
import { scanLimits, useOf, type ScanSettings } from '#lib/core/use-settings.ts';
import type { Camera } from './camera.svelte.ts';
import type { Capture } from './capture.svelte.ts';
import { delay } from './clock.ts';
import type { Gestures } from './gestures.svelte.ts';
import type { Model } from './model.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { OpenProject } from './project.svelte.ts';

export interface ScanningParts {
  readonly camera: Camera;
  readonly capture: Capture;
  readonly gestures: Pick<Gestures, 'onEvent'>;
  readonly model: Model;
  readonly open: OpenProject;
  readonly notices: Notices;
}

/** The last three steer the scanning itself, so that no hand is needed for that. */
export type Target =
  | { readonly kind: 'phrase'; readonly words: string }
  | { readonly kind: 'faster' | 'slower' | 'stop'; readonly words: string };

const commands: readonly Target[] = [
  { kind: 'faster', words: 'Faster' },
  { kind: 'slower', words: 'Slower' },
  { kind: 'stop', words: 'Stop' },
];

/** Of a project without classes. */
const ownClasses = ['My switch', 'At rest'];
/** Takes of each class: one alone teaches little. */
const takes = 2;

export class Scanning {
  running = $state(false);
  /** Place of the highlighted target. */
  index = $state(0);
  /** What was taken last. */
  taken = $state.raw<Target | null>(null);
  readonly settings: ScanSettings | null = $derived.by(() => {
    const { project } = this.#parts.open;
    return project && useOf(project).scan;
  });
  readonly targets: readonly Target[] = $derived([
    ...(this.settings?.phrases ?? [])
      .filter((words) => words !== '')
      .map((words): Target => ({ kind: 'phrase', words })),
    ...commands,
  ]);
  #parts: ScanningParts;
  #stop = new AbortController();
  #voice = speakRunner();

  constructor(parts: ScanningParts) {
    this.#parts = parts;
    parts.open.onShow(() => this.stop());
  }

  change(part: Partial<ScanSettings>): void {
    const { open } = this.#parts;
    const { project } = open;
    if (!project) return;
    const use = useOf(project);
    const key = `scan ${Object.keys(part).join(' ')}`;
    open.editUse({ ...use, scan: { ...use.scan, ...part } }, 'the settings of the switch', {
      mergeKey: key,
    });
  }

  /** The class of the switch: the one chosen, or the first that the head knows. */
  get classId(): string | null {
    const chosen = this.settings?.classId ?? null;
    const known = this.#parts.model.head?.classIds ?? [];
    return chosen !== null && known.includes(chosen) ? chosen : (known[0] ?? null);
  }

  start(): void {
    if (this.running || this.targets.length === 0) return;
    this.running = true;
    this.index = 0;
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const unlisten = this.#parts.gestures.onEvent((event) => this.#hear(event));
    signal.addEventListener('abort', unlisten, { once: true });
    void this.#goRound(signal);
  }

  stop(): void {
    this.#stop.abort();
    this.#voice.stop?.();
    this.running = false;
  }

  /** Takes a target, the highlighted one unless another is named; the round begins anew. */
  take(index = this.index): void {
    const target = this.targets[index];
    if (!target) return;
    this.taken = target;
    this.#parts.notices.announce(`Chosen: ${target.words}`);
    this.#act(target);
    if (!this.running) return;
    // The next highlight lasts its full time.
    this.stop();
    this.start();
  }

  /** Countdown and bursts through all classes in turn, then scanning; a project without classes gets two. */
  async setUp(): Promise<void> {
    const { camera, capture, open } = this.#parts;
    if (open.classes.length < 2) open.addClasses(ownClasses.slice(open.classes.length), null);
    if (!camera.on) await camera.turnOn();
    if (!camera.on) return;
    const ids = open.classes.filter(({ enabled }) => enabled).map(({ id }) => id);
    capture.burst(Array.from({ length: takes }, () => ids).flat());
  }

  /** Says words when the person wants that; a device without a voice is told of once. */
  async say(words: string): Promise<void> {
    if (!this.settings?.aloud) return;
    const moment = { actionId: '', className: '', heldMs: 0 };
    const said = await this.#voice.run({ kind: 'speak', text: words }, moment);
    if (said.ok) return;
    this.#parts.notices.report(said.failure);
    this.change({ aloud: false });
  }

  async #goRound(signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await delay(this.settings?.stepMs ?? scanLimits.stepMs.max, signal);
        this.index = (this.index + 1) % this.targets.length;
      }
    } catch (error) {
      if (!isAbort(error)) this.#parts.notices.report(unexpected(error));
    }
  }

  #hear({ kind, classId }: GestureEvent): void {
    if (kind === 'enter' && classId !== null && classId === this.classId) this.take();
  }

  #act({ kind, words }: Target): void {
    const stepMs = this.settings?.stepMs ?? scanLimits.stepMs.max;
    const { min, max } = scanLimits.stepMs;
    switch (kind) {
      case 'phrase':
        void this.say(words);
        return;
      case 'faster':
        this.change({ stepMs: Math.max(min, Math.round((stepMs * 0.75) / 250) * 250) });
        return;
      case 'slower':
        this.change({ stepMs: Math.min(max, Math.round((stepMs * 1.5) / 250) * 250) });
        return;
      case 'stop':
        this.stop();
    }
  }
}
