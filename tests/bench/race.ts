// The race of the lessons on real webcam bursts: transfer against from scratch, by shots a class, on takes neither has seen.
// npm run bench:race -- [draws] [folder of classes]
import { existsSync } from 'node:fs';
import type { RacePoint } from '#lib/learning/race-run.ts';
import { spreadOf } from '#lib/learning/race.ts';
import { gestures, raceOnFolders, type Racer } from './race-on-folders.ts';

const draws = Number(process.argv[2] ?? 3);
const folder = process.argv[3] ?? gestures;

if (existsSync(folder)) {
  const { takes, pictures, points } = await raceOnFolders({
    folder,
    draws,
    onTraining: (words) => process.stderr.write(`  ${words}\n`),
  });
  process.stdout.write(
    `${pictures} pictures in ${takes} takes, ${draws} draws\n${table(points)}\n`,
  );
} else {
  process.stdout.write('skipped: no ../shared/data\n');
}

function table(points: readonly RacePoint<Racer>[]): string {
  const cell = (name: Racer, shots: number): string => {
    const own = points.filter((point) => point.contestant === name && point.shots === shots);
    const accuracy = spreadOf(own.map((point) => point.accuracy));
    const ms = spreadOf(own.map((point) => point.learnMs));
    const percent = (share: number | undefined): string => ((share ?? 0) * 100).toFixed(1);
    return `${percent(accuracy?.mean)} ± ${percent(accuracy?.deviation)} % (${(ms?.mean ?? 0).toFixed(0)} ms)`;
  };
  const shots = [...new Set(points.map((point) => point.shots))];
  const rows = shots.map((n) => `| ${n} | ${cell('transfer', n)} | ${cell('scratch', n)} |`);
  return ['| shots a class | transfer | scratch |', '|---|---|---|', ...rows].join('\n');
}
