// A project as one zip: document, pictures in folders by class, embeddings, a head that came from a file, and what actions show
// and play.

import { succeed, type Result } from '#lib/core/failure.ts';
import type { FileHash } from '#lib/core/own-file.ts';
import type { ProjectDocument, Sample, SampleId } from '#lib/core/project.ts';
import { ownFilesOf, type UseSettings } from '#lib/core/use-settings.ts';
import type { TrainedHead } from '#lib/learning/head.ts';
import type { ArchiveSink } from './archive-sink.ts';
import { classFolders } from './folder-names.ts';
import { readKeptHead, writeKeptHead } from './kept-head-file.ts';
import { floatBytes } from './numbers.ts';
import { readOwnFile, writeOwnFiles, type FileReader } from './own-files.ts';
import { readJpeg } from './picture-set.ts';
import { embeddingReader } from './project-embeddings.ts';
import { embeddingFileName, readHeader, type ListedSample } from './project-header.ts';
import { createArchive, openArchive, type Archive, type ArchiveWriter } from './zip.ts';

export interface ProjectFileInput {
  readonly document: ProjectDocument;
  readonly backbone: { readonly id: string; readonly sha256: string } | null;
  readonly importedHead: TrainedHead | null;
  /** Embeddings of the project's backbone for some samples; those without one are computed again where the file is opened. */
  readonly embeddings: (
    samples: readonly Sample[],
  ) => Promise<Result<ReadonlyMap<SampleId, Float32Array>>>;
  /** One picture at a time, so that they are never all in memory. */
  readonly jpeg: (id: SampleId) => Promise<Uint8Array | null>;
  /** What an action shows or plays. */
  readonly file: FileReader;
  readonly sink?: ArchiveSink;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** An opened project file. Pictures, embeddings and files of actions are read when they are asked for. */
export interface ProjectFile {
  readonly document: ProjectDocument;
  readonly backbone: { readonly id: string; readonly sha256: string } | null;
  readonly importedHead: TrainedHead | null;
  embedding(id: SampleId): Promise<Float32Array | null>;
  jpeg(id: SampleId): Promise<Result<Uint8Array>>;
  /** What an action shows or plays; null: the project names it, and the zip does not hold it. */
  file(hash: FileHash): Promise<Result<Uint8Array | null>>;
  close(): Promise<void>;
}

/** Samples whose embeddings share one file of the zip, and are in memory together. */
const samplesAFile = 500;

/** Writes the zip. Rejects with AbortError when aborted. Samples whose picture is gone are left out, and so are files. */
export async function writeProjectFile(input: ProjectFileInput): Promise<Result<Blob>> {
  const archive = createArchive(input.sink);
  const { project, samples } = input.document;
  const listed: ListedSample[] = [];
  const files: SampleId[][] = [];
  let dimension = 0;
  for (let from = 0; from < samples.length; from += samplesAFile) {
    const some = samples.slice(from, from + samplesAFile);
    const written = await writePictures(archive, input, some, listed.length);
    listed.push(...written);
    const embeddings = await input.embeddings(written);
    if (!embeddings.ok) return embeddings;
    const rows = written.flatMap(({ id }) => {
      const values = embeddings.value.get(id);
      return values ? [{ id, values }] : [];
    });
    if (!rows[0]) continue;
    dimension = rows[0].values.length;
    const bytes = floatBytes(rows.map(({ values }) => values));
    // Numbers of this kind hardly get smaller, and packing them takes long.
    await archive.bytes(embeddingFileName(files.length), bytes, true);
    files.push(rows.map(({ id }) => id));
  }
  const ownFiles = await writeOwnFiles(archive, project, input.file);
  const header = {
    format: 'handful-project',
    version: 2,
    project,
    samples: listed,
    backbone: input.backbone,
    embeddings: files.length > 0 ? { dimension, files } : null,
    importedHead: input.importedHead !== null,
    ownFiles,
  };
  await archive.text('handful.json', JSON.stringify(header));
  if (input.importedHead) await writeKeptHead(archive, input.importedHead);
  return succeed(await archive.finish());
}

/** Writes the pictures of `samples`; `before` are in the zip already. */
async function writePictures(
  archive: ArchiveWriter,
  { document, jpeg, signal, onProgress }: ProjectFileInput,
  samples: readonly Sample[],
  before: number,
): Promise<ListedSample[]> {
  const folders = classFolders(document.project);
  const listed: ListedSample[] = [];
  for (const sample of samples) {
    signal.throwIfAborted();
    onProgress(before + listed.length, document.samples.length);
    const bytes = await jpeg(sample.id);
    const folder = folders.get(sample.classId);
    if (!bytes || folder === undefined) continue;
    const number = String(before + listed.length + 1).padStart(5, '0');
    const file = `samples/${folder}/${number}.jpg`;
    await archive.bytes(file, bytes, true);
    listed.push({ ...sample, file });
  }
  return listed;
}

/** Opens a project file and checks all but its pictures and embeddings, which are checked as they are read. */
export async function openProjectFile(blob: Blob, fileName: string): Promise<Result<ProjectFile>> {
  const opened = await openArchive(blob, fileName);
  if (!opened.ok) return opened;
  const read = await readProject(opened.value);
  if (!read.ok) await opened.value.close();
  return read;
}

/** As `openProjectFile`, from files that are open already; the caller closes them when this fails. */
export async function readProject(archive: Archive): Promise<Result<ProjectFile>> {
  const header = await readHeader(archive);
  if (!header.ok) return header;
  const { project, samples, backbone, importedHead, ownFiles } = header.value;
  const head = importedHead ? await readKeptHead(archive) : succeed(null);
  if (!head.ok) return head;
  const files = new Map(samples.map(({ id, file }) => [id, file]));
  const named = ownFilesOf(project);
  return succeed({
    document: { project, samples: samples.map(withoutFile) },
    backbone,
    importedHead: head.value,
    embedding: embeddingReader(archive, header.value),
    jpeg: (id) => readJpeg(archive, files.get(id) ?? ''),
    async file(hash) {
      const own = named.get(hash);
      return own ? readOwnFile(archive, ownFiles, own.kind, hash) : succeed(null);
    },
    close: () => archive.close(),
  });
}

function withoutFile(listed: ListedSample): Sample {
  const { id, classId, takeId, capturedAtMs, source, sizePx } = listed;
  return { id, classId, takeId, capturedAtMs, source, sizePx };
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
  const use = project.use && withClasses(project.use, classIds);
  return {
    document: { project: { ...project, id: newId(), classes, use }, samples: renewed },
    originals,
    classIds,
  };
}

/** What belongs to classes that are not there is dropped: nobody could bring such a class back. */
function withClasses(use: UseSettings, classIds: ReadonlyMap<string, string>): UseSettings {
  const actions = use.actions.flatMap((action) => {
    const classId = action.classId === null ? null : classIds.get(action.classId);
    return classId === undefined ? [] : [{ ...action, classId }];
  });
  const classId = classIds.get(use.scan.classId ?? '') ?? null;
  return { ...use, actions, scan: { ...use.scan, classId } };
}
