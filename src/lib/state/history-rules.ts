// How entries of the two histories grow and are taken back: changes of a project, and changes of the list of projects.

import { invertChange, type Change } from '#lib/core/change.ts';
import { invertListChange, type ListChange } from '#lib/core/list-change.ts';
import type { HistoryRules } from './history.ts';

/** Samples of a take in one part: as many as are written again when one more comes. */
const samplesAPart = 32;

export const changeRules: HistoryRules<Change> = {
  invert: invertChange,
  join(first, second) {
    if (first.kind === 'add-samples' && second.kind === 'add-samples') {
      if (first.samples.length >= samplesAPart) return null;
      return { kind: 'add-samples', samples: [...first.samples, ...second.samples] };
    }
    if (first.kind === 'edit-project' && second.kind === 'edit-project') {
      return {
        kind: 'edit-project',
        before: { ...second.before, ...first.before },
        after: { ...first.after, ...second.after },
      };
    }
    return null;
  },
  whole(parts) {
    const [only] = parts;
    if (only && parts.length === 1) return only;
    // Samples are sorted once when they come in one change, not once a part.
    const adds = parts.filter((part) => part.kind === 'add-samples');
    if (adds.length === parts.length) {
      return { kind: 'add-samples', samples: adds.flatMap(({ samples }) => samples) };
    }
    return { kind: 'several', changes: parts };
  },
};

export const listRules: HistoryRules<ListChange> = {
  invert: invertListChange,
  join: () => null,
  whole(parts) {
    const [only] = parts;
    if (!only) throw new RangeError('an entry without a change');
    return only;
  },
};
