// `npm run dev`: installs what is missing and starts Vite's server.
import { installPackages, requireNode } from './install.mjs';
import { run } from './run.mjs';

requireNode();
await installPackages();
await run('npx', ['vite', 'dev', ...process.argv.slice(2)]);
