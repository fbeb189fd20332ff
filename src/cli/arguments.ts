// Arguments of a verb: files, and options that begin with `--`.

/** Wrong use of the command line, in words; ends with status 2. */
export class UsageError extends Error {}

export interface Arguments {
  readonly plain: readonly string[];
  /** `--name=value` and `--name value` for the names in `valued`; those in `flags` are there or not. */
  readonly options: ReadonlyMap<string, string>;
}

/** Splits arguments; `--` ends the options. Throws `UsageError` for an option nobody knows, or one without its value. */
export function parseArguments(
  args: readonly string[],
  { valued = [], flags = [] }: { valued?: readonly string[]; flags?: readonly string[] },
): Arguments {
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
    if (flags.includes(name)) {
      if (inline !== undefined) throw new UsageError(`--${name} takes no value.`);
      options.set(name, '');
    } else if (valued.includes(name)) {
      const value = inline ?? args[(i += 1)];
      if (value === undefined || value === '' || (inline === undefined && value.startsWith('--'))) {
        throw new UsageError(`--${name} needs a value.`);
      }
      options.set(name, value);
    } else throw new UsageError(`there is no option --${name}.`);
  }
  return { plain, options };
}
