// The catalogue of backbones is data (`models/catalogue.json`). A site owner drops a folder into `static/models/` and adds a row.
// A row that cannot be used is skipped with its reason; the others stay.

import * as v from 'valibot';
import type { BackboneFacts, InstalledBackbone } from '#lib/core/backbone.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { SkippedBackbone } from '../protocol.ts';
import { downloadText, type DownloadContext } from './download.ts';
import { issueText, parseManifest, type HandfulManifest } from './handful-format.ts';

const cosine = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Measured on bursts: 92 % or more of another take's frames are accepted, 2–10 % of other scenes'. */
const unknownThresholds = { whitened: 0.8, plain: 0.86 } as const;

const handfulSchema = v.object({
  kind: v.literal('handful'),
  /** Folder beside the catalogue that holds `model.json` and its weights. */
  folder: v.pipe(v.string(), v.regex(/^[\w.-]+$/)),
  name: v.optional(v.string()),
  note: v.optional(v.string(), ''),
  licence: v.optional(v.string(), 'not stated'),
  /** File name of the whitening asset in the folder; absent when there is none. */
  whitening: v.optional(v.pipe(v.string(), v.regex(/^[\w.-]+$/))),
  unknownThreshold: v.optional(cosine),
});

const mobilenetSchema = v.object({
  kind: v.literal('mobilenet'),
  id: v.pipe(v.string(), v.minLength(1)),
  name: v.pipe(v.string(), v.minLength(1)),
  /** Of `model.json`, relative to the catalogue or absolute (an absolute one leaves the site). */
  modelUrl: v.pipe(v.string(), v.minLength(1)),
  version: v.picklist([1, 2]),
  alpha: v.pipe(v.number(), v.minValue(0.1), v.maxValue(2)),
  /** The original hub weights want [0, 1]. */
  inputRange: v.strictTuple([v.number(), v.number()]),
  /** `@tensorflow-models/mobilenet` always feeds 224 × 224. */
  sizePx: v.literal(224),
  embeddingSize: positive,
  parameters: positive,
  bytes: v.optional(positive),
  licence: v.string(),
  note: v.string(),
  sha256: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  whitening: v.optional(v.string()),
  unknownThreshold: v.optional(cosine),
});

const catalogueSchema = v.object({ version: v.literal(1), backbones: v.array(v.unknown()) });
const rowSchema = v.variant('kind', [handfulSchema, mobilenetSchema]);

export interface HandfulEntry {
  readonly kind: 'handful';
  readonly facts: BackboneFacts;
  readonly manifest: HandfulManifest;
  /** Absolute, ending in `/`. */
  readonly folderUrl: string;
  readonly whiteningUrl: string | null;
  /** Of a backbone that is kept on the device; null: to be downloaded. */
  readonly weights: Uint8Array<ArrayBuffer> | null;
}

export interface MobileNetEntry {
  readonly kind: 'mobilenet';
  readonly facts: BackboneFacts;
  readonly row: v.InferOutput<typeof mobilenetSchema>;
  readonly modelUrl: string;
  readonly whiteningUrl: string | null;
}

export type CatalogueEntry = HandfulEntry | MobileNetEntry;

export interface Catalogue {
  readonly entries: readonly CatalogueEntry[];
  readonly skipped: readonly SkippedBackbone[];
}

/** The catalogue with a backbone that came in a file; it takes the place of one with the same id. */
export function withInstalled(
  { entries, skipped }: Catalogue,
  installed: InstalledBackbone,
): Result<Catalogue> {
  const { id, name, note, licence, weights } = installed;
  const manifest = parseManifest(installed.manifest);
  if (!manifest.ok) {
    return fail({ code: 'backbone-corrupt', name, detail: manifest.reason });
  }
  const row = { kind: 'handful', folder: 'installed', name, note, licence } as const;
  const entry = handfulEntry(row, manifest.value, 'installed:/');
  if (entry.facts.id !== id) {
    return fail({ code: 'backbone-corrupt', name, detail: 'it is named otherwise inside' });
  }
  const others = entries.filter(({ facts }) => facts.id !== id);
  const own = { ...entry, weights: new Uint8Array(weights) };
  return succeed({ entries: [...others, own], skipped });
}

/** Reads `catalogue.json` in `modelsUrl` and the facts of every row. Fails only when the catalogue itself cannot be read. */
export async function readCatalogue(
  modelsUrl: string,
  context: Omit<DownloadContext, 'name'>,
): Promise<Result<Catalogue>> {
  const named = { ...context, name: 'catalogue.json' };
  const text = await downloadText(new URL('catalogue.json', modelsUrl).href, named);
  if (!text.ok) return text;
  const rows = parseRows(text.value);
  if (!rows.ok) {
    return fail({ code: 'backbone-corrupt', name: 'catalogue.json', detail: rows.reason });
  }
  const read = await Promise.all(rows.value.map((row) => readRow(row, modelsUrl, context)));
  return succeed(withoutDuplicates(read));
}

type Row = v.InferOutput<typeof rowSchema>;
type ReadRow = { readonly entry: CatalogueEntry } | { readonly skipped: SkippedBackbone };

function parseRows(
  text: string,
): { ok: true; value: readonly unknown[] } | { ok: false; reason: string } {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), catalogueSchema), text);
  return parsed.success
    ? { ok: true, value: parsed.output.backbones }
    : { ok: false, reason: issueText(parsed.issues[0]) };
}

async function readRow(
  raw: unknown,
  modelsUrl: string,
  context: Omit<DownloadContext, 'name'>,
): Promise<ReadRow> {
  const parsed = v.safeParse(rowSchema, raw);
  if (!parsed.success) {
    return { skipped: { name: rowName(raw), reason: issueText(parsed.issues[0]) } };
  }
  const row: Row = parsed.output;
  if (row.kind === 'mobilenet') return { entry: mobilenetEntry(row, modelsUrl) };
  const folderUrl = new URL(`${row.folder}/`, modelsUrl).href;
  const text = await downloadText(new URL('model.json', folderUrl).href, {
    ...context,
    name: row.folder,
  });
  if (!text.ok) {
    const reason = 'detail' in text.failure ? text.failure.detail : text.failure.code;
    return { skipped: { name: row.folder, reason } };
  }
  const manifest = parseManifest(text.value);
  if (!manifest.ok) return { skipped: { name: row.folder, reason: manifest.reason } };
  return { entry: handfulEntry(row, manifest.value, folderUrl) };
}

/** A row of our own format with what its manifest says. */
export function handfulEntry(
  row: v.InferOutput<typeof handfulSchema>,
  manifest: HandfulManifest,
  folderUrl: string,
): HandfulEntry {
  const facts: BackboneFacts = {
    id: `${manifest.name}@${manifest.version}`,
    name: row.name ?? manifest.name,
    note: row.note,
    licence: row.licence,
    embeddingSize: manifest.embedding,
    inputSizePx: manifest.input.sizePx,
    inputRange: manifest.input.range,
    parameters: manifest.parameters,
    bytes: manifest.weights.bytes,
    unknownThreshold: unknownThresholdOf(row),
  };
  const whiteningUrl = row.whitening === undefined ? null : new URL(row.whitening, folderUrl).href;
  return { kind: 'handful', facts, manifest, folderUrl, whiteningUrl, weights: null };
}

function mobilenetEntry(
  row: v.InferOutput<typeof mobilenetSchema>,
  modelsUrl: string,
): MobileNetEntry {
  const modelUrl = new URL(row.modelUrl, modelsUrl).href;
  const facts: BackboneFacts = {
    id: row.id,
    name: row.name,
    note: row.note,
    licence: row.licence,
    embeddingSize: row.embeddingSize,
    inputSizePx: row.sizePx,
    inputRange: row.inputRange,
    parameters: row.parameters,
    bytes: row.bytes ?? 0,
    unknownThreshold: unknownThresholdOf(row),
  };
  const whiteningUrl = row.whitening === undefined ? null : new URL(row.whitening, modelUrl).href;
  return { kind: 'mobilenet', facts, row, modelUrl, whiteningUrl };
}

function unknownThresholdOf({ unknownThreshold, whitening }: Row): number {
  return unknownThreshold ?? unknownThresholds[whitening === undefined ? 'plain' : 'whitened'];
}

function withoutDuplicates(rows: readonly ReadRow[]): Catalogue {
  const entries = new Map<string, CatalogueEntry>();
  const skipped: SkippedBackbone[] = [];
  for (const row of rows) {
    if ('skipped' in row) skipped.push(row.skipped);
    else if (entries.has(row.entry.facts.id)) {
      skipped.push({
        name: row.entry.facts.name,
        reason: `a second row with id ${row.entry.facts.id}`,
      });
    } else entries.set(row.entry.facts.id, row.entry);
  }
  return { entries: Array.from(entries.values()), skipped };
}

function rowName(raw: unknown): string {
  const named = v.safeParse(v.object({ name: v.string() }), raw);
  if (named.success) return named.output.name;
  const foldered = v.safeParse(v.object({ folder: v.string() }), raw);
  return foldered.success ? foldered.output.folder : 'a row without a name';
}
