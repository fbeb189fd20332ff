// `npm start`: installs what is missing, builds, serves the built app and says where.
import { installPackages, requireNode } from './install.mjs';
import { run } from './run.mjs';

requireNode();
await installPackages();
await run('npx', ['vite', 'build', '--logLevel', 'warn']);
const { serve } = await import('./serve.mjs');
const port = Number(process.env.PORT ?? 4173);
const { url } = await serve({ folder: 'build', port, anyFreePort: !process.env.PORT });
console.log(`\nHandful is ready: ${url}\nStop with Ctrl+C.`);
