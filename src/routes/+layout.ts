// The whole app runs in the browser: the build is static pages that any host can serve.
export const ssr = false;
export const prerender = true;
