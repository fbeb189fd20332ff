// What is printed: names from files may hold commands for the terminal, or turn the rest of the line round.

/** Controls, and the signs that change the direction of writing. */
const commands = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const harmless = ['\n', '\t'];

/** Such characters written as `\u001b`, which in JSON means the same character. */
export function forTerminal(text: string): string {
  return text.replace(commands, (char) => (harmless.includes(char) ? char : escaped(char)));
}

const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
