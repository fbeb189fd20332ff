// A project as one zip: document, pictures in folders by class, embeddings, and a head that came from a file.

import * as v from 'valibot';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { ProjectDocument, Sample, SampleId } from '#lib/core/project.ts';
import type { TrainedHead } from '#lib/learning/head.ts';
import { classFolders } from './folder-names.ts';
import { readKeptHead, writeKeptHead } from './kept-head-file.ts';
import { floatBytes, floatsFrom } from './numbers.ts';
import { issueWords, projectFileSchema } from './schema.ts';
import { badFile, createArchive, openArchive, zipLimits, type Archive } from './zip.ts';

export interface ProjectFileInput {
  readonly document: ProjectDocument;
  readonly backbone: { readonly id: string; readonly sha256: string } | null;
  readonly importedHead: TrainedHead | null;
  /** Embeddings of the project's backbone; samples without one are computed again where the file is opened. */
  readonly embeddings: ReadonlyMap<SampleId, Float32Array>;
  /** One picture at a time, so that they are never all in memory. */
  readonly jpeg: (id: SampleId) => Promise<Uint8Array | null>;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** An opened project file. Pictures are read when they are asked for. */
export interface ProjectFile {
  readonly document: ProjectDocument;
  readonly backbone: { readonly id: string; readonly sha256: string } | null;
  readonly importedHead: TrainedHead | null;
  embedding(id: SampleId): Float32Array | null;
  jpeg(id: SampleId): Promise<Result<Uint8Array>>;
  close(): Promise<void>;
}

type Header = v.InferOutput<typeof projectFileSchema>;

/** Writes the zip. Rejects with AbortError when aborted. Samples whose picture is gone are left out. */
export async function writeProjectFile(input: ProjectFileInput): Promise<Blob> {
  const archive = createArchive();
  const { document, embeddings, signal, onProgress } = input;
  const folders = classFolders(document.project);
  const listed: (Sample & { file: string })[] = [];
  for (const [done, sample] of document.samples.entries()) {
    signal.throwIfAborted();
    onProgress(done, document.samples.length);
    const jpeg = await input.jpeg(sample.id);
    const folder = folders.get(sample.classId);
    if (!jpeg || folder === undefined) continue;
    const file = `samples/${folder}/${String(listed.length + 1).padStart(5, '0')}.jpg`;
    await archive.bytes(file, jpeg, true);
    listed.push({ ...sample, file });
  }
  const rows = listed.flatMap(({ id }) => {
    const values = embeddings.get(id);
    return values ? [{ id, values }] : [];
  });
  const first = rows[0];
  const header = {
    format: 'handful-project',
    version: 1,
    project: document.project,
    samples: listed,
    backbone: input.backbone,
    embeddings: first && {
      dimension: first.values.length,
      sampleIds: rows.map(({ id }) => id),
    },
    importedHead: input.importedHead !== null,
  };
  const json = JSON.stringify({ ...header, embeddings: header.embeddings ?? null }, null, 1);
  await archive.text('handful.json', json);
  if (first) await archive.bytes('embeddings.bin', floatBytes(rows.map(({ values }) => values)));
  if (input.importedHead) await writeKeptHead(archive, input.importedHead);
  return archive.finish();
}

/** Opens a project file and checks all but its pictures, which are checked as they are read. */
export async function openProjectFile(blob: Blob, fileName: string): Promise<Result<ProjectFile>> {
  const opened = await openArchive(blob, fileName);
  if (!opened.ok) return opened;
  const read = await readProject(opened.value);
  if (!read.ok) await opened.value.close();
  return read;
}

/** As `openProjectFile`, from files that are open already; the caller closes them when this fails. */
export async function readProject(archive: Archive): Promise<Result<ProjectFile>> {
  const { fileName } = archive;
  const json = await archive.json('handful.json');
  if (!json.ok) return json;
  const parsed = v.safeParse(projectFileSchema, json.value);
  if (!parsed.success) {
    const words = issueWords(parsed.issues);
    return fail(badFile(fileName, `is damaged or of a newer version (handful.json: ${words}).`));
  }
  const wrong = contradiction(archive, parsed.output);
  if (wrong !== null) return fail(badFile(fileName, `is damaged (${wrong}).`));
  const embeddings = await readEmbeddings(archive, parsed.output);
  if (!embeddings.ok) return embeddings;
  const head = parsed.output.importedHead ? await readKeptHead(archive) : succeed(null);
  if (!head.ok) return head;
  const { project, samples, backbone } = parsed.output;
  const files = new Map(samples.map(({ id, file }) => [id, file]));
  return succeed({
    document: { project, samples: samples.map(withoutFile) },
    backbone,
    importedHead: head.value,
    embedding: (id) => embeddings.value.get(id) ?? null,
    jpeg: (id) => readJpeg(archive, files.get(id) ?? ''),
    close: () => archive.close(),
  });
}

function withoutFile(listed: Header['samples'][number]): Sample {
  const { id, classId, takeId, capturedAtMs, source, sizePx } = listed;
  return { id, classId, takeId, capturedAtMs, source, sizePx };
}

/** What in a header contradicts itself or the zip, or null. */
function contradiction(archive: Archive, header: Header): string | null {
  const classIds = header.project.classes.map(({ id }) => id);
  if (new Set(classIds).size !== classIds.length) return 'a class is there twice';
  const known = new Set(classIds);
  const ids = new Set<string>();
  for (const { id, classId, file } of header.samples) {
    if (ids.has(id)) return 'a sample is there twice';
    if (!known.has(classId)) return 'a sample belongs to no class';
    if (!archive.has(file)) return `the picture “${file}” is missing`;
    ids.add(id);
  }
  if (header.embeddings?.sampleIds.some((id) => !ids.has(id))) {
    return 'an embedding belongs to no sample';
  }
  return null;
}

async function readEmbeddings(
  archive: Archive,
  { embeddings }: Header,
): Promise<Result<Map<SampleId, Float32Array>>> {
  if (!embeddings) return succeed(new Map<SampleId, Float32Array>());
  const { dimension, sampleIds } = embeddings;
  const bytes = await archive.bytes('embeddings.bin', zipLimits.numbersBytes);
  if (!bytes.ok) return bytes;
  const values = floatsFrom(bytes.value);
  if (values?.length !== dimension * sampleIds.length) {
    return fail(badFile(archive.fileName, 'is damaged (embeddings.bin has the wrong length).'));
  }
  return succeed(
    new Map(sampleIds.map((id, i) => [id, values.slice(i * dimension, (i + 1) * dimension)])),
  );
}

async function readJpeg(archive: Archive, name: string): Promise<Result<Uint8Array>> {
  const read = await archive.bytes(name, zipLimits.pictureBytes);
  if (!read.ok) return read;
  const [a, b, c] = read.value;
  if (a === 0xff && b === 0xd8 && c === 0xff) return read;
  return fail(badFile(archive.fileName, `is damaged (“${name}” is no JPEG).`));
}

/** The document under new ids, so that it never collides with one on this device; `originals` maps new sample ids to old ones. */
export function withFreshIds(
  { project, samples }: ProjectDocument,
  newId: () => string,
): {
  document: ProjectDocument;
  originals: Map<SampleId, SampleId>;
  classIds: Map<string, string>;
} {
  const fresh = new Map<string, string>();
  const renew = (kind: string, id: string): string => {
    const key = `${kind} ${id}`;
    const known = fresh.get(key) ?? newId();
    fresh.set(key, known);
    return known;
  };
  const originals = new Map<SampleId, SampleId>();
  const renewed = samples.map((sample) => {
    const id = renew('sample', sample.id);
    originals.set(id, sample.id);
    return {
      ...sample,
      id,
      classId: renew('class', sample.classId),
      takeId: renew('take', sample.takeId),
    };
  });
  const classes = project.classes.map((entry) => ({ ...entry, id: renew('class', entry.id) }));
  const classIds = new Map(project.classes.map(({ id }) => [id, renew('class', id)]));
  return {
    document: { project: { ...project, id: newId(), classes }, samples: renewed },
    originals,
    classIds,
  };
}
