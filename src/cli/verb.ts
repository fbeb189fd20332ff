// What every verb of the command line is: one file each, listed in `verbs.ts`.

/** Answers go to `out`, one text each; `error` is for words about the run itself. */
export interface Console {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

export interface Verb {
  readonly name: string;
  /** One line of help: arguments and what it does. */
  readonly usage: string;
  /** Runs with the arguments after the verb's name. Resolves to the exit status: 0 done, 2 refused. Throws `UsageError` for wrong use. */
  run(args: readonly string[], console: Console): Promise<number>;
}
