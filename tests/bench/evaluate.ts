// How long an evaluation of 1 000 samples in 10 classes takes, in processor time: equal takes, and takes of unequal sizes, where
// no fold can share the factorisation of the others. npx tsx tests/bench/evaluate.ts
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { seededRandom } from '#lib/core/random.ts';
import { closedFormProbabilities, summarise } from '#lib/learning/evaluation/evaluate.ts';
import { evaluationSet } from '#lib/learning/evaluation/evaluation-set.ts';
import { classesOf, randomSamples, storeOf } from '#lib/learning/testing.ts';

const dimension = 1280;
const classCount = 10;
const shots = 100;
const rounds = 3;

async function main(): Promise<void> {
  const samples = randomSamples(1, dimension, Array<number>(classCount).fill(shots));
  const store = storeOf(samples, dimension);
  const classes = classesOf(classCount);
  process.stdout.write('| takes a class | rounds | processor ms |\n|---|---|---|\n');
  for (const takes of [3, 5, 10]) {
    for (const equal of [true, false]) {
      const random = seededRandom(takes);
      const taken = samples.map(({ id, classId }, n) => {
        const place = equal ? (n % shots) / shots : random() ** 1.5;
        return { id, takeId: `${classId}-${Math.floor(place * takes)}` };
      });
      const times: number[] = [];
      let folds = 0;
      for (let round = 0; round < rounds; round += 1) {
        const started = process.cpuUsage();
        const set = evaluationSet(store, classes, taken);
        const spec = defaultHeadSettings.ridge;
        const pause = (): Promise<void> => Promise.resolve();
        const probabilities = await closedFormProbabilities(store, set, spec, pause);
        summarise(set, 'ridge', probabilities);
        const { user, system } = process.cpuUsage(started);
        times.push((user + system) / 1000);
        folds = set.plan.foldCount;
      }
      const name = `${takes}, ${equal ? 'equal' : 'unequal'}`;
      process.stdout.write(`| ${name} | ${folds} | ${Math.round(Math.min(...times))} |\n`);
    }
  }
}

await main();
