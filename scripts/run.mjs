// Runs a command with its output shown; ends this process with its code when it fails.
import { spawn } from 'node:child_process';

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, quietFailure?: boolean }} [options] quietFailure: return the code instead of ending
 * @returns {Promise<number>}
 */
export async function run(command, args, options = {}) {
  /** @type {Promise<number>} */
  const ended = new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: 'inherit',
      env: { ...process.env, ...options.env },
      shell: process.platform === 'win32',
    });
    child.once('error', reject);
    child.once('exit', (exitCode) => resolve(exitCode ?? 1));
  });
  const code = await ended;
  if (code !== 0 && !options.quietFailure) process.exit(code);
  return code;
}
