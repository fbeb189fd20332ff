#!/usr/bin/env node
// The command line: `npm run handful -- <verb> …`. Runs the TypeScript of `src/cli/` as it is.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../src/cli/main.ts');

process.exitCode = await main(process.argv.slice(2), {
  out: (/** @type {string} */ text) => process.stdout.write(`${text}\n`),
  error: (/** @type {string} */ text) => process.stderr.write(`${text}\n`),
});
