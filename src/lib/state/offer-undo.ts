// A toast that offers to take back exactly what it tells of.

import type { Notices } from './notices.svelte.ts';

/** `attempt` answers false when other changes came after. */
export function offerUndo(
  notices: Notices,
  text: string,
  attempt: () => boolean | Promise<boolean>,
): void {
  const act = async (): Promise<void> => {
    if (await attempt()) return;
    notices.toast('Other changes came after that. Undo goes back one by one.');
  };
  notices.toast(text, { label: 'Undo', onselect: () => void act() });
}
