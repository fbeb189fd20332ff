// A video file the browser can play, as frames at chosen times: a video element that nobody sees is put to each.

import { fail, succeed, type Result } from '#lib/core/failure.ts';

export interface Film {
  readonly durationSeconds: number;
  /** The picture at a time; null when the browser does not bring it up in time. The caller closes it. */
  frameAt(seconds: number, signal: AbortSignal): Promise<ImageBitmap | null>;
  close(): void;
}

/** How long a browser may take to open a file, and to bring up one frame. */
const openMs = 15_000;
const seekMs = 5_000;

/** Opens a video file. Fails with `bad-file` when the browser cannot play it. Rejects with AbortError when aborted. */
export async function openFilm(
  blob: Blob,
  fileName: string,
  signal: AbortSignal,
): Promise<Result<Film>> {
  const video = document.createElement('video');
  const url = URL.createObjectURL(blob);
  const close = (): void => {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  };
  video.muted = true;
  video.preload = 'auto';
  video.src = url;
  try {
    const opened = await happens(video, 'loadeddata', openMs, signal);
    if (!opened || video.videoWidth === 0) return refused(close, fileName);
    const durationSeconds = await durationOf(video, signal);
    if (durationSeconds === null) return refused(close, fileName);
    return succeed({ durationSeconds, close, frameAt: (at, stop) => frameAt(video, at, stop) });
  } catch (error) {
    close();
    throw error;
  }
}

function refused(close: () => void, fileName: string): Result<never> {
  close();
  return fail({
    code: 'bad-file',
    fileName,
    reason: 'is a video that this browser cannot play.',
    advice: 'Save it as MP4 (H.264) or WebM and open it again, or open single pictures of it.',
  });
}

/** Films that a browser recorded itself do not say how long they are before they were played to the end. */
async function durationOf(video: HTMLVideoElement, signal: AbortSignal): Promise<number | null> {
  if (video.duration === Infinity) {
    const ended = happens(video, 'seeked', seekMs, signal);
    video.currentTime = 1e9;
    if (!(await ended)) return null;
  }
  const { duration, currentTime } = video;
  const seconds = Number.isFinite(duration) ? duration : currentTime;
  return seconds > 0 ? seconds : null;
}

async function frameAt(
  video: HTMLVideoElement,
  seconds: number,
  signal: AbortSignal,
): Promise<ImageBitmap | null> {
  const there = happens(video, 'seeked', seekMs, signal);
  video.currentTime = seconds;
  if (!(await there)) return null;
  try {
    return await createImageBitmap(video);
  } catch {
    // A frame that cannot be decoded is one that is not there.
    return null;
  }
}

/** Whether an event comes before an error and in time. Rejects with AbortError when aborted. */
function happens(
  video: HTMLVideoElement,
  event: 'loadeddata' | 'seeked',
  withinMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      video.removeEventListener(event, came);
      video.removeEventListener('error', failed);
      signal.removeEventListener('abort', aborted);
    };
    const settle = (value: boolean): void => {
      end();
      resolve(value);
    };
    const came = (): void => settle(true);
    const failed = (): void => settle(false);
    const aborted = (): void => {
      end();
      reject(new DOMException('The video was closed.', 'AbortError'));
    };
    const timer = setTimeout(failed, withinMs);
    video.addEventListener(event, came);
    video.addEventListener('error', failed);
    signal.addEventListener('abort', aborted);
    if (signal.aborted) aborted();
  });
}
