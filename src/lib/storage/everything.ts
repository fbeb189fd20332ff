// A transaction over all that projects consist of, for the verbs that clear up.

import type { IDBPTransaction } from 'idb';
import type { HandfulSchema } from './schema.ts';

export const everything = [
  'projects',
  'samples',
  'images',
  'embeddings',
  'heads',
  'history',
  'positions',
] as const;

export type EverythingTransaction = IDBPTransaction<
  HandfulSchema,
  (typeof everything)[number][],
  'readwrite'
>;
