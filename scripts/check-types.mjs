// Types of everything (svelte-check), then each room that must not see the DOM by its own tsconfig.
import { run } from './run.mjs';

await run('npx', ['svelte-kit', 'sync']);
await run('npx', ['svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings']);
for (const room of ['core', 'learning', 'convnet', 'engine', 'maps']) {
  await run('npx', ['tsc', '-p', `src/lib/${room}/tsconfig.json`]);
}
