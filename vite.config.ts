import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';
import { contentSecurityPolicy } from './scripts/csp.mjs';
import { isolationHeaders } from './scripts/headers.mjs';

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

export default defineConfig({
  plugins: [
    isolation(),
    sveltekit({
      adapter: adapter({ strict: true }),
      paths: { relative: true },
      csp: { mode: 'hash', directives: contentSecurityPolicy() },
      compilerOptions: { runes: true },
    }),
  ],
  worker: { format: 'es' },
  build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
});
