import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanText, printable, shortText } from './clean-text.ts';

/** Text with a great share of what should not be there. */
const nasty = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(
        ...['\u202e', '\u2066', '\u200b', '\u200d', '\u200c', '\ufe0f', '\u{e0067}', '\u0301'],
        ...['\ufeff', '\u00ad', '\u2028', '\u001b[2J', '👩', '🏴', 'क', '\u094d', 'ن', ' '],
      ),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

describe('printable', () => {
  test('holds no control, no override of direction, no half of a character', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const shown = printable(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(shown).not.toMatch(/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/);
        expect(shown).not.toMatch(/\p{M}{9}/u);
      }),
    );
  });

  test('is what it was when it is done again', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(printable(printable(text))).toBe(printable(text));
      }),
    );
    fc.assert(
      fc.property(nasty, fc.integer({ min: 1, max: 40 }), (text, limit) => {
        const clean = cleanText(text, limit);
        expect(cleanText(clean, limit)).toBe(clean);
        expect(Array.from(clean).length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  test('leaves letters, marks, digits and signs of every script alone', () => {
    const plain = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => {
      return !/[\p{C}\p{Default_Ignorable_Code_Point}\p{Z}]/u.test(text);
    });
    fc.assert(
      fc.property(plain, (text) => {
        expect(printable(text)).toBe(text);
      }),
    );
  });

  test.each([
    ['a family', '👨‍👩‍👧‍👦'],
    ['a heart in colour', '❤️‍🔥'],
    ['a hand with a tone', '👋🏽'],
    ['a woman at work', '👩🏾‍💻'],
    ['the flag of Scotland', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
    ['two letters of a flag', '🇺🇳'],
    ['a key with a digit', '3️⃣'],
    ['Persian', 'می‌خواهم'],
    ['Hindi', 'क्‍ष'],
    ['Sinhala', 'ශ්‍රී'],
    ['Malayalam', 'അവന്‍'],
    ['Arabic with points', 'مُحَمَّد'],
    ['Hebrew', 'שָׁלוֹם'],
    ['Vietnamese, taken apart', 'Tiếng Việt'.normalize('NFD')],
    ['Korean', '안녕'],
    ['HTML, which is only text', '<img src=x onerror=alert(1)>'],
  ])('%s stays', (_, text) => expect(printable(text)).toBe(text));

  test.each([
    ['an override', 'photo\u202egpj.exe', 'photogpj.exe'],
    ['isolates', '\u2067abc\u2069', 'abc'],
    ['nothing that is seen', '\u200b\u200d\ufeff', ''],
    ['a joiner between Latin letters', 'pay\u200dpal', 'paypal'],
    ['half a character', 'a\ud800b', 'a\ufffdb'],
    ['lines and colours of a terminal', 'a\u001b[31m\r\n\u009bb', 'a [31m b'],
    ['a stray selector and a stray tag', '\ufe0fa\u{e0041}', 'a'],
    ['a tower of marks', `a${'\u0301'.repeat(500)}`, `a${'\u0301'.repeat(8)}`],
  ])('%s', (_, text, expected) => expect(printable(text)).toBe(expected));
});

describe('shortening', () => {
  test('cuts between characters as people count them', () => {
    expect(cleanText('ab👨‍👩‍👧‍👦', 5)).toBe('ab');
    expect(cleanText('abc def', 4)).toBe('abc');
    expect(cleanText('\u202e'.repeat(1e6), 10)).toBe('');
  });

  test('keeps the end, which says what kind of file it is', () => {
    const name = `${'n'.repeat(60_000)}.handful.zip`;
    const short = shortText(name, 100);
    expect(Array.from(short).length).toBeLessThanOrEqual(100);
    expect(short).toMatch(/^n{79}…n+\.handful\.zip$/);
    expect(shortText('photo.jpg', 100)).toBe('photo.jpg');
    fc.assert(
      fc.property(nasty, fc.integer({ min: 30, max: 60 }), (text, limit) => {
        expect(Array.from(shortText(text, limit)).length).toBeLessThanOrEqual(limit);
      }),
    );
  });
});
