// JSON from outside is looked through before it is parsed, because parsing cannot be stopped.

export const jsonLimits = {
  bytes: 64 * 1024 ** 2,
  /** A project of 50 000 samples has half a million, the data of nearest neighbours up to 2.5 million. */
  values: 4_000_000,
  /** Models inside models need some forty. */
  depth: 200,
} as const;

const [quote, escape, comma] = [0x22, 0x5c, 0x2c];

/** Why bytes are too much to parse, or null. What is no JSON at all is the parser's to say. */
export function jsonProblem(bytes: Uint8Array): string | null {
  if (bytes.length > jsonLimits.bytes) return 'is larger than 64 MB';
  let depth = 0;
  let values = 0;
  let quoted = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (quoted) {
      if (byte === escape) at += 1;
      else if (byte === quote) quoted = false;
    } else if (byte === quote) quoted = true;
    else if (byte === comma) values += 1;
    else if (isOpening(byte)) {
      depth += 1;
      values += 1;
    } else if (isClosing(byte)) depth -= 1;
    if (depth > jsonLimits.depth) return 'is nested too deep';
    if (values > jsonLimits.values) return 'holds too many values';
  }
  return null;
}

/** `[` and `{`. */
const isOpening = (byte: number): boolean => byte === 0x5b || byte === 0x7b;
/** `]` and `}`. */
const isClosing = (byte: number): boolean => byte === 0x5d || byte === 0x7d;
