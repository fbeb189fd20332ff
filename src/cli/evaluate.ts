// `evaluate`: balanced accuracy of a head by shots on folders of class folders, by frames drawn at random or by take.

import { defaultHeadSettings, type HeadKind } from '#lib/core/head-spec.ts';
import { parseArguments, UsageError } from './arguments.ts';
import { embedClassFolders, listClassFolders, type ClassFolders } from './class-folders.ts';
import { measure, whiteningOf } from './measure.ts';
import { startEngine } from './node-engine.ts';
import { meanAndError, protocols, type MeanAndError, type Protocol } from './protocols.ts';
import { interruptible, refuse, refuseWords } from './slow-verb.ts';
import type { Console, Verb } from './verb.ts';

interface Wish {
  readonly folders: readonly string[];
  readonly shots: readonly number[];
  readonly protocol: Protocol;
  readonly seeds: number;
  readonly head: HeadKind;
  readonly backboneId: string | null;
  readonly json: boolean;
}

interface ShotResult extends MeanAndError {
  readonly k: number;
}

interface SetResult {
  readonly name: string;
  readonly shots: readonly ShotResult[];
}

const headKinds: readonly HeadKind[] = ['ridge', 'knn', 'dense'];
const usage =
  'DIR … [--shots 1,2,5,10,20] [--protocol random|take] [--seeds 10] [--head ridge|knn|dense] [--backbone ID] [--json]';

export const evaluate: Verb = {
  name: 'evaluate',
  usage: `${usage}   balanced accuracy by shots`,
  run(args, console) {
    const wish = readWish(args);
    return interruptible(console, (signal) => evaluateFolders(wish, console, signal));
  },
};

async function evaluateFolders(wish: Wish, console: Console, signal: AbortSignal): Promise<number> {
  // All that can be refused without work is refused before any.
  const listed: ClassFolders[] = [];
  for (const path of wish.folders) {
    const folder = await listClassFolders(path);
    if (!folder.ok) return refuse(console, folder.failure);
    listed.push(folder.value);
  }
  const started = await startEngine(wish.backboneId, signal);
  if (!started.ok) return refuse(console, started.failure);
  const whitening = await whiteningOf(started.value, signal);
  if (!whitening.ok) return refuse(console, whitening.failure);
  const spec = defaultHeadSettings[wish.head];
  const sets: SetResult[] = [];
  for (const folder of listed) {
    const set = await embedClassFolders(folder, started.value, console, signal);
    if (!set.ok) return refuse(console, set.failure);
    const shots: ShotResult[] = [];
    for (const k of wish.shots) {
      const { protocol, seeds } = wish;
      const wanted = { protocol, spec, shots: k, seeds, signal };
      const measured = await measure(started.value, set.value, whitening.value, wanted);
      if (!measured.ok) return refuse(console, measured.failure);
      if (measured.value.length > 0) shots.push({ k, ...meanAndError(measured.value) });
      else console.error(`${folder.name}: a class has too few pictures for ${k} shots`);
    }
    sets.push({ name: folder.name, shots });
  }
  const all = overSets(wish.shots, sets);
  const { id } = started.value.state.backbone;
  if (all.length === 0) return refuseWords(console, 'no set has enough pictures for these shots.');
  console.out(
    wish.json ? JSON.stringify(asJson(id, wish, all, sets)) : asTable(id, wish, all, sets),
  );
  return 0;
}

/** The mean over sets; with a single set, over its draws. */
function overSets(wanted: readonly number[], sets: readonly SetResult[]): ShotResult[] {
  return wanted.flatMap((k) => {
    const found = sets.flatMap(({ shots }) => shots.filter((shot) => shot.k === k));
    const [only] = found;
    if (!only) return [];
    return [found.length === 1 ? only : { k, ...meanAndError(found.map(({ mean }) => mean)) }];
  });
}

function asJson(
  backbone: string,
  { head, protocol }: Wish,
  all: readonly ShotResult[],
  sets: readonly SetResult[],
): object {
  return {
    backbone,
    head,
    protocol,
    shots: all.map(({ k, mean, se }) => ({ k, mean: rounded(mean), se: rounded(se) })),
    sets: sets.map(({ name, shots }) => ({
      name,
      shots: shots.map(({ k, mean }) => ({ k, mean: rounded(mean) })),
    })),
  };
}

function asTable(
  backbone: string,
  { head, protocol, shots }: Wish,
  all: readonly ShotResult[],
  sets: readonly SetResult[],
): string {
  const width = Math.max(8, ...sets.map(({ name }) => name.length));
  const row = (name: string, found: readonly ShotResult[]): string => {
    const cells = shots.map((k) => {
      const shot = found.find((each) => each.k === k);
      return shot ? `${(100 * shot.mean).toFixed(1)} ± ${(100 * shot.se).toFixed(1)}` : '–';
    });
    return [name.padEnd(width), ...cells.map((cell) => cell.padStart(12))].join('');
  };
  return [
    `${backbone}, ${head} head, protocol ${protocol}: balanced accuracy in per cent ± standard error`,
    [''.padEnd(width), ...shots.map((k) => `${k}`.padStart(12))].join(''),
    ...sets.map(({ name, shots: found }) => row(name, found)),
    row('all sets', all),
  ].join('\n');
}

function readWish(args: readonly string[]): Wish {
  const valued = ['shots', 'protocol', 'seeds', 'head', 'backbone'];
  const { plain, options } = parseArguments(args, { valued, flags: ['json'] });
  if (plain.length === 0) throw new UsageError('name at least one folder of class folders.');
  const shots = (options.get('shots') ?? '1,2,5,10,20').split(',').map(Number);
  if (shots.some((k) => !isCount(k))) {
    throw new UsageError('--shots takes whole numbers, such as 1,5,10.');
  }
  const seeds = Number(options.get('seeds') ?? '10');
  if (!isCount(seeds)) throw new UsageError('--seeds takes a whole number from 1 on.');
  const protocol = protocols.find((each) => each === (options.get('protocol') ?? 'take'));
  if (!protocol) throw new UsageError('--protocol is random or take.');
  const head = headKinds.find((each) => each === (options.get('head') ?? 'ridge'));
  if (!head) throw new UsageError('--head is ridge, knn or dense.');
  const backboneId = options.get('backbone') ?? null;
  return { folders: plain, shots, protocol, seeds, head, backboneId, json: options.has('json') };
}

const isCount = (value: number): boolean =>
  Number.isInteger(value) && value >= 1 && value <= 10_000;

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
