// Types of everything (svelte-check), then what must not see the DOM by its own tsconfig.
import { run } from './run.mjs';

await run('npx', ['svelte-kit', 'sync']);
await run('npx', ['svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings']);
const roomsWithoutPage = ['core', 'learning', 'convnet', 'engine', 'maps', 'projection'];
for (const folder of [...roomsWithoutPage.map((room) => `lib/${room}`), 'service-worker']) {
  await run('npx', ['tsc', '-p', `src/${folder}/tsconfig.json`]);
}
