// `inspect`: what would be imported from a file, or why it is refused. Nothing is written.

import { describeFailure, type Failure } from '#lib/core/failure.ts';
import type { FileSummary } from '#lib/core/file-summary.ts';
import { openFiles, summaryOf } from '#lib/exchange/open-file.ts';
import { parseArguments, UsageError } from './arguments.ts';
import { inputGroups } from './input-files.ts';
import type { Verb } from './verb.ts';

type Answer = FileSummary | { readonly kind: 'refused'; readonly reason: string };

export const inspect: Verb = {
  name: 'inspect',
  usage: 'FILE … [--json]   what would be imported; one line of JSON for each file or folder',
  async run(args, console) {
    const { plain, options } = parseArguments(args, { flags: ['json'] });
    if (plain.length === 0) throw new UsageError('name at least one file or folder.');
    let refused = false;
    for (const group of await inputGroups(plain)) {
      const { name, answer } = group.ok
        ? { name: group.value.name, answer: await answerFor(group.value.files, group.value.name) }
        : { name: '', answer: refusal(group.failure) };
      refused ||= answer.kind === 'refused';
      console.out(options.has('json') ? JSON.stringify(answer) : words(name, answer));
    }
    return refused ? 2 : 0;
  },
};

async function answerFor(files: Parameters<typeof openFiles>[0], name: string): Promise<Answer> {
  const opened = await openFiles(files, name);
  if (!opened.ok) return refusal(opened.failure);
  const summary = summaryOf(opened.value);
  await opened.value.close();
  return summary;
}

function refusal(failure: Failure): Answer {
  const { what, next } = describeFailure(failure);
  return { kind: 'refused', reason: `${what} ${next}` };
}

function words(name: string, answer: Answer): string {
  if (answer.kind === 'refused') return `Refused: ${answer.reason}`;
  const classes = answer.classes.map((entry) => `  ${entry.name}: ${entry.samples} samples`);
  const warnings = answer.warnings.map((warning) => `  Note: ${warning}`);
  const head = `${name}: ${answer.kind}, ${answer.classes.length} classes, ${answer.takes} takes`;
  return [head, ...classes, ...warnings].join('\n');
}
