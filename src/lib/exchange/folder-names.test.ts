import { expect, test } from 'vitest';
import { emptyProject } from '#lib/core/project.ts';
import { classFolders } from './folder-names.ts';

const foldersOf = (names: readonly string[]): string[] => {
  const classes = names.map((name, i) => ({ id: `${i}`, name, colour: i, enabled: true }));
  const project = { ...emptyProject('p', 'P', 'net@1', 5), classes };
  return [...classFolders(project, 'code').values()];
};

test('names as a program wants them, never twice', () => {
  expect(foldersOf(['Thumbs up', 'Thumbs down', 'Ratón  (2)!', 'thumbs-up', '手'])).toEqual([
    'thumbs_up',
    'thumbs_down',
    'raton_2',
    'thumbs_up 2',
    '手',
  ]);
});
