// What a person does not want to be told again: advice that was waved away, and labels that are right after all.
// Kept on this device by project, so that it outlives a reload.

import { adviceKey, type Advice } from '#lib/core/coaching.ts';
import type { ClassId, ProjectId, SampleId } from '#lib/core/project.ts';
import type { OpenProject } from './project.svelte.ts';
import type { Settings } from './settings.svelte.ts';

/** The oldest give way: settings are read at every start. */
const mostProjects = 50;
const mostOfProject = 500;

export class Dismissals {
  readonly #keys: ReadonlySet<string> = $derived.by(() => {
    const id = this.#open.project?.id;
    return new Set(id === undefined ? [] : this.#settings.current.dismissed[id]);
  });
  #settings: Settings;
  #open: OpenProject;

  constructor(settings: Settings, open: OpenProject) {
    this.#settings = settings;
    this.#open = open;
  }

  has(advice: Advice): boolean {
    return this.#keys.has(`advice ${adviceKey(advice)}`);
  }

  dismiss(advice: Advice): void {
    this.#add(`advice ${adviceKey(advice)}`);
  }

  /** Advice that was waved away is given again. */
  recallAdvice(): void {
    this.#write(Array.from(this.#keys).filter((key) => !key.startsWith('advice ')));
  }

  /** Whether some advice was waved away. */
  get anyAdvice(): boolean {
    return Array.from(this.#keys).some((key) => key.startsWith('advice '));
  }

  /** Whether the person said that this sample's class is right. */
  isRight(sampleId: SampleId, classId: ClassId): boolean {
    return this.#keys.has(`right ${sampleId} ${classId}`);
  }

  markRight(sampleId: SampleId, classId: ClassId): void {
    this.#add(`right ${sampleId} ${classId}`);
  }

  #add(key: string): void {
    if (!this.#keys.has(key)) this.#write([...this.#keys, key]);
  }

  #write(keys: readonly string[]): void {
    const id: ProjectId | undefined = this.#open.project?.id;
    if (id === undefined) return;
    const others = Object.entries(this.#settings.current.dismissed).filter(([key]) => key !== id);
    const kept = [...others, [id, keys.slice(-mostOfProject)] as const].slice(-mostProjects);
    void this.#settings.change({ dismissed: Object.fromEntries(kept) });
  }
}
