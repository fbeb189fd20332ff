// The table of verbs. A new verb is one file and one line here.

import { classify } from './classify.ts';
import { evaluate } from './evaluate.ts';
import { inspect } from './inspect.ts';
import { train } from './train.ts';
import type { Verb } from './verb.ts';
import { verify } from './verify.ts';

export const verbs: readonly Verb[] = [inspect, evaluate, train, classify, verify];
