import adapter from '@sveltejs/adapter-static';
import type { Adapter } from '@sveltejs/kit';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';
import { contentSecurityPolicy } from './scripts/csp.mjs';
import { isolationHeaders } from './scripts/headers.mjs';
import packageFacts from './package.json' with { type: 'json' };
import { buildRuntime } from './scripts/runtime.mjs';
import { writeRelease } from './scripts/release.mjs';

/** Cross-origin isolation while developing; the built app gets the same from `scripts/serve.mjs`. */
function isolation(): Plugin {
  return {
    name: 'handful-isolation',
    configureServer(server) {
      server.middlewares.use((_request, response, next) => {
        for (const [name, value] of Object.entries(isolationHeaders))
          response.setHeader(name, value);
        next();
      });
    },
  };
}

/** Static files; the service worker is told of all of them, which no earlier step of the build knows. */
function staticAdapter(): Adapter {
  const inner = adapter({ strict: true });
  return {
    ...inner,
    async adapt(builder) {
      await inner.adapt(builder);
      await buildRuntime('build/runtime');
      writeRelease('build');
    },
  };
}

export default defineConfig({
  plugins: [
    isolation(),
    sveltekit({
      adapter: staticAdapter(),
      // By hand, when the first frames have been seen: `state/updates.svelte.ts`.
      serviceWorker: { register: false },
      paths: { relative: true },
      csp: { mode: 'hash', directives: contentSecurityPolicy() },
      compilerOptions: { runes: true },
    }),
  ],
  define: { __HANDFUL_VERSION__: JSON.stringify(packageFacts.version) },
  worker: { format: 'es' },
  build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
});
