// The three ways in which hidden neurons can look at a picture, and what there is to say about each.

import type { Place, Rect } from '../grid-place.ts';
import { countWords } from '../number-words.ts';

export const wirings = [
  {
    id: 'every',
    name: 'Every pixel',
    question:
      'point at a few neurons of the hidden layer. Which pixels does each one see, and how many weights is that?',
  },
  {
    id: 'window',
    name: 'A window',
    question:
      'move from one neuron to the next. How far does its window move, and how many pixels do both see?',
  },
  {
    id: 'shared',
    name: 'A window, one kernel for all',
    question:
      'go to the most active neuron. What is in its window? Every neuron looks for that same thing, each in its own place.',
  },
] as const;

export type Wiring = (typeof wirings)[number]['id'];

export interface WiringView {
  readonly wiring: Wiring;
  readonly side: number;
  readonly field: number;
  readonly stride: number;
  /** The chosen neuron, counted from nought. */
  readonly cell: Place;
  readonly seen: Rect | null;
  readonly neighbour: { readonly side: string } | null;
  /** Pixels that it shares with the neighbour. */
  readonly shared: number;
}

export interface WiringWords {
  /** Which pixels the chosen neuron sees. */
  readonly seen: string;
  /** What its neighbour sees of them; empty when there is none. */
  readonly overlap: string;
  /** What it is good for. */
  readonly idea: string;
}

/** What the screen says about the chosen neuron; rows and columns count from one. */
export function wiringWords(view: WiringView): WiringWords {
  const { wiring, side, field, stride, cell, seen, neighbour, shared } = view;
  if (!seen) return { seen: 'There is no hidden layer.', overlap: '', idea: '' };
  const name = `Neuron row ${cell.row + 1}, column ${cell.column + 1}`;
  const count = seen.width * seen.height;
  const span = (from: number, length: number): string =>
    length === 1 ? `${from + 1}` : `${from + 1} to ${from + length}`;
  return {
    seen:
      wiring === 'every'
        ? `${name} sees all ${count} pixels.`
        : `${name} sees ${count} ${count === 1 ? 'pixel' : 'pixels'}: rows ${span(seen.top, seen.height)}, columns ${span(seen.left, seen.width)}.`,
    overlap: neighbour
      ? `The window of its ${neighbour.side} neighbour (dashed) is ${stride === 1 ? '1 pixel' : `${stride} pixels`} further on, a step called the stride: ${shared} of the ${count} pixels are the same.`
      : '',
    idea: ideas[wiring](side, field),
  };
}

const ideas: Record<Wiring, (side: number, field: number) => string> = {
  every: (side) =>
    `Each neuron has ${side * side} weights and a bias, a number that is always added. An active neuron cannot tell where in the picture something is.`,
  window: (_, field) =>
    `Each neuron has only ${field * field} weights, and a bias. Its window is also called its receptive field. When it is active, you know which pixels caused it: position is kept. Here every neuron still has weights of its own, random before learning, so each looks for something else.`,
  shared: (_, field) =>
    `All neurons use the same ${field} × ${field} kernel (the weights of a window) and the same bias (a number that is always added). Here it is one that likes light upright lines, so the hidden layer is a map of where they are.`,
};

/** Which rows and columns no window reaches: those left over at the end, and those between windows that leap over some. */
export function unseenWords({
  side,
  field,
  stride,
  count,
}: Pick<WiringView, 'side' | 'field' | 'stride'> & {
  /** Windows along a side. */
  readonly count: number;
}): string {
  const missed = Array.from({ length: side }, (_, i) => i).filter((i) => {
    const window = Math.min(count - 1, Math.floor(i / stride));
    return i >= window * stride + field;
  });
  if (missed.length === 0) return '';
  const spans: string[] = [];
  for (let from = 0; from < missed.length;) {
    let to = from;
    while (missed[to + 1] === (missed[to] ?? 0) + 1) to += 1;
    const [first = 0, last = 0] = [missed[from], missed[to]];
    spans.push(first === last ? `${first + 1}` : `${first + 1} to ${last + 1}`);
    from = to + 1;
  }
  const list = spans.join(', ');
  return `No window reaches rows ${list} and columns ${list}: what is there, nobody sees.`;
}

/** How active a neuron is beside the most active one. */
export function activeWords(value: number, most: number): string {
  if (!(value > 0)) return 'It is not active.';
  const share = value / Math.max(most, 1e-6);
  if (share >= 1) return 'No neuron is more active.';
  return share < 1 / 3
    ? 'It is a little active.'
    : `It is ${share < 2 / 3 ? 'half as active as' : 'nearly as active as'} the most active one.`;
}

/** What another hidden layer of as many neurons, each seeing all of them, adds. */
export function growthWords(neurons: number): string {
  const count = countWords(neurons);
  return `It grows with every layer: a second hidden layer of ${count} neurons, each seeing all ${count} of the first, adds ${count} × (${count} + 1) = ${countWords(neurons * (neurons + 1))} more.`;
}
