// The lesson of feature maps: the learner's kernels, and what they make of the picture of the lessons, frame by frame.

import type { Activation } from '#lib/convnet/convolve.ts';
import { kernelPresets, presetOf, type KernelPreset } from '#lib/convnet/kernels.ts';
import type { LevelPicture } from '#lib/convnet/level-sums.ts';
import type { Kernel } from '#lib/convnet/plane.ts';
import { MapsClient } from '#lib/maps/client.ts';
import type { PaintedMap, Painting } from '#lib/maps/protocol.ts';
import { nowMs } from './clock.ts';
import type { LessonPicture } from './lesson-picture.svelte.ts';
import { MapsRun } from './maps-run.ts';
import type { Notices } from './notices.svelte.ts';

/** Long side of the picture that the kernels look at, in pixels. */
export const pictureSizes = { fine: 640, medium: 160, coarse: 64 } as const;
export type PictureSize = keyof typeof pictureSizes;

export const mostKernels = 6;
const firstKernels = ['vertical', 'horizontal', 'diagonal-down', 'edge'] as const;

/** A kernel with a number of its own, which it keeps when others are taken away. */
export interface NumberedKernel {
  readonly id: number;
  readonly kernel: Kernel;
}

/** What is told about the last picture. */
export interface MapsView {
  readonly picture: LevelPicture;
  readonly maps: readonly Omit<PaintedMap, 'image'>[];
  readonly live: boolean;
}

export interface FeatureMapsParts {
  readonly lessonPicture: LessonPicture;
  readonly notices: Notices;
}

/** Words and numbers about a live picture change no more often than they can be read. */
const tellEveryMs = 250;
const paceOverMs = 1000;

export class FeatureMaps {
  kernels = $state.raw<readonly NumberedKernel[]>(
    firstKernels.map((preset, id) => ({ id, kernel: presetNamed(preset).kernel })),
  );
  chosenId = $state(0);
  activation = $state<Activation>('relu');
  size = $state<PictureSize>('medium');
  /** The live picture stands still, to be looked at. */
  held = $state(false);
  view = $state.raw<MapsView | null>(null);
  /** Pictures a second, with all their maps. */
  pace = $state<number | null>(null);
  readonly chosen: NumberedKernel = $derived(
    this.kernels.find(({ id }) => id === this.chosenId) ?? this.kernels[0] ?? unset,
  );
  #parts: FeatureMapsParts;
  #run: MapsRun | null = null;
  #nextId = firstKernels.length;
  #toldAtMs = 0;
  #painted = { count: 0, sinceMs: 0 };

  constructor(parts: FeatureMapsParts) {
    this.#parts = parts;
  }

  choose(id: number): void {
    this.chosenId = id;
    this.#run?.repaint();
  }

  /** Changes the chosen kernel. */
  change(kernel: Partial<Pick<Kernel, 'weights' | 'bias'>>): void {
    const { id } = this.chosen;
    this.kernels = this.kernels.map((each) =>
      each.id === id ? { id, kernel: { ...each.kernel, ...kernel } } : each,
    );
    this.#run?.repaint();
  }

  /** Adds a preset that is not there yet and chooses it. */
  add(): void {
    if (this.kernels.length >= mostKernels) return;
    const used = new Set(this.kernels.map(({ kernel }) => presetOf(kernel)?.id));
    const preset = kernelPresets.find(({ id }) => !used.has(id)) ?? kernelPresets[0];
    this.chosenId = this.#nextId++;
    this.kernels = [...this.kernels, { id: this.chosenId, kernel: preset.kernel }];
    this.#run?.repaint();
  }

  /** Takes the chosen kernel away, unless it is the last one. */
  remove(): void {
    if (this.kernels.length === 1) return;
    const { id } = this.chosen;
    const index = this.kernels.findIndex((each) => each.id === id);
    this.kernels = this.kernels.filter((each) => each.id !== id);
    this.chosenId = (this.kernels[index] ?? this.kernels.at(-1))?.id ?? 0;
    this.#run?.repaint();
  }

  setActivation(activation: Activation): void {
    this.activation = activation;
    this.#run?.repaint();
  }

  setSize(size: PictureSize): void {
    this.size = size;
    this.held = false;
  }

  hold(held: boolean): void {
    this.held = held;
    // What is told and what is shown are the same picture.
    if (held) this.#run?.repaint();
  }

  /**
   * Paints every picture at this size until `signal` aborts. Whoever receives a painting closes its images; `ids` says
   * which kernel each map belongs to.
   */
  async follow(
    size: PictureSize,
    onPainting: (painting: Painting, ids: readonly number[]) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { lessonPicture, notices } = this.#parts;
    const longPx = pictureSizes[size];
    const run = new MapsRun(new MapsClient(), {
      wish: () => ({
        ids: this.kernels.map(({ id }) => id),
        kernels: this.kernels.map(({ kernel }) => kernel),
        activation: this.activation,
        chosen: this.kernels.findIndex(({ id }) => id === this.chosen.id),
      }),
      onPainting: (painting, ids, live) => {
        this.#tell(painting, live);
        onPainting(painting, ids);
      },
      onFailure: (failure) => notices.report(failure),
    });
    this.#run = run;
    signal.addEventListener('abort', () => {
      run.dispose();
      if (this.#run === run) this.#run = null;
    });
    this.#painted = { count: 0, sinceMs: nowMs() };
    await lessonPicture.follow(({ image, mirror, live }) => {
      if (!live) this.held = false;
      if (this.held) image.close();
      else run.take({ picture: { image, mirror, longPx }, live });
    }, signal);
  }

  #tell({ picture, maps }: Painting, live: boolean): void {
    const now = nowMs();
    this.#count(now, live);
    if (live && !this.held && now - this.#toldAtMs < tellEveryMs) return;
    this.#toldAtMs = now;
    this.view = {
      picture,
      maps: maps.map(({ strongest, black, white }) => ({ strongest, black, white })),
      live: live && !this.held,
    };
  }

  #count(now: number, live: boolean): void {
    this.#painted.count += 1;
    const { count, sinceMs } = this.#painted;
    if (!live) this.pace = null;
    else if (now - sinceMs >= paceOverMs) this.pace = (count * 1000) / (now - sinceMs);
    if (now - sinceMs >= paceOverMs) this.#painted = { count: 0, sinceMs: now };
  }
}

function presetNamed(wanted: (typeof kernelPresets)[number]['id']): KernelPreset {
  return kernelPresets.find(({ id }) => id === wanted) ?? kernelPresets[0];
}

const unset: NumberedKernel = { id: -1, kernel: kernelPresets[0].kernel };
