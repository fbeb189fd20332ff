// A toast that offers to take the last change back, as long as it still is the last one.

import type { Workspace } from '#lib/state/workspace.svelte.ts';

/** Says what was done, with an Undo that never takes back anything else. */
export function toastWithUndo({ open, notices }: Workspace, text: string): void {
  const label = open.undoLabel;
  notices.toast(text, {
    label: 'Undo',
    onselect: () => {
      if (label !== null && open.undoLabel === label) open.undo();
      else notices.toast('Other changes came after that. Undo goes back one by one.');
    },
  });
}
