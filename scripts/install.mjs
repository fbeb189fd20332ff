// Installs what is missing: npm packages by the lock file, and for the tests a Chromium.
import { existsSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { run } from './run.mjs';

/** Ends with words when Node is too old to go on. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Handful needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/** `npm ci` unless what is installed is what the lock file says. */
export async function installPackages() {
  if (installedMatchesLock()) return;
  console.log('Installing npm packages …');
  await run('npm', ['ci', '--no-audit', '--no-fund']);
}

function installedMatchesLock() {
  const installed = 'node_modules/.package-lock.json';
  if (!existsSync(installed)) return false;
  /** @param {string} file */
  const packagesOf = (file) =>
    /** @type {{ packages: Record<string, { version?: string, optional?: boolean }> }} */ (
      JSON.parse(readFileSync(file, 'utf8'))
    ).packages;
  const have = packagesOf(installed);
  return Object.entries(packagesOf('package-lock.json')).every(
    ([path, { version, optional }]) =>
      path === '' || have[path]?.version === version || (optional && !have[path]),
  );
}

/** Where systems put a Chromium that Playwright can drive. */
const browserPaths = [
  process.env.HANDFUL_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** @returns {string | null} an installed browser of the system */
export function systemBrowser() {
  return browserPaths.find((path) => path && existsSync(path)) ?? null;
}

/**
 * Finds a Chromium, or installs one: what is there, else apt-get as root, else Playwright's own.
 * @returns {Promise<string | null>} its path; null when Playwright's own is used
 */
export async function installBrowser() {
  const found = systemBrowser();
  if (found) return found;
  const { chromium } = await import('@playwright/test');
  if (existsSync(chromium.executablePath())) return null;
  if (process.platform === 'linux' && process.getuid?.() === 0 && hasCommand('apt-get')) {
    console.log('Installing Chromium with apt-get …');
    await run('apt-get', ['update', '-qq'], { quietFailure: true });
    await run('apt-get', ['install', '-y', '-qq', 'chromium'], { quietFailure: true });
    const installed = systemBrowser();
    if (installed) return installed;
  }
  console.log('Installing Playwright’s Chromium …');
  await run('npx', ['playwright', 'install', 'chromium']);
  return null;
}

/** @param {string} command */
function hasCommand(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}
