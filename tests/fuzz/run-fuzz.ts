// Runs recipes in a worker, one after the other, and replaces the worker when a case hangs or kills it.
import { Worker } from 'node:worker_threads';
import { drawRecipes, type Recipe } from './recipe.ts';
import { buildSeeds, type Seed } from './seeds.ts';
import type { Order, Report } from './serve-cases.ts';

export interface FuzzWish {
  readonly cases: number;
  readonly seed: number;
  /** Only this one, to look at it again. */
  readonly only?: number;
  /** Processor time after which a case hangs, and the clock's time for a machine that is asleep or overloaded. */
  readonly mostCpuMs: number;
  readonly mostMs: number;
  readonly onProgress?: (done: number, failed: number) => void;
  readonly onFailure?: (failure: FuzzFailure) => void;
}

export interface FuzzFailure {
  readonly index: number;
  readonly from: string;
  readonly broken: readonly string[];
  readonly recipe: Recipe;
}

export interface FuzzReport {
  readonly judged: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly slowest: { readonly index: number; readonly cpuMs: number };
  readonly failures: readonly FuzzFailure[];
}

interface Judged {
  readonly from: string;
  readonly outcome: string;
  readonly broken: readonly string[];
  readonly cpuMs: number;
}

const lookEveryMs = 100;
/** Enough for what the limits let in; a case that needs more kills its worker and is reported. */
const mostMegabytes = 3000;

export async function runFuzz(wish: FuzzWish): Promise<FuzzReport> {
  const seeds = await buildSeeds();
  const outcomes: Record<string, number> = {};
  const failures: FuzzFailure[] = [];
  let slowest = { index: -1, cpuMs: 0 };
  let judged = 0;
  let worker = await startWorker(seeds);
  for (const [index, recipe] of drawRecipes(wish.cases, wish.seed).entries()) {
    if (wish.only !== undefined && wish.only !== index) continue;
    const result = await judgeIn(worker, index, recipe, wish);
    if (result.outcome === 'hung' || result.outcome === 'died') {
      await worker.terminate();
      worker = await startWorker(seeds);
    }
    judged += 1;
    outcomes[result.outcome] = (outcomes[result.outcome] ?? 0) + 1;
    if (result.cpuMs > slowest.cpuMs) slowest = { index, cpuMs: result.cpuMs };
    const { from, broken } = result;
    if (broken.length > 0) {
      failures.push({ index, from, broken, recipe });
      wish.onFailure?.({ index, from, broken, recipe });
    }
    wish.onProgress?.(judged, failures.length);
  }
  await worker.terminate();
  return { judged, outcomes, slowest, failures };
}

function startWorker(seeds: readonly Seed[]): Promise<Worker> {
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
  });
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', () => {
      worker.off('error', reject);
      resolve(worker);
    });
    worker.postMessage({ seeds } satisfies Order);
  });
}

function judgeIn(
  worker: Worker,
  index: number,
  recipe: Recipe,
  { mostCpuMs, mostMs }: FuzzWish,
): Promise<Judged> {
  return new Promise((resolve) => {
    let from = '';
    let started = { cpu: process.cpuUsage(), ms: performance.now() };
    const cpuMs = (): number => {
      const { user, system } = process.cpuUsage(started.cpu);
      return (user + system) / 1000;
    };
    const end = (judged: Omit<Judged, 'from' | 'cpuMs'>): void => {
      clearInterval(watch);
      worker.off('message', hear).off('error', died).off('exit', left);
      resolve({ from, cpuMs: cpuMs(), ...judged });
    };
    const hear = (report: Report): void => {
      if (report.kind === 'made') {
        ({ from } = report);
        started = { cpu: process.cpuUsage(), ms: performance.now() };
      } else if (report.kind === 'judged') {
        end({ outcome: report.outcome, broken: report.broken });
      }
    };
    const died = (error: Error): void =>
      end({ outcome: 'died', broken: [`it died: ${error.message}`] });
    const left = (code: number): void =>
      end({ outcome: 'died', broken: [`it ended with ${code}`] });
    const watch = setInterval(() => {
      const ms = performance.now() - started.ms;
      if (from === '' || (cpuMs() < mostCpuMs && ms < mostMs)) return;
      end({
        outcome: 'hung',
        broken: [`it hangs: ${Math.round(cpuMs())} ms of processor, ${Math.round(ms)} ms`],
      });
    }, lookEveryMs);
    worker.on('message', hear).on('error', died).on('exit', left);
    worker.postMessage({ index, recipe } satisfies Order);
  });
}
