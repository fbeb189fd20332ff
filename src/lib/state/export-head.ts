// The trained head alone: written, read again, and tried in the engine.

import { writeHeadFile } from '#lib/exchange/head-file.ts';
import { fileNameOf } from './download.ts';
import type { Writer } from './export-writer.ts';
import { modelParts, tested } from './model-parts.ts';

export const writeHead: Writer = async (parts, document, context) => {
  const input = await modelParts(parts, document, context);
  if (!input.ok) return input;
  const blob = await writeHeadFile(input.value);
  const fileName = `${fileNameOf(document.project.name)}.head.zip`;
  return tested(parts, blob, fileName, context, []);
};
