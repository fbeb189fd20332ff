// The command line: finds the verb, runs it, and says wrong use. Nothing else is decided here.

import { messageOf } from '#lib/core/failure.ts';
import { UsageError } from './arguments.ts';
import { forTerminal } from './terminal.ts';
import type { Console, Verb } from './verb.ts';
import { verbs } from './verbs.ts';

/** A command line: its name, what it is, and its verbs. */
export interface Program {
  readonly name: string;
  readonly about: string;
  readonly verbs: readonly Verb[];
}

const handful: Program = { name: 'handful', about: 'Handful on the command line', verbs };

const usageStatus = 2;
const bugStatus = 1;

/** Runs `handful <verb> …`; resolves to the exit status: 0 done, 1 a bug, 2 wrong use or refused, 130 stopped. */
export async function main(
  args: readonly string[],
  terminal: Console,
  program = handful,
): Promise<number> {
  const { verbs } = program;
  const help = (shown: readonly Verb[]): string => helpOf(program, shown);
  const console: Console = {
    out: (text) => terminal.out(forTerminal(text)),
    error: (text) => terminal.error(forTerminal(text)),
  };
  const [name, ...rest] = args;
  if (name === 'help' || name === '--help') {
    console.out(help(verbs));
    return 0;
  }
  const verb = verbs.find((each) => each.name === name);
  if (!verb) {
    console.error(name === undefined ? help(verbs) : `Refused: there is no verb “${name}”.`);
    if (name !== undefined) console.error(help(verbs));
    return usageStatus;
  }
  if (rest[0] === '--help') {
    console.out(help([verb]));
    return 0;
  }
  try {
    return await verb.run(rest, console);
  } catch (error) {
    if (!(error instanceof UsageError)) {
      console.error(`${program.name} ${verb.name}: ${messageOf(error)}`);
      return bugStatus;
    }
    console.error(`Refused: ${error.message}`);
    console.error(help([verb]));
    return usageStatus;
  }
}

function helpOf({ name: program, about }: Program, shown: readonly Verb[]): string {
  const lines = shown.map(({ name, usage }) => `  ${program} ${name} ${usage}`);
  return [`${about}:`, ...lines].join('\n');
}
