// The files that can be saved, in words: whom each is for, and what it cannot carry.

import type { ExampleName } from '#lib/core/examples.ts';
import type { WriterName } from '#lib/state/export-file.ts';

export interface ExportFormat {
  readonly what: WriterName;
  /** On the button. */
  readonly title: string;
  readonly forWhom: string;
  /** What is not in it; null: nothing is missing. */
  readonly lacks: string | null;
  readonly examples: readonly ExampleName[];
}

export interface ExportGroup {
  readonly title: string;
  readonly formats: readonly ExportFormat[];
}

export const exportGroups: readonly ExportGroup[] = [
  {
    title: 'Your work',
    formats: [
      {
        what: 'project-out',
        title: 'Save project file',
        forWhom:
          'For Handful, here or on another computer: pictures, classes, settings, everything.',
        lacks: null,
        examples: [],
      },
      {
        what: 'folders-out',
        title: 'Save folders of pictures',
        forWhom: 'For Keras, PyTorch and the Jetson course: a folder of pictures for each class.',
        lacks: 'No trained model.',
        examples: ['folders-keras.py'],
      },
      {
        what: 'tm-project-out',
        title: 'Save Teachable Machine project',
        forWhom: 'For going on in Teachable Machine.',
        lacks: 'No classes without samples, no settings.',
        examples: [],
      },
    ],
  },
  {
    title: 'The trained model',
    formats: [
      {
        what: 'page-out',
        title: 'Export web page',
        forWhom:
          'For showing it: a page that classifies the camera, without internet, from any web server.',
        lacks: null,
        examples: [],
      },
      {
        what: 'runtime-out',
        title: 'Export runtime and model',
        forWhom: 'For your own web pages and Node programs: three lines of code.',
        lacks: null,
        examples: ['plain-page.html', 'runtime-node.mjs'],
      },
      {
        what: 'tm-model-out',
        title: 'Export Teachable Machine model',
        forWhom:
          'For Teachable Machine’s library, TensorFlow.js layers, and ml5 with p5 as the example has it.',
        lacks: 'No “none of these”. Other programs shrink pictures in their own way.',
        examples: ['teachable-page.html', 'p5-ml5.html', 'layers-page.html'],
      },
      {
        what: 'onnx-out',
        title: 'Export ONNX model',
        forWhom: 'For Python, and for small boards with a graphics chip (TensorRT).',
        lacks: 'Your program cuts and shrinks the picture itself.',
        examples: ['onnx-classify.py', 'onnx-node.mjs'],
      },
      {
        what: 'head-out',
        title: 'Export trained head',
        forWhom: 'For your own TensorFlow.js code that makes the embeddings itself.',
        lacks: 'No backbone.',
        examples: [],
      },
      {
        what: 'knn-out',
        title: 'Export KNN data (JSON)',
        forWhom: 'For knn-classifier with embeddings of the same network.',
        lacks: 'No backbone, no pictures.',
        examples: ['knn-node.mjs'],
      },
    ],
  },
];
