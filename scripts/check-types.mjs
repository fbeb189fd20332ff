// Types of everything (svelte-check), then what must not see the DOM by its own tsconfig.
import { run } from './run.mjs';

await run('npx', ['svelte-kit', 'sync']);
await run('npx', ['svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings']);
for (const folder of ['lib/core', 'lib/learning', 'lib/convnet', 'lib/engine', 'service-worker']) {
  await run('npx', ['tsc', '-p', `src/${folder}/tsconfig.json`]);
}
