// Suspected labels on right labels and on labels that were flipped at random: false alarms, and how many flips are found.
// npx tsx tests/bench/suspects.ts
import { seededRandom } from '#lib/core/random.ts';
import { evaluationSet } from '#lib/learning/evaluation/evaluation-set.ts';
import { oddTakesOf, suspectsOf } from '#lib/learning/evaluation/suspects.ts';
import { benchSet, hasData, storeOf, type BenchSet } from './bench-set.ts';

interface Found {
  readonly samples: number;
  readonly flips: number;
  readonly found: number;
  readonly falseAlarms: number;
  readonly oddTakes: number;
}

const takeSize = 30;

/** Suspects among the chosen takes of every class, after a share of the labels was flipped. */
function found(set: BenchSet, takes: readonly number[], share: number, seed: number): Found {
  const random = seededRandom(seed);
  const wrong = new Set<string>();
  const samples = set.classes.flatMap(({ pictures }, c) =>
    takes.flatMap((take) =>
      pictures.slice(take * takeSize, (take + 1) * takeSize).map(({ embedding }, n) => {
        const id = `${c} ${take} ${n}`;
        let label = c;
        if (random() < share) {
          label = (c + 1 + Math.floor(random() * (set.classes.length - 1))) % set.classes.length;
          wrong.add(id);
        }
        return { id, classId: `${label}`, takeId: `${c} ${take}`, embedding };
      }),
    ),
  );
  const store = storeOf(set.origin, samples);
  const classes = set.classes.map(({ name }, c) => ({ id: `${c}`, name }));
  const chosen = evaluationSet(store, classes, samples);
  const suspects = suspectsOf(chosen);
  const right = suspects.filter(({ id }) => wrong.has(id)).length;
  return {
    samples: samples.length,
    flips: wrong.size,
    found: right,
    falseAlarms: suspects.length - right,
    oddTakes: oddTakesOf(chosen).length,
  };
}

/** All choices of `size` of the numbers below `count`. */
function choices(count: number, size: number): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: count }, (_, last) => last).flatMap((last) =>
    choices(last, size - 1).map((rest) => [...rest, last]),
  );
}

async function main(): Promise<void> {
  if (!hasData) {
    process.stdout.write('skipped: no ../shared/data\n');
    return;
  }
  process.stdout.write(
    '| set, takes a class | wrong labels | found | false alarms a project | odd takes |\n',
  );
  process.stdout.write('|---|---|---|---|---|\n');
  for (const [name, most, blocks] of [
    ['gestures_regalleoc', Infinity, 5],
    ['drone_gestures_emrecandir', 60, 2],
    ['sign_digits', 60, 2],
    ['expressions_muxspace', 60, 2],
  ] as const) {
    const set = await benchSet(name, most);
    for (const size of [1, 2, 3].filter((takes) => takes <= blocks)) {
      for (const share of [0, 0.01, 0.03]) {
        const runs = choices(blocks, size).map((takes, seed) => found(set, takes, share, seed + 1));
        const sum = (of: (run: Found) => number): number => runs.reduce((t, run) => t + of(run), 0);
        const flips = sum((run) => run.flips);
        const alarms = runs.map((run) => run.falseAlarms);
        process.stdout.write(
          `| ${name}, ${size} | ${flips} of ${sum((run) => run.samples)} | ${flips === 0 ? '–' : ((100 * sum((run) => run.found)) / flips).toFixed(0) + ' %'} | ${(sum((run) => run.falseAlarms) / runs.length).toFixed(1)} (${Math.min(...alarms)}–${Math.max(...alarms)}) | ${(sum((run) => run.oddTakes) / runs.length).toFixed(1)} |\n`,
        );
      }
    }
  }
}

await main();
