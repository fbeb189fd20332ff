// Work once a frame of the screen, and what it costs.

export interface FramePace {
  readonly framesPerSecond: number;
  /** Time of the work itself, on the page's own thread. */
  readonly workMs: number;
}

const told = 30;

/** Calls `work` with the ms since the last frame, and `onPace` every half second or so. Returns how to end it. */
export function eachFrame(
  work: (ms: number) => void,
  onPace: (pace: FramePace) => void,
): () => void {
  let lastMs: number | null = null;
  let frames = 0;
  let spentMs = 0;
  let workMs = 0;
  const turn = (nowMs: number): void => {
    handle = requestAnimationFrame(turn);
    const passed = lastMs === null ? 0 : nowMs - lastMs;
    lastMs = nowMs;
    const started = performance.now();
    // After a hidden page the world does not jump ahead.
    work(Math.min(passed, 100));
    workMs += performance.now() - started;
    spentMs += passed;
    frames += 1;
    if (frames < told) return;
    onPace({ framesPerSecond: (1000 * frames) / Math.max(1, spentMs), workMs: workMs / frames });
    frames = spentMs = workMs = 0;
  };
  let handle = requestAnimationFrame(turn);
  return () => cancelAnimationFrame(handle);
}
