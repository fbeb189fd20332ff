#!/usr/bin/env node
// Backbones of this site: `npm run backbone -- <verb> …`. Runs the TypeScript of `src/cli/backbones/` as it is.
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../src/cli/main.ts');
const { backboneProgram } = await import('../src/cli/backbones/program.ts');

const models = fileURLToPath(new URL('../static/models', import.meta.url));
process.exitCode = await main(
  process.argv.slice(2),
  {
    out: (/** @type {string} */ text) => process.stdout.write(`${text}\n`),
    error: (/** @type {string} */ text) => process.stderr.write(`${text}\n`),
  },
  backboneProgram(models),
);
