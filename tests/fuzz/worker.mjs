// One thread of the fuzzer: makes and judges cases as they come. It is ended from outside when one of them hangs.
import { parentPort } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { serveCases } = await import('./serve-cases.ts');
if (!parentPort) throw new Error('this is a worker');
await serveCases(parentPort);
