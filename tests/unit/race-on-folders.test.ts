// The race's claim on real takes: whoever builds on what MobileNet already knows is ahead, however few the samples.
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { spreadOf } from '#lib/learning/race.ts';
import {
  gestures,
  importedFolders,
  raceOnFolders,
  type Racer,
} from '#tests/bench/race-on-folders.ts';

const there = existsSync(gestures);
const name = (words: string): string => (there ? words : `${words} (skipped: no ../shared/data)`);

test.skipIf(!there)(name('folders of film frames are imported as their five bursts'), async () => {
  const { classNames, pictures } = await importedFolders(gestures);
  for (const [classIndex] of classNames.entries()) {
    const takes = pictures
      .filter((entry) => entry.classIndex === classIndex)
      .map(({ take }) => take);
    const expected = [0, 1, 2, 3, 4].flatMap((take) => new Array<number>(30).fill(take));
    expect(takes).toEqual(expected);
  }
});

test.skipIf(!there)(
  name('transfer is ahead at every number of shots'),
  { timeout: 300_000 },
  async () => {
    const { points } = await raceOnFolders({ folder: gestures, draws: 2, everyNth: 3 });
    const meanOf = (racer: Racer, shots: number): number => {
      const own = points.filter((point) => point.contestant === racer && point.shots === shots);
      return spreadOf(own.map(({ accuracy }) => accuracy))?.mean ?? Number.NaN;
    };
    const shots = [...new Set(points.map((point) => point.shots))];
    expect(shots).toEqual([1, 2, 5, 10, 20]);
    for (const count of shots) {
      expect(meanOf('transfer', count), `${count} shots`).toBeGreaterThan(meanOf('scratch', count));
    }
  },
);
