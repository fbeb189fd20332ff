// Handful and its peers side by side, in turns, in Chromium: `npm run bench [-- --quick] [--json] [--only frames,learning]`.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { launchWith } from '#tests/e2e/browser.ts';
import { openHarness } from '#tests/engine/harness.ts';
import { catalogueRow, hubNetwork } from './hub-network.ts';
import { measures, type Mark } from './marks.ts';
import { table } from './table.ts';

const genuine = resolve(
  import.meta.dirname,
  '../../../../shared/data/weights/mobilenet-v1-0.25-224-hub',
);

/** Writes what `models/bench/` holds: a catalogue with MobileNet V1 0.25, the hub's own weights where they are. */
function writeModels(folder: string): string {
  mkdirSync(join(folder, 'mobilenet'));
  const write = (name: string, content: string | Uint8Array): void =>
    writeFileSync(join(folder, name), content);
  if (existsSync(genuine)) {
    const model = JSON.parse(readFileSync(join(genuine, 'model.json'), 'utf8')) as {
      weightsManifest: { paths: string[] }[];
    };
    for (const path of model.weightsManifest.flatMap(({ paths }) => paths)) {
      write(`mobilenet/${path}`, readFileSync(join(genuine, path)));
    }
    write('mobilenet/model.json', JSON.stringify(model));
    const row = catalogueRow('mobilenet', 'the hub’s weights');
    write('catalogue.json', JSON.stringify({ version: 1, backbones: [row] }));
    return 'the hub’s weights';
  }
  const network = hubNetwork('mobilenet');
  write('mobilenet/model.json', network.model);
  write('mobilenet/weights.bin', network.weights);
  write('catalogue.json', JSON.stringify({ version: 1, backbones: [network.row] }));
  return 'seeded random weights';
}

function machine(browserVersion: string): Readonly<Record<string, string | number>> {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    chromium: browserVersion,
    /** More than the bench's own two cores: somebody else was at work. */
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(1)),
  };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  const wanted = values.only?.split(',') ?? Object.keys(measures);
  const unknown = wanted.filter((name) => !(name in measures));
  if (unknown.length > 0) {
    process.stderr.write(
      `There is no ${unknown.join(', ')}; there are ${Object.keys(measures).join(', ')}.\n`,
    );
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'handful-bench-'));
  const weights = writeModels(folder);
  process.stderr.write(`MobileNet V1 0.25 with ${weights}.\n`);
  const harness = await openHarness({
    extra: { bench: folder },
    page: 'tests/bench/marks/page',
    strict: false,
  });
  const browser = await chromium.launch(launchWith(null));
  const about = machine(browser.version());
  const marks: Mark[] = [];
  try {
    for (const name of wanted) {
      const measure = measures[name];
      if (!measure) continue;
      process.stderr.write(`${name} …\n`);
      const page = await browser.newPage();
      page.on('pageerror', (error) => process.stderr.write(`${error.message}\n`));
      await page.addInitScript('globalThis.__name ??= (work) => work');
      await page.goto(harness.url);
      await page.evaluate(() => window.ready);
      marks.push(...(await measure(page, { quick: values.quick })));
      await page.close();
    }
  } finally {
    await browser.close();
    await harness.close();
    rmSync(folder, { recursive: true });
  }
  const said = values.json ? JSON.stringify({ machine: about, marks }) : table(about, marks);
  process.stdout.write(`${said}\n`);
  return 0;
}

process.exitCode = await main();
