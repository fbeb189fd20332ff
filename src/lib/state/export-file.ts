// Files of the open project, made and checked: each is opened again and tried before it is handed out.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { shotsByClass, type ProjectDocument } from '#lib/core/project.ts';
import { ownFilesOf } from '#lib/core/use-settings.ts';
import { openFiles, summaryOf } from '#lib/exchange/open-file.ts';
import { openProjectFile, writeProjectFile } from '#lib/exchange/project-file.ts';
import type { FolderStyle } from '#lib/exchange/folder-names.ts';
import { writeSampleFolders } from '#lib/exchange/sample-folders.ts';
import { writeTmProject } from '#lib/exchange/tm-project.ts';
import { fileNameOf } from './download.ts';
import { collectEmbeddings } from './embeddings.ts';
import { writeHead } from './export-head.ts';
import { writeKnn } from './export-knn.ts';
import { writeOnnx } from './export-onnx.ts';
import { writePage, writeRuntime } from './export-page.ts';
import { writeTeachableModel } from './export-tm-model.ts';
import type { ExportContext, ExportParts, Writer, Written } from './export-writer.ts';

/** Every kind of file that can be written; a new one is one line here and one in the menu. */
export const writers = {
  'project-out': writeProject,
  'head-out': writeHead,
  'folders-out': foldersWriter('plain'),
  /** For a board's course, which looks for names like `thumbs_up`. */
  'board-out': foldersWriter('code'),
  'tm-project-out': writeTm,
  'tm-model-out': writeTeachableModel,
  'onnx-out': writeOnnx,
  'page-out': writePage,
  'runtime-out': writeRuntime,
  'knn-out': writeKnn,
} as const satisfies Record<string, Writer>;

export type WriterName = keyof typeof writers;

async function writeProject(
  { sources, engine, kept }: ExportParts,
  document: ProjectDocument,
  { sink, signal, onStep }: ExportContext,
): Promise<Result<Written>> {
  const backbone = engine.ready?.backbone;
  if (!backbone) return fail({ code: 'project-missing' });
  const { project } = document;
  const progress = (step: string) => (done: number, total: number) => onStep(step, done, total);
  const wanted = {
    projectId: project.id,
    backboneId: backbone.id,
    signal,
    onProgress: progress('Reading samples'),
  };
  const blob = await writeProjectFile({
    document,
    backbone: { id: backbone.id, sha256: backbone.sha256 },
    importedHead: await kept.imported(project.id),
    embeddings: (samples) => collectEmbeddings(sources, { ...wanted, samples }),
    jpeg: sources.pictures.inOrder(document.samples.map(({ id }) => id)),
    file: (hash) => sources.pictures.file(hash),
    sink,
    signal,
    onProgress: progress('Writing samples'),
  });
  if (!blob.ok) return blob;
  const fileName = `${fileNameOf(project.name)}.handful.zip`;
  const checked = await checkProject(blob.value, fileName, signal, progress('Checking the file'));
  if (!checked.ok) return checked;
  const { samples, gone } = checked.value;
  const warnings = gone.map((name) => `Not in the file, because it is gone here: “${name}”.`);
  return succeed({ ...written(blob.value, fileName, document, samples), warnings });
}

function foldersWriter(style: FolderStyle): Writer {
  return (parts, document, context) => writeFolders(parts, document, context, style);
}

async function writeFolders(
  { sources }: ExportParts,
  document: ProjectDocument,
  { sink, signal, onStep }: ExportContext,
  style: FolderStyle,
): Promise<Result<Written>> {
  const blob = await writeSampleFolders({
    document,
    style,
    jpeg: sources.pictures.inOrder(document.samples.map(({ id }) => id)),
    sink,
    signal,
    onProgress: (done, total) => onStep('Writing samples', done, total),
  });
  const fileName = `${fileNameOf(document.project.name)}.folders.zip`;
  const checked = await countAgain(blob, fileName);
  return checked.ok ? succeed(written(blob, fileName, document, checked.value)) : checked;
}

async function writeTm(
  { sources }: ExportParts,
  document: ProjectDocument,
  { sink, signal, onStep }: ExportContext,
): Promise<Result<Written>> {
  const { project, samples } = document;
  const places = new Map(project.classes.map(({ id }, i) => [id, i]));
  const listed = samples
    .map(({ id, classId }) => ({ id, classIndex: places.get(classId) ?? 0 }))
    .sort((a, b) => a.classIndex - b.classIndex);
  const read = sources.pictures.inOrder(listed.map(({ id }) => id));
  const names = project.classes.map(({ name }) => name);
  const onProgress = (done: number, total: number): void => onStep('Writing samples', done, total);
  const blob = await writeTmProject(
    project.name,
    names,
    listed.map(({ id, classIndex }) => ({ classIndex, jpeg: () => read(id) })),
    { sink, signal, onProgress },
  );
  const fileName = `${fileNameOf(project.name)}.tm`;
  const checked = await countAgain(blob, fileName);
  if (!checked.ok) return checked;
  const warnings = emptyClassWords(document);
  return succeed({ ...written(blob, fileName, document, checked.value), warnings });
}

function written(
  blob: Blob,
  fileName: string,
  { samples }: ProjectDocument,
  checked: number,
): Written {
  const missing = samples.length - checked;
  return { blob, fileName, checked, missing, warnings: [], largestDifference: null };
}

/** A `.tm` knows a class by its samples only. */
function emptyClassWords(document: ProjectDocument): string[] {
  const shots = shotsByClass(document);
  const empty = document.project.classes.filter(({ id }) => (shots.get(id) ?? 0) === 0);
  if (empty.length === 0) return [];
  const names = empty.map(({ name }) => `“${name}”`).join(', ');
  return [`Not in the file, because Teachable Machine keeps no class without samples: ${names}.`];
}

/** Opens what was just written and reads every picture. Returns how many samples are in it, and which files of actions are not. */
async function checkProject(
  blob: Blob,
  fileName: string,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<Result<{ samples: number; gone: string[] }>> {
  const opened = await openProjectFile(blob, fileName);
  if (!opened.ok) return opened;
  const { project, samples } = opened.value.document;
  for (const [done, { id }] of samples.entries()) {
    signal.throwIfAborted();
    onProgress(done, samples.length);
    const jpeg = await opened.value.jpeg(id);
    if (!jpeg.ok) return jpeg;
  }
  const gone: string[] = [];
  for (const { file } of ownFilesOf(project).values()) {
    const own = await opened.value.file(file.hash);
    if (!own.ok) return own;
    if (own.value === null) gone.push(file.name);
  }
  await opened.value.close();
  return succeed({ samples: samples.length, gone });
}

/** Opens what was just written, as anybody's file, and counts. */
async function countAgain(blob: Blob, fileName: string): Promise<Result<number>> {
  const opened = await openFiles([{ path: fileName, blob }], fileName);
  if (!opened.ok) return opened;
  const { classes } = summaryOf(opened.value);
  await opened.value.close();
  return succeed(classes.reduce((sum, { samples }) => sum + samples, 0));
}
