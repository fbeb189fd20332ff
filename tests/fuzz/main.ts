// `npm run fuzz [-- --cases N --seed S --only I]`: hostile files by the thousand. Ends with status 1 when a rule was broken.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { parseArguments } from '../../src/cli/arguments.ts';
import { runFuzz } from './run-fuzz.ts';

const { options } = parseArguments(process.argv.slice(2), { valued: ['cases', 'seed', 'only'] });
const cases = Number(options.get('cases') ?? 20_000);
const seed = Number(options.get('seed') ?? Date.now() % 1e9);
const only = options.get('only');
const say = (text: string): boolean => process.stdout.write(`${text}\n`);

tf.env().set('IS_TEST', true);
await tf.setBackend('cpu');
say(`${cases} cases, seed ${seed}`);
const report = await runFuzz({
  cases,
  seed,
  ...(only !== undefined && { only: Number(only) }),
  mostCpuMs: 5000,
  mostMs: 60_000,
  onProgress: (done, failed) => {
    if (done % 500 === 0) say(`${done} of ${cases}, ${failed} broke a rule`);
  },
  onFailure: ({ index, from, broken, recipe }) => {
    say(`case ${index} (from ${from}): ${broken.join('; ').slice(0, 2000)}`);
    say(`  again: npm run fuzz -- --seed ${seed} --cases ${cases} --only ${index}`);
    say(`  ${JSON.stringify(recipe).slice(0, 600)}`);
  },
});
const outcomes = Object.entries(report.outcomes).map(([name, count]) => `${name} ${count}`);
say(
  `${report.judged} judged: ${outcomes.sort().join(', ')}; ${report.failures.length} broke a rule`,
);
say(`slowest: case ${report.slowest.index}, ${Math.round(report.slowest.cpuMs)} ms of processor`);
process.exitCode = report.failures.length > 0 ? 1 : 0;
