// `handful.json` of a project file, checked. Version 1 had all embeddings in one file, version 2 has them in several.

import type * as v from 'valibot';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { ownFilesOf } from '#lib/core/use-settings.ts';
import { pause } from './pause.ts';
import {
  checked,
  embeddingsSchema,
  issueWords,
  listedSampleSchema,
  projectHeaderSchema,
} from './schema.ts';
import { badFile, type Archive } from './zip.ts';

export type ListedSample = v.InferOutput<typeof listedSampleSchema>;

export interface EmbeddingFile {
  readonly name: string;
  readonly sampleIds: readonly string[];
}

export interface ProjectHeader extends Pick<
  v.InferOutput<typeof projectHeaderSchema>,
  'project' | 'backbone' | 'importedHead' | 'ownFiles'
> {
  readonly samples: readonly ListedSample[];
  /** Length of an embedding; 0 when there are none. */
  readonly dimension: number;
  readonly embeddings: readonly EmbeddingFile[];
}

/** Name of the n-th file of embeddings, from 0. */
export const embeddingFileName = (n: number): string =>
  `embeddings/${String(n + 1).padStart(4, '0')}.bin`;

/** Samples that are checked before the page may answer. */
const samplesAtOnce = 500;

export async function readHeader(archive: Archive): Promise<Result<ProjectHeader>> {
  const { fileName } = archive;
  const json = await archive.json('handful.json');
  if (!json.ok) return json;
  const damaged = (words: string) =>
    fail(badFile(fileName, `is damaged or of a newer version (handful.json: ${words}).`));
  const parsed = checked(projectHeaderSchema, json.value);
  if (!parsed.success) return damaged(issueWords(parsed.issues));
  const { version, project, backbone, importedHead, ownFiles } = parsed.output;
  const embeddings = checked(embeddingsSchema[version], parsed.output.embeddings);
  if (!embeddings.success) return damaged(issueWords(embeddings.issues));
  const samples: ListedSample[] = [];
  for (const [n, listed] of parsed.output.samples.entries()) {
    if (n > 0 && n % samplesAtOnce === 0) await pause();
    const sample = checked(listedSampleSchema, listed);
    if (!sample.success) return damaged(`samples.${n}: ${issueWords(sample.issues)}`);
    samples.push(sample.output);
  }
  const header: ProjectHeader = {
    project,
    backbone,
    importedHead,
    ownFiles,
    samples,
    dimension: embeddings.output?.dimension ?? 0,
    embeddings: filesOf(embeddings.output),
  };
  const wrong = contradiction(archive, header);
  return wrong === null ? succeed(header) : fail(badFile(fileName, `is damaged (${wrong}).`));
}

function filesOf(
  embeddings: { sampleIds: string[] } | { files: string[][] } | null,
): EmbeddingFile[] {
  if (!embeddings) return [];
  if ('sampleIds' in embeddings) {
    return [{ name: 'embeddings.bin', sampleIds: embeddings.sampleIds }];
  }
  return embeddings.files.map((sampleIds, n) => ({ name: embeddingFileName(n), sampleIds }));
}

/** What in a header contradicts itself or the zip, or null. */
function contradiction(archive: Archive, header: ProjectHeader): string | null {
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
  const named = ownFilesOf(header.project);
  const hashes = new Set<string>();
  for (const { hash, file } of header.ownFiles) {
    if (hashes.has(hash)) return 'a file of an action is there twice';
    if (!named.has(hash)) return 'a file belongs to no action';
    if (!archive.has(file)) return `“${file}” is missing`;
    hashes.add(hash);
  }
  for (const { name, sampleIds } of header.embeddings) {
    if (sampleIds.some((id) => !ids.has(id))) return 'an embedding belongs to no sample';
    if (!archive.has(name)) return `“${name}” is missing`;
    if (archive.size(name) !== 4 * header.dimension * sampleIds.length) {
      return `${name} has the wrong length`;
    }
  }
  return null;
}
