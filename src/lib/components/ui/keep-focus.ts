// Focus that stays where the work is, when the button that was pressed gives way to another one.

import type { Attachment } from 'svelte/attachments';

/**
 * On what holds both buttons, one of which is there at a time: when the focused one goes away, the first one that is
 * left or comes in its place gets the focus. Without that, the keyboard begins again at the top of the page.
 */
export function keepFocus(): Attachment<HTMLElement> {
  return (holder) => {
    let held = false;
    const take = (): void => {
      held = true;
    };
    const leave = ({ target }: FocusEvent): void => {
      // Whether it was left or taken away is known once the page has changed.
      setTimeout(() => {
        if (target instanceof Node && target.isConnected) held = holder.matches(':focus-within');
      });
    };
    const observer = new MutationObserver(() => {
      if (!held || document.activeElement !== document.body) return;
      holder.querySelector<HTMLElement>('button:not(:disabled)')?.focus();
    });
    holder.addEventListener('focusin', take);
    holder.addEventListener('focusout', leave);
    observer.observe(holder, { childList: true, subtree: true });
    return () => {
      observer.disconnect();
      holder.removeEventListener('focusin', take);
      holder.removeEventListener('focusout', leave);
    };
  };
}
