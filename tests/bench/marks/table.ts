// The marks as a table for people (Markdown, so that it can go into the documents as it is).
import type { Mark } from './marks.ts';
import type { Spread } from './statistics.ts';

export function table(
  machine: Readonly<Record<string, string | number>>,
  marks: readonly Mark[],
): string {
  const about = Object.entries(machine).map(([name, value]) => `${name} ${value}`);
  const rows = marks.map(
    ({ name, ours, peer, peerName, unit, ratio, goal, met, note }) =>
      `| ${name} | ${said(ours)} ${unit} | ${peer ? `${said(peer)} ${unit} (${peerName ?? ''})` : '–'} | ${ratio ? said(ratio) : '–'} | ${goal} | ${met ? 'met' : '**missed**'} | ${note} |`,
  );
  return [
    about.join(' · '),
    '',
    '| mark | ours | peer | peer / ours | goal | | |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** The middle, and the quartiles where they differ from it. */
function said({ median, lower, upper }: Spread): string {
  return lower === upper ? digits(median) : `${digits(median)} (${digits(lower)}–${digits(upper)})`;
}

function digits(value: number): string {
  if (value === 0) return '0';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
