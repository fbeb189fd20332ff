// `npm test`: installs what is missing (a browser too), then lint, types, unit tests, and the built app in a real browser.
import { installBrowser, installPackages, requireNode } from './install.mjs';
import { run } from './run.mjs';

requireNode();
await installPackages();
const browser = await installBrowser();
const env = browser ? { HANDFUL_CHROMIUM: browser } : {};

/** @param {string} name @param {string} command @param {string[]} args */
async function step(name, command, args) {
  const started = Date.now();
  console.log(`\n▶ ${name}`);
  await run(command, args, { env });
  console.log(`✔ ${name} (${Math.round((Date.now() - started) / 1000)} s)`);
}

// Two cores, and each of these is one process that computes.
await Promise.all([
  step('types', 'npm', ['run', '--silent', 'check']),
  step('lint', 'npm', ['run', '--silent', 'lint']),
]);
await step('unit tests', 'npm', ['run', '--silent', 'unit']);
await step('build', 'npm', ['run', '--silent', 'build', '--', '--logLevel', 'warn']);
await step('the built app in a browser', 'npm', ['run', '--silent', 'e2e']);
