// The trained head on its backbone as an ONNX model: written, read again, and run operator by operator.

import { examples } from '#lib/core/examples.ts';
import { fail } from '#lib/core/failure.ts';
import { writeOnnxFile } from '#lib/exchange/onnx-out.ts';
import { fileNameOf } from './download.ts';
import { isFramed } from './export-tm-model.ts';
import type { Writer } from './export-writer.ts';
import { modelParts, tested } from './model-parts.ts';

const texts = {
  'onnx-classify.py': examples['onnx-classify.py'].text,
  'onnx-node.mjs': examples['onnx-node.mjs'].text,
};

export const writeOnnx: Writer = async (parts, document, context) => {
  const input = await modelParts(parts, document, context);
  if (!input.ok) return input;
  const folded = await parts.engine.client.foldedBackbone(null);
  if (!folded.ok) return folded;
  if (!folded.value) {
    const reason = 'this network comes as a graph that cannot be written as ONNX here';
    return fail({ code: 'head-mismatch', reason });
  }
  const { name, capture } = document.project;
  const blob = await writeOnnxFile({ ...input.value, folded: folded.value, name, examples: texts });
  const warnings = isFramed(capture)
    ? ['It wants the square you chose; contract.json says which part of the picture that is.']
    : [];
  return tested(parts, blob, `${fileNameOf(name)}.onnx.zip`, context, warnings);
};
