// The walls of the house: which room may import what. Reads every import of the tree; a new room is one row here.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

interface Room {
  /** Rooms it may import; `…:doors` means its protocol.ts and client.ts only. */
  readonly rooms: readonly string[];
  /** Packages it may import, as patterns. */
  readonly packages: readonly RegExp[];
}

const tensorflow = [/^@tensorflow\//, /^@tensorflow-models\//];
const svelte = /^svelte($|\/)/;
const componentLibraries = [svelte, /^bits-ui$/, /^@lucide\/svelte($|\/)/, /^@internationalized\//];

const rooms: Record<string, Room> = {
  core: { rooms: [], packages: [] },
  learning: { rooms: ['core'], packages: [] },
  convnet: { rooms: ['core'], packages: [] },
  engine: { rooms: ['core', 'learning', 'convnet'], packages: [...tensorflow, /^valibot$/] },
  /** A worker of its own, without tensors: maps of a live picture must not wait behind the engine, nor it behind them. */
  maps: { rooms: ['core', 'convnet', 'charts'], packages: [] },
  /** A worker of its own: laying out samples takes seconds, in which frames must not wait. */
  projection: { rooms: ['core', 'learning'], packages: [/^umap-js$/] },
  camera: { rooms: ['core'], packages: [] },
  storage: { rooms: ['core'], packages: [/^idb$/] },
  exchange: { rooms: ['core', 'learning'], packages: [/^@zip\.js\/zip\.js/, /^valibot$/, /^pbf$/] },
  actions: { rooms: ['core'], packages: [] },
  offline: { rooms: [], packages: [] },
  charts: { rooms: ['core'], packages: [/^d3-scale$/, /^d3-shape$/] },
  state: {
    rooms: [
      'core',
      'learning',
      'convnet',
      'engine:doors',
      'maps:doors',
      'projection:doors',
      'runtime:doors',
      'camera',
      'storage',
      'exchange',
      'actions',
      'charts',
      'offline',
    ],
    packages: [svelte, /^\$app\//],
  },
  components: {
    rooms: ['state', 'core', 'convnet', 'charts'],
    packages: [...componentLibraries, /^\$app\/(navigation|paths|state)$/],
  },
  routes: { rooms: ['state', 'components'], packages: [svelte, /^\$app\//] },
  'service-worker': { rooms: ['offline'], packages: [] },
  /** Runs exported models without the app, from the app's own pieces; built as a file of its own. */
  runtime: {
    rooms: ['core', 'learning', 'engine', 'exchange'],
    packages: [/^@tensorflow\/tfjs-(core|backend-wasm)$/, /^valibot$/],
  },
  /** The command line runs in Node: the rooms without a page, and the engine's pieces that need no worker. */
  cli: {
    rooms: ['core', 'learning', 'engine', 'exchange', 'runtime'],
    packages: [/^valibot$/, /^node:/, /^@napi-rs\/canvas$/, ...tensorflow],
  },
};

/** Test files may also use the tools of testing, and what they test against. */
const testPackages = [
  /^vitest$/,
  /^fast-check$/,
  /^fake-indexeddb/,
  /^node:/,
  ...tensorflow,
  /^@zip\.js/,
];

const root = resolve(import.meta.dirname, '../..');
const doors = new Set([
  'src/lib/runtime/web/handful-runtime.d.ts',
  ...['engine', 'maps', 'projection'].flatMap((room) => [
    `src/lib/${room}/protocol.ts`,
    `src/lib/${room}/client.ts`,
  ]),
]);
/** SvelteKit wants the service worker under this name. */
const kitsEntry = 'src/service-worker/index.ts';

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => /\.(ts|svelte)$/.test(name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const pattern =
    /(?:^|[\s;])(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g;
  return Array.from(text.matchAll(pattern), (match) => ({
    file,
    specifier: match[1] ?? match[2] ?? '',
  }));
}

function roomOf(file: string): string {
  const parts = file.split('/');
  const [, top = ''] = parts;
  if (['routes', 'cli', 'service-worker'].includes(top)) return top;
  return parts[1] === 'lib' && parts.length > 3 ? (parts[2] ?? '') : '';
}

/** Why an import breaks a rule, or null. */
export function breach({ file, specifier }: Import): string | null {
  const name = roomOf(file);
  const room = rooms[name];
  if (!room) return `${file}: lies in no room`;
  const isTest = /\.test\.ts$|test-helpers?\.ts$/.test(file);
  if (specifier.startsWith('.')) {
    const target = relative(root, resolve(root, dirname(file), specifier));
    const sameRoom =
      roomOf(target) === name || /\.(css|svg)$/.test(specifier) || specifier.includes('/$types');
    return sameRoom ? null : `${file}: leave a room by #lib/, not ${specifier}`;
  }
  if (specifier.startsWith('#tests/')) return isTest ? null : `${file}: imports ${specifier}`;
  if (specifier.startsWith('#lib/')) {
    const target = `src/lib/${specifier.slice('#lib/'.length)}`;
    const targetRoom = roomOf(target);
    if (targetRoom === name) return `${file}: inside a room import ./, not ${specifier}`;
    const throughDoor = doors.has(target) && room.rooms.includes(`${targetRoom}:doors`);
    const allowed = room.rooms.includes(targetRoom) || throughDoor;
    return allowed || isTest ? null : `${file}: ${name} must not import ${specifier}`;
  }
  const packages = isTest ? [...room.packages, ...testPackages] : room.packages;
  const bare = specifier.replace(/\?.*$/, '');
  return packages.some((allowed) => allowed.test(bare))
    ? null
    : `${file}: ${name} must not import the package ${specifier}`;
}

const files = ['src/lib', 'src/routes', 'src/cli', 'src/service-worker'].flatMap(sourceFiles);

describe('house rules', () => {
  test('every import stays within its room’s rights', () => {
    expect(files.length).toBeGreaterThan(10);
    expect(
      files
        .flatMap(importsOf)
        .map(breach)
        .filter((words) => words !== null),
    ).toEqual([]);
  });

  test('no cycles between files', () => {
    const graph = new Map(
      files.map((file) => [
        file,
        importsOf(file)
          .map((each) => targetFile(each))
          .filter((t) => t !== null),
      ]),
    );
    expect(findCycle(graph)).toBeNull();
  });

  test('no barrels', () => {
    const barrels = files.filter((file) => file.endsWith('/index.ts') && file !== kitsEntry);
    expect(barrels).toEqual([]);
  });

  test('the rules can fail', () => {
    expect(
      breach({ file: 'src/lib/core/a.ts', specifier: '@tensorflow/tfjs-core' }),
    ).not.toBeNull();
    expect(
      breach({ file: 'src/lib/components/ui/A.svelte', specifier: '#lib/storage/store.ts' }),
    ).not.toBeNull();
    expect(
      breach({ file: 'src/lib/state/a.ts', specifier: '#lib/engine/worker.ts' }),
    ).not.toBeNull();
    expect(breach({ file: 'src/lib/state/a.ts', specifier: '#lib/engine/client.ts' })).toBeNull();
    expect(breach({ file: 'src/lib/core/a.ts', specifier: '../learning/head.ts' })).not.toBeNull();
    expect(
      findCycle(
        new Map([
          ['a', ['b']],
          ['b', ['a']],
        ]),
      ),
    ).not.toBeNull();
  });
});

function targetFile({ file, specifier }: Import): string | null {
  const clean = specifier.replace(/\?.*$/, '');
  if (clean.startsWith('.')) return relative(root, resolve(root, dirname(file), clean));
  if (clean.startsWith('#lib/')) return `src/lib/${clean.slice('#lib/'.length)}`;
  return null;
}

/** A path of files that import each other in a ring, or null. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] | null => {
    if (done.has(file)) return null;
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file);
    if (cycle) return cycle;
  }
  return null;
}
