// The samples' embeddings as JSON for knn-classifier, in the form of ml5 and ML2Scratch: written, read again, and compared.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { learnableClasses, type ProjectDocument } from '#lib/core/project.ts';
import { largestDifference } from '#lib/exchange/golden.ts';
import { knnHeadOf } from '#lib/exchange/knn-head.ts';
import { knnJsonParts, mostKnnNumbers } from '#lib/exchange/knn-json.ts';
import { openFiles } from '#lib/exchange/open-file.ts';
import { badFile } from '#lib/exchange/zip.ts';
import { knnHead } from '#lib/learning/knn.ts';
import type { KnnHead } from '#lib/learning/head.ts';
import { fileNameOf } from './download.ts';
import { collectEmbeddings } from './embeddings.ts';
import type { ExportContext, ExportParts, Writer } from './export-writer.ts';

/** How many of the rows are asked in the comparison. */
const askedRows = 60;
/** A part is about a sample, which takes a few milliseconds. */
const partsAtOnce = 8;

export const writeKnn: Writer = async (parts, document, context) => {
  const head = await headToWrite(parts, document, context);
  if (!head.ok) return head;
  const fileName = `${fileNameOf(document.project.name)}.knn.json`;
  if (head.value.embeddings.length > mostKnnNumbers) {
    const rows = Math.floor(mostKnnNumbers / head.value.dimension);
    const reason = `would hold more than ${rows} samples, which is too much for one JSON file.`;
    return fail(badFile(fileName, reason, 'Switch classes off, or save the project file.'));
  }
  const blob = await writeJson(head.value, context);
  context.onStep('Checking the file', 0, 1);
  const difference = await tryAgain(blob, fileName, head.value);
  if (!difference.ok) return difference;
  return succeed({
    blob,
    fileName,
    checked: head.value.sampleCount,
    missing: 0,
    warnings: [
      'The file holds numbers, not pictures. They only fit a program that makes numbers of its pictures with the same network; ml5 and ML2Scratch bring other networks along.',
    ],
    largestDifference: difference.value,
  });
};

/** A KNN head that is in use; else every sample of the classes that are switched on. */
async function headToWrite(
  { sources, engine, model }: ExportParts,
  document: ProjectDocument,
  { signal, onStep }: ExportContext,
): Promise<Result<KnnHead>> {
  const { head, source } = model;
  if (source === 'file' && head?.kind === 'knn' && head.embeddings) return succeed(head);
  const backbone = engine.ready?.backbone;
  const classes = learnableClasses(document);
  if (!backbone || classes.length < 2) return fail({ code: 'too-few-classes' });
  const on = new Set(classes.map(({ id }) => id));
  const samples = document.samples.filter(({ classId }) => on.has(classId));
  const embeddings = await collectEmbeddings(sources, {
    projectId: document.project.id,
    backboneId: backbone.id,
    samples,
    signal,
    onProgress: (done, total) => onStep('Reading samples', done, total),
  });
  if (!embeddings.ok) return embeddings;
  const { embeddingSize: dimension } = backbone;
  const filled = classes.map(({ id, name }) => {
    const rows = samples
      .filter(({ classId }) => classId === id)
      .map((sample) => embeddings.value.get(sample.id))
      .filter((row) => row !== undefined);
    return { label: name, rows: rows.length, values: unitRows(rows, dimension) };
  });
  const set = { classes: filled.filter(({ rows }) => rows > 0), dimension, backbone, warnings: [] };
  return set.classes.length < 2
    ? fail({ code: 'too-few-classes' })
    : succeed(knnHeadOf(set, backbone));
}

function unitRows(rows: readonly Float32Array[], dimension: number): Float32Array {
  const values = new Float32Array(rows.length * dimension);
  for (const [i, row] of rows.entries()) {
    const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    const scale = length > 0 ? 1 / length : 0;
    values.set(
      row.map((x) => x * scale),
      i * dimension,
    );
  }
  return values;
}

/** The page goes on while the text is made. Rejects with AbortError when aborted. */
async function writeJson(head: KnnHead, { signal, onStep }: ExportContext): Promise<Blob> {
  const parts: string[] = [];
  for (const part of knnJsonParts(head)) {
    parts.push(part);
    if (parts.length % partsAtOnce > 0) continue;
    signal.throwIfAborted();
    onStep('Writing samples', Math.min(parts.length, head.sampleCount), head.sampleCount);
    await new Promise((resolve) => setTimeout(resolve));
  }
  return new Blob(parts, { type: 'application/json' });
}

/** Reads the file as anybody's and asks both heads about some of the samples. */
async function tryAgain(blob: Blob, fileName: string, head: KnnHead): Promise<Result<number>> {
  const opened = await openFiles([{ path: fileName, blob }], fileName);
  if (!opened.ok) return opened;
  const { content } = opened.value;
  await opened.value.close();
  if (content.kind !== 'knn') return fail(badFile(fileName, 'was written but cannot be read.'));
  const { backboneId: id, backboneSha256: sha256, dimension, sampleCount, spec } = head;
  const before = knnHead(head);
  const after = knnHead({ ...knnHeadOf(content.data, { id, sha256 }), spec });
  const step = Math.max(1, Math.floor(sampleCount / askedRows));
  let most = 0;
  for (let row = 0; row < sampleCount; row += step) {
    const query = head.embeddings.subarray(row * dimension, (row + 1) * dimension);
    most = Math.max(most, largestDifference(before.predict(query), after.predict(query)));
  }
  return succeed(most);
}
