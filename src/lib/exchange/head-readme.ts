// The README.txt inside an exported head, for the maker who opens it.

import type { TrainedHead } from '#lib/learning/head.ts';

export function headReadme(head: TrainedHead): string {
  const model =
    head.kind === 'knn'
      ? 'model.json lists one tensor a class: the samples’ embeddings, each of unit length, as\nknn-classifier keeps them. weights.bin holds the numbers (float32, little-endian).'
      : 'model.json and weights.bin are a TensorFlow.js layers model:\n  const head = await tf.loadLayersModel("model.json");\nIts input is the feature vector that metadata.json describes, its output one probability a class.';
  return `A head trained with Handful
===========================

Classes, in order of the outputs:
${head.labels.map((label, i) => `  ${i}  ${label}`).join('\n')}

${model}

metadata.json says which backbone the embeddings come from (name and SHA-256), how a picture
becomes the head's input, step by step, and with which settings the head was trained.

golden.json and the pictures in golden/ let you check your own code: for each picture it holds
the embedding and the probabilities that Handful computed.

To use the head in Handful: Files, Open files, and choose this zip.
`;
}
