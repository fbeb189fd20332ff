// The camera has one video element. It is in the newest place that shows it, such as a dialog, and goes back when that closes.

import { isAbort } from '#lib/core/failure.ts';

const places = new WeakMap<HTMLVideoElement, HTMLElement[]>();

/** Shows the video in `view`. Returns how to leave it. */
export function placeVideo(video: HTMLVideoElement, view: HTMLElement): () => void {
  const stack = places.get(video) ?? [];
  places.set(video, stack);
  stack.push(view);
  settle(video, stack);
  return () => {
    stack.splice(stack.indexOf(view), 1);
    settle(video, stack);
  };
}

function settle(video: HTMLVideoElement, stack: readonly HTMLElement[]): void {
  const view = stack.at(-1);
  if (!view) {
    video.remove();
    return;
  }
  if (video.parentElement === view) return;
  view.prepend(video);
  // Browsers pause a video that is moved.
  video.play().catch((error: unknown) => {
    if (!isAbort(error)) throw error;
  });
}
