import { describe, expect, test } from 'vitest';
import { parseArguments, UsageError } from './arguments.ts';

const known = { valued: ['out', 'head'], flags: ['json'] };

describe('arguments', () => {
  test('files and options in any order', () => {
    const { plain, options } = parseArguments(
      ['a', '--out', 'x=1', '--json', '--head=knn', '--', '--b'],
      known,
    );
    expect(plain).toEqual(['a', '--b']);
    expect([...options]).toEqual([
      ['out', 'x=1'],
      ['json', ''],
      ['head', 'knn'],
    ]);
  });

  test.each([
    [['--jsn'], 'no option --jsn'],
    [['--out'], '--out needs a value'],
    [['--out', '--json'], '--out needs a value'],
    [['--out='], '--out needs a value'],
    [['--json=yes'], 'takes no value'],
    [['--__proto__'], 'no option --__proto__'],
  ])('%j is refused', (args, words) => {
    const parse = (): unknown => parseArguments(args, known);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(words);
  });
});
