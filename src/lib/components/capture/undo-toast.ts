// A toast that offers to take the last change back, as long as it still is the last one.

import type { Workspace } from '#lib/state/workspace.svelte.ts';

/** Says what was done, with an Undo that never takes back anything else. */
export function toastWithUndo({ undoing }: Workspace, text: string): void {
  undoing.offer(text);
}
