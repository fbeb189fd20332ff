// Short programs that use what was exported, shown beside it and put into the files. `tests/` runs them as they are.

import foldersKeras from './snippets/folders-keras.py?raw';
import knnNode from './snippets/knn-node.mjs?raw';
import layersPage from './snippets/layers-page.html?raw';
import onnxClassify from './snippets/onnx-classify.py?raw';
import onnxNode from './snippets/onnx-node.mjs?raw';
import p5Ml5 from './snippets/p5-ml5.html?raw';
import plainPage from './snippets/plain-page.html?raw';
import runtimeNode from './snippets/runtime-node.mjs?raw';
import teachablePage from './snippets/teachable-page.html?raw';

export interface Example {
  readonly title: string;
  readonly text: string;
}

export type ExampleName = keyof typeof examples;

/** By file name. */
export const examples = {
  'folders-keras.py': { title: 'Keras (Python)', text: foldersKeras },
  'knn-node.mjs': { title: 'knn-classifier in Node', text: knnNode },
  'layers-page.html': { title: 'TensorFlow.js layers', text: layersPage },
  'onnx-classify.py': { title: 'Python with ONNX Runtime', text: onnxClassify },
  'onnx-node.mjs': { title: 'Node with ONNX Runtime', text: onnxNode },
  'p5-ml5.html': { title: 'p5 and ml5', text: p5Ml5 },
  'plain-page.html': { title: 'A plain web page', text: plainPage },
  'runtime-node.mjs': { title: 'Node', text: runtimeNode },
  'teachable-page.html': { title: 'Teachable Machine’s library', text: teachablePage },
} as const satisfies Record<string, Example>;
