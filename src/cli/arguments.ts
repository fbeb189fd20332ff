// Arguments of a verb: files, and options that begin with `--`.

export interface Arguments {
  readonly plain: readonly string[];
  /** `--name=value` and `--name value` for the names in `valued`; else an option is there or not. */
  readonly options: ReadonlyMap<string, string>;
}

/** Splits arguments; `--` ends the options. An option that takes a value and has none is an Error. */
export function parseArguments(args: readonly string[], valued: readonly string[] = []): Arguments {
  const plain: string[] = [];
  const options = new Map<string, string>();
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    if (arg === '--') return { plain: [...plain, ...args.slice(i + 1)], options };
    if (!arg.startsWith('--')) {
      plain.push(arg);
      continue;
    }
    const [name = '', inline] = arg.slice(2).split(/=(.*)/s);
    if (!valued.includes(name)) options.set(name, '');
    else {
      const value = inline ?? args[(i += 1)];
      if (value === undefined) throw new Error(`--${name} needs a value`);
      options.set(name, value);
    }
  }
  return { plain, options };
}
