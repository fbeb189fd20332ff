// Tells elements when they come into view and leave it. One observer for all of them: there may be thousands.

import type { Attachment } from 'svelte/attachments';

const listeners = new WeakMap<Element, (seen: boolean) => void>();
let observer: IntersectionObserver | null = null;

/** Calls `listener` with true when the element comes near the view and with false when it leaves. */
export function whenSeen(listener: (seen: boolean) => void): Attachment {
  return (element) => {
    observer ??= new IntersectionObserver(tell, { rootMargin: '200px', scrollMargin: '200px' });
    listeners.set(element, listener);
    observer.observe(element);
    return () => {
      observer?.unobserve(element);
      listeners.delete(element);
    };
  };
}

function tell(entries: readonly IntersectionObserverEntry[]): void {
  for (const { target, isIntersecting } of entries) listeners.get(target)?.(isIntersecting);
}
