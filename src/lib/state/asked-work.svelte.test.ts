import { expect, test } from 'vitest';
import { AskedWork, type WorkContext } from './asked-work.svelte.ts';

/** Work that waits until it is let go or given up. */
function waiting(): {
  work: (context: WorkContext) => Promise<void>;
  begun: WorkContext[];
  letGo: () => void;
} {
  const begun: WorkContext[] = [];
  let letGo = (): void => undefined;
  const work = (context: WorkContext): Promise<void> => {
    begun.push(context);
    return new Promise((resolve, reject) => {
      letGo = resolve;
      const stop = (): void => reject(new DOMException('Stopped.', 'AbortError'));
      context.signal.addEventListener('abort', stop);
    });
  };
  return { work, begun, letGo: () => letGo() };
}

test('work whose ground changes is given up and begun again, once, from nothing', async () => {
  const asked = new AskedWork<'curve'>();
  const { work, begun, letGo } = waiting();
  const running = asked.run('curve', work);
  begun[0]?.onProgress(3, 4);
  expect(asked.progress).toEqual({ what: 'curve', done: 3, total: 4 });
  asked.restart();
  asked.restart();
  await expect.poll(() => begun.length).toBe(2);
  expect(begun[0]?.signal.aborted).toBe(true);
  expect(asked.progress).toEqual({ what: 'curve', done: 0, total: 1 });
  // What was given up has nothing to say any more.
  begun[0]?.onProgress(4, 4);
  expect(asked.progress?.done).toBe(0);
  letGo();
  await running;
  expect(asked.progress).toBeNull();
  expect(begun).toHaveLength(2);
});

test('cancelled work ends and stays ended', async () => {
  const asked = new AskedWork<'curve'>();
  const { work, begun } = waiting();
  const running = asked.run('curve', work);
  asked.cancel();
  asked.restart();
  await running;
  expect(asked.progress).toBeNull();
  expect(begun).toHaveLength(1);
});

test('another wish takes the place of the first, which leaves the progress alone', async () => {
  const asked = new AskedWork<'curve' | 'heads'>();
  const first = waiting();
  const second = waiting();
  const one = asked.run('curve', first.work);
  const two = asked.run('heads', second.work);
  await one;
  expect(asked.progress?.what).toBe('heads');
  second.letGo();
  await two;
  expect(first.begun[0]?.signal.aborted).toBe(true);
});

test('a bug in the work is thrown, and nothing is under way afterwards', async () => {
  const asked = new AskedWork<'curve'>();
  await expect(asked.run('curve', () => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
  expect(asked.progress).toBeNull();
});
