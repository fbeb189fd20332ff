// The command line: finds the verb and runs it. Nothing else is decided here.

import { messageOf } from '#lib/core/failure.ts';
import type { Console } from './verb.ts';
import { verbs } from './verbs.ts';

/** Runs `handful <verb> …`; resolves to the exit status. */
export async function main(args: readonly string[], console: Console): Promise<number> {
  const [name, ...rest] = args;
  const verb = verbs.find((each) => each.name === name);
  if (!verb) {
    const asked = name === undefined || name === 'help' || name === '--help';
    (asked ? console.out : console.error)(help());
    return asked ? 0 : 1;
  }
  try {
    return await verb.run(rest, console);
  } catch (error) {
    console.error(`handful ${verb.name}: ${messageOf(error)}`);
    return 1;
  }
}

function help(): string {
  const lines = verbs.map(({ name, usage }) => `  handful ${name} ${usage}`);
  return ['Handful on the command line:', ...lines].join('\n');
}
