// The worker's side of the fuzzer: recipe in, verdict out.
import type { MessagePort } from 'node:worker_threads';
import { makeCase } from './mutate.ts';
import { decodeOnPaper, judge } from './oracle.ts';
import type { Recipe } from './recipe.ts';
import type { Seed } from './seeds.ts';

export type Order =
  { readonly seeds: readonly Seed[] } | { readonly index: number; readonly recipe: Recipe };

/** `ready` when the seeds are there; `made` when only the project's own code is left to run; then the verdict. */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'made'; readonly index: number; readonly from: string }
  | {
      readonly kind: 'judged';
      readonly index: number;
      readonly outcome: string;
      readonly broken: readonly string[];
    };

export async function serveCases(port: MessagePort): Promise<void> {
  const report = (message: Report): void => port.postMessage(message);
  let seeds: readonly Seed[] = [];
  globalThis.createImageBitmap = decodeOnPaper as typeof createImageBitmap;
  const work = async (order: Order): Promise<void> => {
    if ('seeds' in order) {
      ({ seeds } = order);
      report({ kind: 'ready' });
      return;
    }
    const { index, recipe } = order;
    const made = makeCase(recipe, seeds);
    report({ kind: 'made', index, from: made.from });
    try {
      report({ kind: 'judged', index, ...(await judge(made)) });
    } catch (error) {
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
      report({ kind: 'judged', index, outcome: 'thrown', broken: [`it threw: ${words}`] });
    }
  };
  port.on('message', (order: Order) => void work(order));
  await new Promise(() => undefined);
}
