// `add`: a MobileNet from a known name, an address or a folder becomes part of this site.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeFailure, type Failure } from '#lib/core/failure.ts';
import { parseArguments, UsageError } from '../arguments.ts';
import { interruptible, refuseWords } from '../slow-verb.ts';
import type { Console, Verb } from '../verb.ts';
import { knownBackbones, type KnownBackbone } from './known.ts';
import { addressPlace, folderPlace, readModelFiles, type FilePlace } from './model-files.ts';
import type { ModelsFolder } from './models-folder.ts';
import { whatItIs } from './what-it-is.ts';

const usage = 'NAME|URL|DIR [--sha256 HEX] [--name TITLE] [--licence TERMS]';
const names = knownBackbones.map(({ name }) => name).join(', ');

interface Wish {
  readonly source: string;
  readonly known: KnownBackbone | null;
  readonly sha256: string | null;
  readonly title: string | null;
  readonly licence: string;
}

export function addVerb(models: ModelsFolder): Verb {
  return {
    name: 'add',
    usage: `${usage}   installs a MobileNet; known names: ${names}`,
    run(args, console) {
      const { plain, options } = parseArguments(args, { valued: ['sha256', 'name', 'licence'] });
      const [source] = plain;
      if (source === undefined || plain.length > 1) {
        throw new UsageError('name one backbone, one address or one folder.');
      }
      const sha256 = options.get('sha256')?.toLowerCase() ?? null;
      if (sha256 !== null && !/^[0-9a-f]{64}$/.test(sha256)) {
        throw new UsageError('--sha256 takes 64 hexadecimal digits.');
      }
      const known = knownBackbones.find(({ name }) => name === source) ?? null;
      const wish: Wish = {
        source,
        known,
        sha256: sha256 ?? known?.sha256 ?? null,
        title: options.get('name') ?? known?.title ?? null,
        licence: options.get('licence') ?? known?.licence ?? 'not stated',
      };
      return interruptible(console, (signal) => add(models, wish, console, signal));
    },
  };
}

async function add(
  models: ModelsFolder,
  wish: Wish,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const place = placeOf(wish, console, signal);
  if (!place) {
    return refuseWords(
      console,
      `“${wish.source}” is no known name (${names}), no address and no folder with a model.json.`,
    );
  }
  const files = await readModelFiles(place);
  if (!files.ok) return refuseWords(console, wordsOf(files.failure));
  const { sha256, weights } = files.value;
  const bytes = `${weights.length.toLocaleString('en-GB')} bytes`;
  if (wish.sha256 !== null && wish.sha256 !== sha256) {
    return refuseWords(
      console,
      `the weights from ${place.from} (${bytes}) have the checksum ${sha256}, not ${wish.sha256}. Nothing was installed.`,
    );
  }
  const made = await whatItIs(files.value, wish);
  if (!made.ok) return refuseWords(console, wordsOf(made.failure));
  signal.throwIfAborted();
  await models.add(made.value);
  for (const line of made.value.facts) console.out(line);
  console.out(`${bytes}, sha256 ${sha256}`);
  if (wish.sha256 === null) {
    console.out('Nobody had recorded a checksum for it: compare this one with a source you trust.');
  }
  console.out(`Installed in ${join(models.path, made.value.folder)}. Build the site again.`);
  return 0;
}

function placeOf(wish: Wish, console: Console, signal: AbortSignal): FilePlace | null {
  const address = wish.known?.url ?? (/^https?:\/\//.test(wish.source) ? wish.source : null);
  if (address === null) {
    const folder = wish.source.replace(/model\.json$/, '') || '.';
    return existsSync(join(folder, 'model.json')) ? folderPlace(folder) : null;
  }
  if (!URL.canParse(address)) return null;
  console.error(`Asking ${new URL(address).host} …`);
  let said = 0;
  return addressPlace(modelAddress(address), signal, (name, doneBytes) => {
    if (doneBytes - said < 2e6 && doneBytes >= said) return;
    said = doneBytes;
    console.error(`${name}: ${(doneBytes / 1e6).toFixed(1)} MB`);
  });
}

/** An address of a folder means the `model.json` in it. */
const modelAddress = (address: string): string =>
  /\.json(\?|$)/.test(address) ? address : `${address.replace(/\/$/, '')}/model.json`;

/** The page's advice (“reload”) is of no use on a command line. */
function wordsOf(failure: Failure): string {
  return 'detail' in failure && 'name' in failure
    ? `${failure.name}: ${failure.detail}. Nothing was installed.`
    : `${describeFailure(failure).what} Nothing was installed.`;
}
