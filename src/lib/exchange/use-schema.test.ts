import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newDeeds, type Deed } from '#lib/core/class-action.ts';
import { defaultUse } from '#lib/core/use-settings.ts';
import { checked } from './schema.ts';
import { useSchema } from './use-schema.ts';

const withDeed = (deed: unknown): unknown => ({
  ...defaultUse,
  actions: [{ id: 'a', classId: 'c', heldMs: 500, deed }],
});
const accepted = (use: unknown): boolean => checked(useSchema, use).success;

describe('actions in a file', () => {
  test('every kind of deed comes through as it was', () => {
    for (const deed of Object.values(newDeeds) as Deed[]) {
      const use = withDeed(deed);
      expect(checked(useSchema, use)).toMatchObject({ success: true, output: use });
    }
  });

  test('a file of a person’s own is named by its hash', () => {
    const own = { hash: 'ab'.repeat(32), name: 'cat.png' };
    const use = withDeed({ kind: 'text', text: 'A cat', picture: own });
    expect(checked(useSchema, use)).toMatchObject({ success: true, output: use });
    const hidden = { ...own, name: 'a\u202eb' };
    const read = checked(useSchema, withDeed({ kind: 'sound', sound: 'pop', own: hidden }));
    expect(read.success && read.output.actions[0]?.deed).toMatchObject({ own: { name: 'ab' } });
    for (const wrong of ['cat.png', { name: 'cat.png' }, { ...own, hash: 'https://example.org/' }])
      expect(accepted(withDeed({ kind: 'sound', sound: 'pop', own: wrong }))).toBe(false);
  });

  test('what nobody could have set is refused', () => {
    for (const deed of [
      { kind: 'run', code: 'alert(1)' },
      { kind: 'webhook', address: 'javascript:alert(1)' },
      { kind: 'webhook', address: 'http://example.org/' },
      { kind: 'webhook', address: 'https://user@example.org/' },
      { kind: 'webhook', address: `https://example.org/${'a'.repeat(600)}` },
      { kind: 'embedder', origin: '*' },
      { kind: 'midi', note: 128 },
      { kind: 'midi', note: 1.5 },
      { kind: 'sound', sound: 'siren' },
      { kind: 'key', key: 'F5' },
      { kind: 'key', key: 'ab' },
      { kind: 'speak', text: 7 },
      { kind: 'speak', text: 'a'.repeat(100_000) },
      null,
    ]) {
      expect([deed, accepted(withDeed(deed))]).toEqual([deed, false]);
    }
    const gestures = { ...defaultUse.gestures, enter: 0.6, leave: 0.7 };
    expect(accepted({ ...defaultUse, gestures })).toBe(false);
    expect(accepted({ ...defaultUse, gestures: { ...gestures, leave: 0.4, dwellMs: -1 } })).toBe(
      false,
    );
    const { scan } = defaultUse;
    for (const part of [{ stepMs: 1 }, { phrases: new Array(25).fill('a') }, { aloud: 'yes' }])
      expect(accepted({ ...defaultUse, scan: { ...scan, ...part } })).toBe(false);
    const [action] = (withDeed(newDeeds.count) as { actions: unknown[] }).actions;
    expect(accepted({ ...defaultUse, actions: new Array(101).fill(action) })).toBe(false);
  });

  test('words are made fit to show', () => {
    const read = checked(useSchema, withDeed({ kind: 'text', text: 'a\u202eb\u0000c' }));
    expect(read.success && read.output.actions[0]?.deed).toEqual({ kind: 'text', text: 'ab c' });
  });

  test('whatever stands there, it is refused or harmless', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (deed, gestures) => {
        expect(() => accepted({ ...defaultUse, ...withDeed(deed)!, gestures })).not.toThrow();
      }),
    );
  });
});
