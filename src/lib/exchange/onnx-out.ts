// The zip around an ONNX model: `model.onnx`, the names of the classes, and, in `handful/`, the head with its contract and
// golden samples, where other programs do not look.

import type { FoldedBackbone } from '#lib/core/folded-backbone.ts';
import { contractOf, contractSteps, unknownBelow } from './contract.ts';
import { writeHeadInto, type HeadFileInput } from './head-file.ts';
import { onnxBytes } from './onnx-file.ts';
import { onnxModel } from './onnx-model.ts';
import { ownFolder } from './tm-model-out.ts';
import { thinnedByClass } from './model-samples.ts';
import { whiteningNumbers } from './whitening-numbers.ts';
import { createArchive } from './zip.ts';

export interface OnnxFileInput extends HeadFileInput {
  readonly folded: FoldedBackbone;
  readonly name: string;
  /** Example programs by file name. */
  readonly examples: Readonly<Record<string, string>>;
}

export const onnxName = 'model.onnx';

/** Writes the zip. */
export async function writeOnnxFile(input: OnnxFileInput): Promise<Blob> {
  const { head, folded, name, examples } = input;
  const samples = thinnedByClass(input.samples);
  const unknownThreshold = unknownBelow(input);
  const whitening = whiteningNumbers(input.whitening);
  const graph = onnxModel({ folded, head, whitening, samples, unknownThreshold, name });
  const archive = createArchive();
  await archive.bytes(onnxName, onnxBytes(graph));
  await archive.text('labels.txt', `${head.labels.join('\n')}\n`);
  const contract = contractOf({ ...input, hasSamples: samples.length > 0 });
  const { inputs, outputs, opset } = graph;
  const ports = { opset, inputs: inputs.map(asImage), outputs, labels: head.labels };
  await archive.text('contract.json', JSON.stringify({ ...ports, ...contract }, null, 2));
  await archive.text('README.txt', readme(input));
  for (const [file, text] of Object.entries(examples)) await archive.text(file, text);
  await writeHeadInto(archive, `${ownFolder}/`, input);
  return archive.finish();
}

const asImage = (port: object): object => ({
  ...port,
  dtype: 'float32',
  layout: 'NHWC',
  channels: 'RGB',
  range: [0, 255],
});

function readme(input: OnnxFileInput): string {
  const { backbone, head, samples } = input;
  const side = backbone.inputSizePx;
  const steps = contractSteps({ ...input, hasSamples: samples.length > 0 });
  return `An ONNX model made with Handful
===============================

model.onnx (opset 13, float32) goes from the picture to the probabilities in one graph.

Input:   image          float32 [1, ${side}, ${side}, 3], RGB, numbers from 0 to 255 as they are
Outputs: probabilities  float32 [1, ${head.labels.length}], classes in the order of labels.txt
         embedding      float32 [1, ${backbone.embeddingSize}]${samples.length > 0 ? '\n         similarity     float32 [1, 1], the largest cosine with any sample: for “none of these”' : ''}

Steps 3 to 7 are inside the graph; your program does the first two.

${steps.map((step, i) => `${i + 1}. ${step}`).join('\n')}

contract.json says the same for programs. On a board with TensorRT:
  trtexec --onnx=model.onnx --saveEngine=model.engine
For half precision add --fp16.

handful/golden.json and the pictures in handful/golden/ let you check your own code: each picture
is exactly what the network was fed with, beside it are the probabilities that Handful computed.
`;
}
