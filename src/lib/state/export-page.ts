// The model with the runtime, as a web page or for programs of one's own: written, read again, and run by the runtime itself.

import { fail, type Result } from '#lib/core/failure.ts';
import type { ProjectDocument } from '#lib/core/project.ts';
import { writeModelPage, type PageFile } from '#lib/exchange/web-page.ts';
import { fileNameOf } from './download.ts';
import type { ExportContext, ExportParts, Writer, Written } from './export-writer.ts';
import { modelParts, tested } from './model-parts.ts';

/** A page that any static server can hand out. */
export const writePage: Writer = (parts, document, context) =>
  write(parts, document, context, { ending: 'page', withPage: true });

/** Without the page: for programs in browsers and in Node. */
export const writeRuntime: Writer = (parts, document, context) =>
  write(parts, document, context, { ending: 'runtime', withPage: false });

interface Style {
  readonly ending: 'page' | 'runtime';
  readonly withPage: boolean;
}

async function write(
  parts: ExportParts,
  document: ProjectDocument,
  context: ExportContext,
  { ending, withPage }: Style,
): Promise<Result<Written>> {
  const input = await modelParts(parts, document, context);
  if (!input.ok) return input;
  const backbone = await parts.engine.client.backboneFiles(null);
  if (!backbone.ok) return backbone;
  if (!backbone.value) {
    const reason = 'the runtime cannot run this network, which comes as a graph';
    return fail({ code: 'head-mismatch', reason });
  }
  const runtime = await parts.runtime.files(withPage, context.signal);
  if (!runtime.ok) return runtime;
  const { name } = document.project;
  const files = [...runtime.value, readme(name, withPage)];
  const blob = await writeModelPage({ ...input.value, files: backbone.value }, files);
  return tested(parts, blob, `${fileNameOf(name)}.${ending}.zip`, context, []);
}

function readme(name: string, withPage: boolean): PageFile {
  const page = `index.html is a web page that classifies what the camera sees. Unpack the zip, start any static
server in its folder, for example

  python3 -m http.server 8000

and open http://localhost:8000. Opening the file without a server does not work: browsers do not
load modules that way. On the web it needs https, or the camera stays closed.
`;
  const program = `handful-runtime.js is an ES module for browsers and for Node:

  import { load } from './handful-runtime.js';
  const model = await load('model/');
  const { label, probability } = await model.classify(video);
  model.watch(video, { onEnter: ({ label }) => …, onLeave: ({ label }) => … });

handful-runtime.d.ts says what else there is. Keep the .wasm files beside it.
`;
  const text = `${name}, made with Handful
${'='.repeat(name.length + 19)}

${withPage ? `${page}\n` : ''}${program}
Nothing is fetched from anywhere else, and no picture leaves the computer. model/README.txt says
step by step how a picture becomes probabilities; “Check this model” on the page, or
model.selfTest(), runs the pictures that came with it.
`;
  return { name: 'README.txt', bytes: new TextEncoder().encode(text) };
}
