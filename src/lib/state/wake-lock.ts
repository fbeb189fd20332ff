// Keeps the screen awake while the page is seen. Browsers take it back whenever the page is hidden: it is asked for again.

/** `told(true)` when the screen stays on, `told(false)` when it may go dark. Returns the way back. */
export function keepScreenAwake(told: (awake: boolean) => void): () => void {
  const { wakeLock } = navigator as Partial<Pick<Navigator, 'wakeLock'>>;
  let held: WakeLockSentinel | null = null;
  let over = false;
  const left = (): boolean => over;

  async function ask(): Promise<void> {
    if (!wakeLock || over || document.visibilityState !== 'visible') return;
    try {
      const got = await wakeLock.request('screen');
      if (left()) await got.release();
      else held = got;
      told(!left());
    } catch {
      // A low battery or a setting of the device refuses: the page works all the same.
      told(false);
    }
  }

  const asked = (): void => void ask();
  document.addEventListener('visibilitychange', asked);
  void ask();
  if (!wakeLock) told(false);
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', asked);
    void held?.release();
  };
}
