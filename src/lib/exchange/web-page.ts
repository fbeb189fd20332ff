// A model as a folder that `handful-runtime` loads, alone or as a web page that classifies the camera by itself: the head
// as in a head file, the backbone's own files beside it, and the list of all names.

import { writeHeadInto, type HeadFileInput } from './head-file.ts';
import { createArchive, type ArchiveWriter } from './zip.ts';

export interface ModelFolderInput extends HeadFileInput {
  /** The backbone as its own folder keeps it: the head is tied to exactly these bytes. */
  readonly files: BackboneFiles;
}

export interface BackboneFiles {
  readonly manifest: string;
  readonly weights: Uint8Array;
}

/** A file of the runtime or of the page, by its name in the zip. */
export interface PageFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Folder inside the zip that the runtime loads. */
export const modelFolder = 'model';

/** Writes the zip. */
export async function writeModelPage(
  input: ModelFolderInput,
  files: readonly PageFile[],
): Promise<Blob> {
  const archive = createArchive();
  for (const { name, bytes } of files) await archive.bytes(name, bytes);
  await writeModelFolder(archive, input);
  return archive.finish();
}

async function writeModelFolder(archive: ArchiveWriter, input: ModelFolderInput): Promise<void> {
  const names: string[] = [];
  const folder = `${modelFolder}/`;
  const noted = (name: string): string => {
    names.push(name.slice(folder.length));
    return name;
  };
  const listed: ArchiveWriter = {
    text: (name, text) => archive.text(noted(name), text),
    bytes: (name, bytes, store) => archive.bytes(noted(name), bytes, store),
    finish: () => archive.finish(),
  };
  const { manifest, weights } = input.files;
  await writeHeadInto(listed, folder, input);
  await listed.text(`${folder}backbone/model.json`, manifest);
  await listed.bytes(`${folder}backbone/${weightsNameOf(manifest)}`, weights);
  // A program over the network cannot ask what there is.
  await archive.text(`${folder}files.json`, JSON.stringify({ files: names }));
}

function weightsNameOf(manifest: string): string {
  const { weights } = JSON.parse(manifest) as { weights: { file: string } };
  return weights.file;
}
