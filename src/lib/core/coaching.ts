// The one union of advice on what to record next, and the words people read for each. `learning/coach.ts` gives it.

import type { FailureWords } from './failure.ts';
import type { ClassId, SampleId, TakeId } from './project.ts';

interface Common {
  /** The classes it is about, the one to act on first. */
  readonly classIds: readonly ClassId[];
  /** How much it is likely to help, in (0, 1]: the most useful comes first. */
  readonly severity: number;
}

export type Advice = Common &
  (
    | { readonly code: 'few-takes'; readonly takes: number; readonly wanted: number }
    | { readonly code: 'wrong-labels'; readonly count: number }
    | { readonly code: 'collision'; readonly share: number }
    | { readonly code: 'unbalanced'; readonly shots: number; readonly most: number }
    | { readonly code: 'too-dark'; readonly takeId: TakeId }
    | { readonly code: 'too-bright'; readonly takeId: TakeId }
    | { readonly code: 'blurred'; readonly takeId: TakeId }
    | { readonly code: 'background'; readonly likeness: number }
    | { readonly code: 'odd-take'; readonly takeId: TakeId; readonly like: SampleId | null }
    | { readonly code: 'same-again'; readonly likeness: number }
  );

export type AdviceCode = Advice['code'];

/** The one thing to do about it. */
export type AdviceAction =
  | { readonly kind: 'record'; readonly classId: ClassId; readonly like: SampleId | null }
  | { readonly kind: 'open-cell'; readonly from: ClassId; readonly to: ClassId }
  | { readonly kind: 'open-suspects' };

/** Names it among the advice that a person does not want to see again; the same advice later has the same key. */
export function adviceKey(advice: Advice): string {
  // Who does not want more takes does not want them of any class.
  if (advice.code === 'few-takes') return advice.code;
  const take = 'takeId' in advice ? advice.takeId : '';
  return [advice.code, ...advice.classIds, take].join(' ').trim();
}

export function actionOf(advice: Advice): AdviceAction {
  const [first = '', second = ''] = advice.classIds;
  switch (advice.code) {
    case 'wrong-labels':
      return { kind: 'open-suspects' };
    case 'collision':
      return { kind: 'open-cell', from: first, to: second };
    case 'odd-take':
      return { kind: 'record', classId: first, like: advice.like };
    case 'few-takes':
    case 'unbalanced':
    case 'too-dark':
    case 'too-bright':
    case 'blurred':
    case 'background':
    case 'same-again':
      return { kind: 'record', classId: first, like: null };
  }
}

/** What is the matter, and the one thing to do. Every code has some: the compiler sees to it. */
export function describeAdvice(advice: Advice, nameOf: (classId: ClassId) => string): FailureWords {
  const [first = '', second = ''] = advice.classIds.map((id) => `“${nameOf(id)}”`);
  switch (advice.code) {
    case 'few-takes':
      return fewTakesWords(advice.classIds.map(nameOf), advice.takes, advice.wanted);
    case 'wrong-labels':
      return {
        what:
          advice.count === 1
            ? 'One sample may have the wrong class.'
            : `${advice.count} samples may have the wrong class.`,
        next: 'Look at them: move, delete, or say that it is right.',
      };
    case 'collision':
      return {
        what: `${first} is often taken for ${second}.`,
        next: 'Look at those pictures. Record what makes the two different, from where the camera sees it best.',
      };
    case 'unbalanced':
      return {
        what: `${first} has ${advice.shots} ${advice.shots === 1 ? 'sample' : 'samples'}, ${second} has ${advice.most}.`,
        next: `Record another take of ${first}.`,
      };
    case 'too-dark':
      return {
        what: `${first} is very dark.`,
        next: 'Turn on a lamp in front of you, then record it again.',
      };
    case 'too-bright':
      return {
        what: `${first} is too bright: parts of it are plain white.`,
        next: 'Turn away from the window or the lamp, then record it again.',
      };
    case 'blurred':
      return {
        what: `${first} may be blurred.`,
        next: 'If it is, wipe the camera, move more slowly and record it again. If there is just little to see in it, close this.',
      };
    case 'background':
      return {
        what: `${first} has another background than the rest: it may be known by that alone.`,
        next: `Record a take of ${first} where you recorded the others.`,
      };
    case 'odd-take':
      return {
        what: `One take of ${first} looks different from its others${second === '' ? '' : `, more like ${second}`}.`,
        next: 'If it is meant so, record one more like it. If not, delete it.',
      };
    case 'same-again':
      return {
        what: `All takes of ${first} look the same.`,
        next: 'Step away, come back, turn a little and change the distance, then record another.',
      };
  }
}

const numbers = ['no take', 'one take', 'two takes'];

function fewTakesWords(names: readonly string[], takes: number, wanted: number): FailureWords {
  const [first = ''] = names;
  const shown = names.slice(0, 3).map((name) => `“${name}”`);
  const rest = names.length - shown.length;
  const list = rest > 0 ? [...shown, `${rest} more`] : shown;
  const who =
    list.length < 2 ? shown.join('') : `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
  const amount = numbers[takes] ?? `${takes} takes`;
  const next =
    takes < 2
      ? `Record a second take of “${first}”: step away, come back, and move a little.`
      : `Record take ${takes + 1} of “${first}”, in another place or at another distance.`;
  const why = `${wanted} short takes teach more than one long one.`;
  return {
    what: `${who} ${names.length === 1 ? 'has' : 'have'} only ${amount}${names.length === 1 ? '' : ' each'}.`,
    next: `${why} ${next}`,
  };
}
