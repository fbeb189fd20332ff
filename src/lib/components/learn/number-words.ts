// Numbers as the lessons write them.

const thinSpace = '\u202f';

/** A whole number with thin spaces between its thousands: `41 014`. */
export const countWords = (value: number): string =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, thinSpace);

/** How many times something is more: whole where it is whole, otherwise one decimal. */
export const timesWords = (factor: number): string =>
  Number.isInteger(factor) || factor >= 100 ? countWords(factor) : factor.toFixed(1);

/** A small number with its true minus sign and at most `digits` decimals. */
export const valueWords = (value: number, digits = 2): string => {
  const text = String(Number(Math.abs(value).toFixed(digits)));
  return value < 0 && text !== '0' ? `−${text}` : text;
};
