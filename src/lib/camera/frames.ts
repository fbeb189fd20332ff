// Frames of a playing camera, as pictures that whoever receives them closes.

/** The picture the camera shows now; null while it shows none yet. */
export async function grabFrame(video: HTMLVideoElement): Promise<VideoFrame | ImageBitmap | null> {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return null;
  // A VideoFrame shares the camera's memory; browsers without it pay for a copy.
  if ('VideoFrame' in globalThis) {
    try {
      return new VideoFrame(video);
    } catch (error) {
      // The camera went away between the look at its state and the copy.
      if (error instanceof DOMException && error.name === 'InvalidStateError') return null;
      throw error;
    }
  }
  return createImageBitmap(video);
}

/** Waits until the camera shows a new frame. A hidden page gets none: the wait goes on until it is seen again. */
export function nextFrame(video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = (): void => {
      video.cancelVideoFrameCallback(handle);
      reject(new DOMException('The camera was closed.', 'AbortError'));
    };
    const handle = video.requestVideoFrameCallback(() => {
      signal.removeEventListener('abort', ended);
      resolve();
    });
    if (signal.aborted) ended();
    else signal.addEventListener('abort', ended, { once: true });
  });
}
