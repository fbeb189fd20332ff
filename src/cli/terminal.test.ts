import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forTerminal } from './terminal.ts';

describe('what is printed', () => {
  test('commands the terminal nothing, and JSON stays what it was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('\u001b[2J', '\u009b', '\u202e'),
        (a, b) => {
          const printed = forTerminal(JSON.stringify({ name: a + b }));
          expect(printed).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
          expect(JSON.parse(printed)).toEqual({ name: a + b });
        },
      ),
    );
    expect(forTerminal('a\u001b[31mb\n\tc')).toBe('a\\u001b[31mb\n\tc');
  });
});
