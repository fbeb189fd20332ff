// Builds `handful-runtime`: one ES module for browsers and Node, its types, its WebAssembly, and the files of the exported
// web page. The app puts them into the zips it writes.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = new URL('../', import.meta.url);
const web = 'src/lib/runtime/web/';
const wasm = 'node_modules/@tensorflow/tfjs-backend-wasm/dist/';

/** Files beside the module: name in the built folder (and in the exports) → where it comes from. */
const files = {
  'handful-runtime.d.ts': `${web}handful-runtime.d.ts`,
  'tfjs-backend-wasm.wasm': `${wasm}tfjs-backend-wasm.wasm`,
  'tfjs-backend-wasm-simd.wasm': `${wasm}tfjs-backend-wasm-simd.wasm`,
  'page.js': `${web}page.js`,
  'page.css': `${web}page.css`,
  // Named as a text: without a model beside it, it is no page of the site.
  'page.html.txt': `${web}index.html`,
};

/** @param {string} folder is made; what is there already is overwritten */
export async function buildRuntime(folder) {
  await build({
    configFile: false,
    root: fileURLToPath(root),
    logLevel: 'warn',
    publicDir: false,
    // TensorFlow.js' glue code asks whether it runs in Node and then wants `require`, which ES modules lack. Told that it
    // does not, it takes what `wasm-backend.ts` gives it, in Node as in the page.
    define: { 'process.versions': 'undefined' },
    build: {
      target: 'es2022',
      outDir: folder,
      emptyOutDir: false,
      lib: {
        entry: fileURLToPath(new URL('src/lib/runtime/main.ts', root)),
        formats: ['es'],
        fileName: () => 'handful-runtime.js',
      },
      minify: true,
    },
  });
  mkdirSync(folder, { recursive: true });
  for (const [name, from] of Object.entries(files)) {
    cpSync(new URL(from, root), `${folder}/${name}`);
  }
  writeFileSync(`${folder}/package.json`, '{ "type": "module" }\n');
}
