// What is done to a good file, as plain data drawn by fast-check: the same seed is the same twenty thousand recipes.
import fc from 'fast-check';

/** Shares in [0, 1) choose a place in whatever is there when the step is applied. */
export type Step =
  | {
      readonly kind: 'flip' | 'cut' | 'insert' | 'duplicate' | 'truncate';
      readonly at: number;
      readonly length: number;
    }
  | {
      readonly kind: 'directory';
      readonly entry: number;
      readonly field: number;
      readonly value: number;
    }
  | { readonly kind: 'rename'; readonly entry: number; readonly name: string }
  | {
      readonly kind: 'json';
      readonly entry: number;
      readonly place: number;
      readonly what: 'replace' | 'remove' | 'add' | 'repeat';
      readonly text: string;
    }
  | {
      readonly kind: 'numbers';
      readonly entry: number;
      readonly at: number;
      readonly every: number;
      readonly value: string;
    }
  | { readonly kind: 'resize'; readonly entry: number; readonly share: number }
  | {
      readonly kind: 'picture';
      readonly entry: number;
      readonly format: number;
      readonly width: number;
      readonly height: number;
    }
  | {
      readonly kind: 'bomb';
      readonly entry: number;
      readonly megabytes: number;
      readonly stated: number;
    }
  | { readonly kind: 'crowd'; readonly count: number; readonly name: string }
  | { readonly kind: 'graft'; readonly seed: number; readonly entry: number }
  | { readonly kind: 'drop'; readonly entry: number };

export interface Recipe {
  /** Share that chooses the file to start from. */
  readonly seed: number;
  /** Whether entries of a zip come as loose files, or the other way round. */
  readonly swap: boolean;
  readonly steps: readonly Step[];
}

/** Without fast-check's liking for small numbers, which would choose the first of everything. */
const share = fc.noBias(fc.nat(999_999)).map((millionths) => millionths / 1e6);
const hostileNames = [
  ...['../up/1.jpg', 'a/../../1.jpg', '/root.jpg', 'C:\\x\\1.jpg', '..\\1.jpg', '', '.', '..', '/'],
  ...['__proto__', '__proto__/1.jpg', 'constructor/1.jpg', 'toString-!-0.jpg', '__proto__-!-0.jpg'],
  ...['<img src=x onerror=alert(1)>/1.jpg', '"><script>alert(1)</script>-!-0.jpg', 'a\u0000b.jpg'],
  ...[
    '\u202egpj.exe/1.jpg',
    '\u001b[2J/1.jpg',
    'مرحبا/١.jpg',
    '你好-!-1.jpg',
    '\ud800/1.jpg',
    ' /1.jpg',
  ],
  ...[
    'handful.json',
    'manifest.json',
    'model.json',
    'metadata.json',
    'golden.json',
    'samples.json',
  ],
  ...[
    'labels.txt',
    'weights.bin',
    'embeddings.bin',
    'head/head.json',
    '-!-0.jpg',
    'a-!-999999999.jpg',
  ],
  ...[`${'n'.repeat(10_000)}.jpg`, `${'é/'.repeat(20_000)}1.jpg`, `${'x'.repeat(65_000)}-!-0.jpg`],
];
const name = fc.oneof(
  fc.constantFrom(...hostileNames),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => `${text}/1.jpg`),
);

/** JSON as text: some of it no program would write. */
const hostileJson = [
  ...[
    'null',
    'true',
    '-1',
    '0',
    '0.5',
    '1e308',
    '-1e308',
    '1e999',
    '9007199254740993',
    '4294967296',
    '65536',
  ],
  ...[
    'NaN',
    'Infinity',
    '""',
    '[]',
    '{}',
    '[[]]',
    '"__proto__"',
    '"../../x"',
    '"\\u0000\\u202e\\u001b[2J"',
  ],
  ...[
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '"\\ud800"',
  ],
  ...['"<img src=x onerror=alert(1)>"', `"${'x'.repeat(20_000)}"`, `[${'0,'.repeat(50_000)}0]`],
  ...[
    '"javascript:alert(1)"',
    '"http://127.0.0.1:9/x"',
    '[1,2]',
    '{"a":1}',
    '"2"',
    '[null]',
    '1000',
    '3',
  ],
  ...[
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
  ],
];
const numberTexts = ['NaN', 'Infinity', '-Infinity', '1e38', '-3.4e38', '1e-45', '0', '1e7', '-1'];
const sides = [0, 1, 31, 224, 256, 512, 513, 4096, 16_384, 20_000, 65_535];

const bytesStep = fc.record({
  kind: fc.constantFrom('flip', 'cut', 'insert', 'duplicate', 'truncate'),
  at: share,
  length: fc.integer({ min: 1, max: 64 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: bytesStep },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('directory' as const),
      entry: share,
      field: fc.nat(13),
      value: fc.oneof(
        fc.constantFrom(0, 1, 0xff, 0xffff, 0xffffffff),
        fc.nat(0xffffffff),
        fc.nat(300),
      ),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('rename' as const), entry: share, name }) },
  {
    weight: 16,
    arbitrary: fc.record({
      kind: fc.constant('json' as const),
      entry: share,
      place: share,
      what: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'repeat'),
      text: fc.constantFrom(...hostileJson),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('numbers' as const),
      entry: share,
      at: share,
      every: fc.constantFrom(0, 0, 1, 7),
      value: fc.constantFrom(...numberTexts),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('resize' as const),
      entry: share,
      share: fc.constantFrom(0, 0.001, 0.5, 0.999, 1.001, 2),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('picture' as const),
      entry: share,
      format: fc.nat(5),
      width: fc.constantFrom(...sides),
      height: fc.constantFrom(...sides),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('bomb' as const),
      entry: share,
      megabytes: fc.constantFrom(3, 50, 300, 1000),
      stated: fc.constantFrom(0, 100, 1000, 3 * 1024 ** 2, 0xffffffff),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('crowd' as const),
      count: fc.constantFrom(1001, 1001, 5000, 5000, 70_000),
      name: fc.constantFrom('#/1.jpg', 'c/#.jpg', '#-!-0.jpg', 'same.jpg', '#/', '#.txt'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('graft' as const), seed: share, entry: share }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('drop' as const), entry: share }) },
);

const recipe: fc.Arbitrary<Recipe> = fc.record({
  seed: share,
  swap: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  steps: fc.array(step, { minLength: 1, maxLength: 3 }),
});

/** The first `count` recipes of a seed; the first few are always the largest things there are. */
export function drawRecipes(count: number, seed: number): Recipe[] {
  return [...giants, ...fc.sample(recipe, { numRuns: count, seed })].slice(0, count);
}

const giants: readonly Recipe[] = [
  { kind: 'crowd', count: 1_000_000, name: '#/1.jpg' } as const,
  { kind: 'crowd', count: 119_000, name: 'c/#.jpg' } as const,
  { kind: 'crowd', count: 99_000, name: 'c/#.jpg' } as const,
  ...[0, 0.5, 0.99].map(
    (entry) => ({ kind: 'bomb', entry, megabytes: 4000, stated: 100 }) as const,
  ),
].flatMap((giant) => [0, 0.35].map((seed): Recipe => ({ seed, swap: false, steps: [giant] })));
