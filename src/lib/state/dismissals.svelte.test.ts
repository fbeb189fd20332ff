import { expect, test } from 'vitest';
import type { Advice } from '#lib/core/coaching.ts';
import { Dismissals } from './dismissals.svelte.ts';
import type { OpenProject } from './project.svelte.ts';
import type { Settings } from './settings.svelte.ts';

const fewTakes: Advice = { code: 'few-takes', takes: 1, wanted: 3, classIds: ['a'], severity: 1 };
const collision: Advice = { code: 'collision', share: 0.4, classIds: ['a', 'b'], severity: 0.5 };

function setUp() {
  const current = $state<{ dismissed: Record<string, string[]> }>({ dismissed: {} });
  const project = $state<{ id: string | undefined }>({ id: 'p' });
  const settings = {
    current,
    change: (changes: { dismissed: Record<string, string[]> }) => {
      current.dismissed = changes.dismissed;
      return Promise.resolve();
    },
  };
  const open = {
    get project() {
      return project.id === undefined ? null : { id: project.id };
    },
  };
  const dismissals = new Dismissals(
    settings as unknown as Settings,
    open as unknown as OpenProject,
  );
  return { dismissals, current, project };
}

test('advice that was waved away stays away, in its project only, until it is wanted again', () => {
  const { dismissals, project } = setUp();
  expect(dismissals.anyAdvice).toBe(false);
  dismissals.dismiss(fewTakes);
  expect(dismissals.has(fewTakes)).toBe(true);
  // Whoever wants no more takes wants them of no class.
  expect(dismissals.has({ ...fewTakes, classIds: ['b'] })).toBe(true);
  expect(dismissals.has(collision)).toBe(false);
  project.id = 'other';
  expect(dismissals.has(fewTakes)).toBe(false);
  project.id = 'p';
  dismissals.recallAdvice();
  expect([dismissals.has(fewTakes), dismissals.anyAdvice]).toEqual([false, false]);
});

test('a label that is right is right for that class, and recalling advice leaves it', () => {
  const { dismissals } = setUp();
  dismissals.markRight('s1', 'a');
  dismissals.dismiss(collision);
  dismissals.recallAdvice();
  expect(dismissals.isRight('s1', 'a')).toBe(true);
  expect(dismissals.isRight('s1', 'b')).toBe(false);
});

test('the same twice is kept once; the oldest give way, of a project and of all projects', () => {
  const { dismissals, current, project } = setUp();
  for (let n = 0; n < 505; n += 1) dismissals.markRight(`s${n}`, 'a');
  dismissals.markRight('s504', 'a');
  expect(current.dismissed.p).toHaveLength(500);
  expect(dismissals.isRight('s4', 'a')).toBe(false);
  expect(dismissals.isRight('s5', 'a')).toBe(true);
  for (let n = 0; n < 50; n += 1) {
    project.id = `p${n}`;
    dismissals.dismiss(collision);
  }
  expect(Object.keys(current.dismissed)).toHaveLength(50);
  expect(current.dismissed.p).toBeUndefined();
});

test('without a project nothing is kept', () => {
  const { dismissals, current, project } = setUp();
  project.id = undefined;
  dismissals.dismiss(collision);
  expect(current.dismissed).toEqual({});
});
