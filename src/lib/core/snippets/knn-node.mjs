// npm install @tensorflow/tfjs @tensorflow-models/knn-classifier, then: node knn-node.mjs samples.knn.json
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import { create } from '@tensorflow-models/knn-classifier';

const { dataset, tensors } = JSON.parse(await readFile(process.argv[2], 'utf8'));
const entries = Object.values(dataset).map(({ label, shape }, i) => {
  return [label, tf.tensor2d(Object.values(tensors[i]), shape)];
});
const classifier = create();
classifier.setClassifierDataset(Object.fromEntries(entries));

// Your program asks about the embedding of a picture; here the first sample stands in for it.
const [[, samples]] = entries;
const { label } = await classifier.predictClass(samples.slice(0, 1), 3);
console.log(label);
