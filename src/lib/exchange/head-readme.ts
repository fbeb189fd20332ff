// The README.txt inside an exported head, for the maker who opens it.

import { contractSteps, type ContractInput } from './contract.ts';

export function headReadme(input: ContractInput): string {
  const { head } = input;
  const steps = contractSteps(input);
  const model =
    head.kind === 'knn'
      ? 'model.json lists one tensor a class: the samples’ embeddings, each of unit length, as\nknn-classifier keeps them. weights.bin holds the numbers (float32, little-endian).'
      : 'model.json and weights.bin are a TensorFlow.js layers model:\n  const head = await tf.loadLayersModel("model.json");\nIts input is the feature vector that metadata.json describes, its output one probability a class.';
  return `A head trained with Handful
===========================

Classes, in order of the outputs:
${head.labels.map((label, i) => `  ${i}  ${label}`).join('\n')}

${model}

From a picture to probabilities
-------------------------------
${steps.map((step, i) => `${i + 1}. ${step}`).join('\n')}

metadata.json says the same for programs, with the backbone's SHA-256 and the settings the head
was trained with.

golden.json and the pictures in golden/ let you check your own code: each picture is exactly what
the network was fed with, and golden.json holds the embedding and the probabilities that Handful
computed for it. To have it checked for you, choose “Files”, “Check a saved model” in Handful, or run
“npm run handful -- verify” with this file in Handful's folder.

To use the head in Handful: Files, Open files, and choose this zip.
`;
}
