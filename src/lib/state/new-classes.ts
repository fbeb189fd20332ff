// Classes on their way into a project: free names, colours that differ.

import type { Change } from '#lib/core/change.ts';
import {
  cleanName,
  freeColour,
  freeName,
  type Project,
  type ProjectClass,
} from '#lib/core/project.ts';
import { newId } from './clock.ts';

/** A class called `name`, or by its number, beside `classes`. */
export function newClass(classes: readonly ProjectClass[], name: string): ProjectClass {
  const taken = classes.map((entry) => entry.name);
  return {
    id: newId(),
    name: freeName(cleanName(name, `Class ${classes.length + 1}`), taken),
    colour: freeColour(classes),
    enabled: true,
  };
}

/** Adds classes called `names`; `projectName`: what the project is called then. One change, and words for it. */
export function templateChange(
  project: Project,
  names: readonly string[],
  projectName: string | null,
): { label: string; change: Change } {
  let all = project.classes;
  const changes: Change[] = names.map((name) => {
    const added = newClass(all, name);
    all = [...all, added];
    return { kind: 'add-class', class: added, index: all.length - 1, samples: [] };
  });
  const before = { name: project.name };
  const after = { name: cleanName(projectName ?? '', project.name) };
  if (after.name !== before.name) changes.push({ kind: 'edit-project', before, after });
  const quoted = all.slice(project.classes.length).map(({ name }) => `“${name}”`);
  return { label: `add ${quoted.join(' and ')}`, change: { kind: 'several', changes } };
}

export function withClasses(project: Project, names: readonly string[]): Project {
  let { classes } = project;
  for (const name of names) classes = [...classes, newClass(classes, name)];
  return { ...project, classes };
}
