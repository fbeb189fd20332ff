// `list`, `remove` and `verify`: what the catalogue of this site names.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseManifest } from '#lib/engine/backbones/handful-format.ts';
import { parseArguments, UsageError } from '../arguments.ts';
import { refuseWords } from '../slow-verb.ts';
import type { Verb } from '../verb.ts';
import { folderPlace, readModelFiles } from './model-files.ts';
import type { ModelsFolder, Row } from './models-folder.ts';

export function listVerb(models: ModelsFolder): Verb {
  return {
    name: 'list',
    usage: '  what is installed, the default first',
    async run(args, console) {
      if (parseArguments(args, {}).plain.length > 0) throw new UsageError('list takes no name.');
      for (const row of await models.rows()) {
        const place = models.folderOf(row) ?? row.modelUrl ?? '';
        console.out(`${place}   ${row.name ?? ''} (${row.licence ?? 'licence not stated'})`);
      }
      return 0;
    },
  };
}

export function removeVerb(models: ModelsFolder): Verb {
  return {
    name: 'remove',
    usage: 'NAME   takes a backbone out of the site; NAME as `list` says it',
    async run(args, console) {
      const row = await named(models, args);
      const rows = await models.rows();
      if (rows.length === 1) {
        return refuseWords(console, 'it is the only backbone; without one the app cannot see.');
      }
      await models.remove(row);
      console.out(`Removed ${models.folderOf(row) ?? row.name ?? ''}. Build the site again.`);
      if (rows[0]?.name === row.name) {
        const next = (await models.rows())[0];
        console.out(`It was the default; now that is ${next?.name ?? next?.folder ?? ''}.`);
      }
      return 0;
    },
  };
}

export function verifyVerb(models: ModelsFolder): Verb {
  return {
    name: 'verify',
    usage: '[NAME]   compares the weights with their checksums; status 1 when one differs',
    async run(args, console) {
      const rows =
        parseArguments(args, {}).plain.length === 0
          ? await models.rows()
          : [await named(models, args)];
      let differs = false;
      for (const row of rows) {
        const { fine, words } = await verified(models, row);
        console.out(
          `${fine ? 'ok' : 'DIFFERS'}   ${models.folderOf(row) ?? row.name ?? ''}: ${words}`,
        );
        differs ||= !fine;
      }
      return differs ? 1 : 0;
    },
  };
}

async function named(models: ModelsFolder, args: readonly string[]): Promise<Row> {
  const [name, ...more] = parseArguments(args, {}).plain;
  if (name === undefined || more.length > 0) throw new UsageError('name one backbone.');
  const row = await models.find(name);
  if (row) return row;
  const known = (await models.rows()).map((each) => models.folderOf(each) ?? each.name ?? '');
  throw new UsageError(`no backbone “${name}” is installed; there are: ${known.join(', ')}.`);
}

async function verified(
  models: ModelsFolder,
  row: Row,
): Promise<{ readonly fine: boolean; readonly words: string }> {
  const folder = models.folderOf(row);
  if (folder === null)
    return { fine: true, words: 'on another host, which the page asks; not checked.' };
  const files = await readModelFiles(folderPlace(join(models.path, folder)));
  if (!files.ok) {
    const { failure } = files;
    return { fine: false, words: 'detail' in failure ? failure.detail : failure.code };
  }
  const own = parseManifest(await readFile(join(models.path, folder, 'model.json'), 'utf8'));
  const stated = own.ok ? own.value.weights.sha256 : row.sha256;
  const { sha256 } = files.value;
  if (stated === undefined)
    return { fine: true, words: `no checksum was recorded; it is ${sha256}.` };
  return stated === sha256
    ? { fine: true, words: `sha256 ${sha256}` }
    : { fine: false, words: `sha256 ${sha256}, should be ${stated}` };
}
