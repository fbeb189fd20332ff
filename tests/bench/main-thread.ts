// What a page's main thread did while something happened: its longest task by the clock and by the processor, and memory.
import { readFileSync } from 'node:fs';
import type { CDPSession, Page } from '@playwright/test';

export interface MainThread {
  readonly ms: number;
  /** By the clock, as the browser's own `longtask` tells it (it names none under 50 ms). */
  readonly longestMs: number;
  /** Processor time of the longest task: what the clock would say on a machine with nothing else to do. */
  readonly longestCpuMs: number;
  /** Tasks of more than 50 ms of processor time: what the browser calls long. */
  readonly over50: number;
  /** Tasks of more than 100 ms of processor time. */
  readonly over100: number;
  /** Most that the page's process held. */
  readonly pageMb: number;
  /** Most that the browser's own process held: files on their way out lie there. */
  readonly browserMb: number;
  /** Most that the main thread's own heap and buffers held. */
  readonly heapMb: number;
}

/** Call before the page loads anything. */
export async function watchLongTasks(page: Page): Promise<void> {
  await page.addInitScript('globalThis.__name ??= (work) => work');
  await page.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(globalThis, { longTasks: tasks });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    }).observe({ entryTypes: ['longtask'] });
  });
}

const traceMs = 60_000;

export class Watch {
  readonly #page: Page;
  readonly #session: CDPSession;
  readonly #own: CDPSession;

  private constructor(page: Page, session: CDPSession, own: CDPSession) {
    this.#page = page;
    this.#session = session;
    this.#own = own;
  }

  static async over(page: Page): Promise<Watch> {
    const context = page.context();
    const session = await context.browser()?.newBrowserCDPSession();
    if (!session) throw new Error('no browser session');
    return new Watch(page, session, await context.newCDPSession(page));
  }

  async during(work: () => Promise<void>): Promise<MainThread> {
    await this.#page.evaluate(() => {
      (globalThis as unknown as { longTasks: number[] }).longTasks.length = 0;
    });
    const stopMemory = this.#watchMemory();
    const stopTraces = this.#trace();
    const ms = await timeOf(work).finally(stopMemory);
    const memory = await stopMemory();
    const cpu = await stopTraces();
    const wall = await this.#page.evaluate(
      () => (globalThis as unknown as { longTasks: number[] }).longTasks,
    );
    return {
      ms,
      longestMs: Math.max(0, ...wall),
      longestCpuMs: cpu.reduce((most, each) => Math.max(most, each), 0),
      over50: cpu.filter((each) => each > 50).length,
      over100: cpu.filter((each) => each > 100).length,
      ...memory,
    };
  }

  /** One trace after the other, because none of them may get long; the moment between two is not seen. */
  #trace(): () => Promise<number[]> {
    const { signal, stop } = stopper();
    const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    const running = (async (): Promise<number[]> => {
      const all: number[] = [];
      while (!signal.aborted) {
        const stopTrace = await this.#startTrace();
        await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, traceMs))]);
        all.push(...(await stopTrace()));
      }
      return all;
    })();
    return () => {
      stop();
      return running;
    };
  }

  /** Answers with the processor times, in ms, of the tasks of the page's main thread that took more than 20 ms. */
  async #startTrace(): Promise<() => Promise<number[]>> {
    const session = this.#session;
    await session.send('Tracing.start', {
      transferMode: 'ReturnAsStream',
      traceConfig: { includedCategories: ['toplevel'], recordMode: 'recordContinuously' },
    });
    return async () => {
      const complete = new Promise<string>((resolve) =>
        session.once('Tracing.tracingComplete', ({ stream }) => resolve(stream ?? '')),
      );
      await session.send('Tracing.end');
      const handle = await complete;
      const parts: string[] = [];
      for (let more = true; more;) {
        const { data, eof } = await session.send('IO.read', { handle, size: 4 * 1024 * 1024 });
        parts.push(data);
        more = !eof;
      }
      await session.send('IO.close', { handle });
      return mainThreadTasks(parts.join(''), (await this.#processes()).page);
    };
  }

  #watchMemory(): () => Promise<Pick<MainThread, 'pageMb' | 'browserMb' | 'heapMb'>> {
    let [pageMb, browserMb, heapMb] = [0, 0, 0];
    const { signal, stop } = stopper();
    const look = async (): Promise<void> => {
      const { page, browser } = await this.#processes();
      pageMb = Math.max(pageMb, residentMb(page));
      browserMb = Math.max(browserMb, residentMb(browser));
      const heap = (await this.#own.send('Runtime.getHeapUsage')) as {
        usedSize: number;
        backingStorageSize?: number;
      };
      heapMb = Math.max(heapMb, (heap.usedSize + (heap.backingStorageSize ?? 0)) / 2 ** 20);
    };
    const running = (async (): Promise<void> => {
      while (!signal.aborted) {
        await look();
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    })();
    return async () => {
      stop();
      await running;
      return { pageMb, browserMb, heapMb };
    };
  }

  /** The page is the largest of the renderers: the bench opens no other page. */
  async #processes(): Promise<{ page: number; browser: number }> {
    const { processInfo } = await this.#session.send('SystemInfo.getProcessInfo');
    const of = (type: string): number[] =>
      processInfo.filter((each) => each.type === type).map(({ id }) => id);
    const renderers = of('renderer').sort((a, b) => residentMb(b) - residentMb(a));
    return { page: renderers[0] ?? 0, browser: of('browser')[0] ?? 0 };
  }
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function stopper(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, stop: () => controller.abort() };
}

function residentMb(pid: number): number {
  try {
    const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(line?.[1] ?? 0) / 1024;
  } catch {
    // Gone by now.
    return 0;
  }
}

function mainThreadTasks(trace: string, pid: number): number[] {
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  const main = traceEvents.find(
    (event) =>
      event.pid === pid && event.name === 'thread_name' && event.args?.name === 'CrRendererMain',
  );
  return traceEvents
    .filter((event) => event.pid === pid && event.tid === main?.tid && event.ph === 'X')
    .filter(({ name }) => name.endsWith('RunTask'))
    .map(({ tdur }) => (tdur ?? 0) / 1000)
    .filter((ms) => ms > 20);
}

interface TraceEvent {
  readonly pid: number;
  readonly tid: number;
  readonly ph: string;
  readonly name: string;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}
