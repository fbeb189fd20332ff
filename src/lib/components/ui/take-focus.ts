// What takes the place of a button that was pressed takes its focus too: Tab goes on from there, and screen readers read it.

import type { Attachment } from 'svelte/attachments';

/** For an element with `tabindex="-1"`. A focus that is somewhere stays there. */
export const takeFocus: Attachment<HTMLElement> = (element) => {
  const { activeElement, body } = document;
  if (activeElement === null || activeElement === body) element.focus({ preventScroll: true });
};
