// The site's own folder of models and its catalogue: what is installed, added whole or not at all, and removed again.

import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { UsageError } from '../arguments.ts';
import type { Installable } from './what-it-is.ts';

const rowSchema = v.looseObject({
  kind: v.string(),
  name: v.optional(v.string()),
  folder: v.optional(v.string()),
  modelUrl: v.optional(v.string()),
  licence: v.optional(v.string()),
  sha256: v.optional(v.string()),
});
const catalogueSchema = v.looseObject({ version: v.literal(1), backbones: v.array(rowSchema) });

export type Row = v.InferOutput<typeof rowSchema>;

export class ModelsFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Rows of the catalogue, in order. Throws `UsageError` when it cannot be read. */
  async rows(): Promise<readonly Row[]> {
    return (await this.#catalogue()).backbones;
  }

  /** The folder that a row names; null for one on another host. */
  folderOf({ folder, modelUrl }: Row): string | null {
    if (folder !== undefined) return folder;
    if (modelUrl === undefined || /^\w+:/.test(modelUrl)) return null;
    return modelUrl.split('/').slice(0, -1).join('/');
  }

  async find(name: string): Promise<Row | null> {
    const rows = await this.rows();
    return rows.find((row) => this.folderOf(row) === name || row.name === name) ?? null;
  }

  /** Writes the files and then the row: a catalogue never names what is not there. The same folder is replaced. */
  async add({ folder, files, row }: Installable): Promise<void> {
    const catalogue = await this.#catalogue();
    const beside = join(this.path, `.${folder}.part`);
    await rm(beside, { recursive: true, force: true });
    try {
      await mkdir(beside, { recursive: true });
      for (const [name, content] of Object.entries(files)) {
        await writeFile(join(beside, name), content);
      }
      await rm(join(this.path, folder), { recursive: true, force: true });
      await rename(beside, join(this.path, folder));
    } finally {
      await rm(beside, { recursive: true, force: true });
    }
    const others = catalogue.backbones.filter((each) => this.folderOf(each) !== folder);
    await this.#write({ ...catalogue, backbones: [...others, row] });
  }

  /** Takes the row away first, then the files. */
  async remove(row: Row): Promise<void> {
    const catalogue = await this.#catalogue();
    const folder = this.folderOf(row);
    const kept = catalogue.backbones.filter(
      (each) => each.name !== row.name || this.folderOf(each) !== folder,
    );
    await this.#write({ ...catalogue, backbones: kept });
    if (folder !== null && /^[\w-][\w.-]*$/.test(folder)) {
      await rm(join(this.path, folder), { recursive: true, force: true });
    }
  }

  async #catalogue(): Promise<v.InferOutput<typeof catalogueSchema>> {
    const file = join(this.path, 'catalogue.json');
    if (!existsSync(file)) throw new UsageError(`there is no catalogue at ${file}.`);
    const parsed = v.safeParse(
      v.pipe(v.string(), v.parseJson(), catalogueSchema),
      await readFile(file, 'utf8'),
    );
    if (!parsed.success) throw new UsageError(`${file} is no catalogue of backbones.`);
    return parsed.output;
  }

  async #write(catalogue: object): Promise<void> {
    const file = join(this.path, 'catalogue.json');
    await writeFile(`${file}.part`, `${JSON.stringify(catalogue, null, 2)}\n`);
    await rename(`${file}.part`, file);
  }
}
