// The version of the app, as package.json has it: put in when the app is built (`define` in vite.config.ts).

declare const __HANDFUL_VERSION__: string;

/** Outside a build, as in tests, there is none. */
export const appVersion =
  typeof __HANDFUL_VERSION__ === 'string' ? __HANDFUL_VERSION__ : 'unreleased';
