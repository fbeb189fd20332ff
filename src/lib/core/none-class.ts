// The class of what is none of the others. It is an ordinary class; its name tells.

/** The name of the class that is offered for it. */
export const noneClassName = 'None of these';

const names = new Set([noneClassName.toLowerCase(), 'none', 'nothing']);

/** Whether naming this class means turning a frame away. */
export function isNoneClass(name: string): boolean {
  return names.has(name.trim().toLowerCase());
}
