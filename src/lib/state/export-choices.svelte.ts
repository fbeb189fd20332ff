// What a person weighs before saving a file: how large it will be, why it cannot be saved now, and how to use it.

import { examples, type ExampleName } from '#lib/core/examples.ts';
import type { Engine } from './engine.svelte.ts';
import type { WriterName } from './export-file.ts';
import { exportSize } from './export-sizes.ts';
import type { Model } from './model.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { OpenProject } from './project.svelte.ts';
import { whyNot } from './why-not.ts';

export interface ExportChoicesParts {
  readonly engine: Engine;
  readonly model: Model;
  readonly open: OpenProject;
  readonly notices: Notices;
}

export class ExportChoices {
  readonly #parts: ExportChoicesParts;

  constructor(parts: ExportChoicesParts) {
    this.#parts = parts;
  }

  /** Bytes that a file of the open project will have, about; null while the network loads. */
  sizeOf(what: WriterName): number | null {
    const { engine, model, open } = this.#parts;
    const backbone = engine.ready?.backbone;
    if (!backbone || !open.document) return null;
    const enabled = open.classes.filter((entry) => entry.enabled);
    const shots = enabled.map(({ id }) => open.shots.get(id) ?? 0);
    const samples = open.document.samples.length;
    return exportSize(what, { backbone, head: model.head, shots, samples });
  }

  /** Why a file cannot be saved now; undefined: it can be. */
  whyNot(what: WriterName): string | undefined {
    const { engine, model, open } = this.#parts;
    const layered = engine.ready?.layers !== null;
    const ownFormat = engine.ready?.ownFormat !== false;
    const head = model.head?.kind ?? null;
    return whyNot(what, { classes: open.classes.length, layered, ownFormat, head });
  }

  async copyExample(name: ExampleName): Promise<void> {
    const { notices } = this.#parts;
    try {
      await navigator.clipboard.writeText(examples[name].text);
      notices.toast('Copied.');
    } catch {
      // Refused by the browser or its owner: the text can be marked by hand.
      notices.toast('The browser does not let pages copy. Mark the text and copy it by hand.');
    }
  }
}
