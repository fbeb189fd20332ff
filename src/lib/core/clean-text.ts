// Text from outside made fit to show: no controls, nothing that reorders or hides other letters, no broken characters.
// What a script or an emoji needs to be itself stays: joiners, variation selectors, marks on letters, the tags of a flag.

const tailLimit = 20;
/** No script stacks more marks on one letter; more of them only climb over other lines. */
const mostMarks = 8;
/** A character may be written with several; text is cut this much later before it is looked at. */
const unitsPerCharacter = 16;

const isBreak = /^[\p{Cc}\p{Zl}\p{Zp}]$/u;
const isBroken = /^[\p{Cs}\p{Noncharacter_Code_Point}]$/u;
const isHidden = /^[\p{Cf}\p{Default_Ignorable_Code_Point}]$/u;
/** Signs of format that are seen: Arabic, Syriac and Kaithi number signs, and what joins hieroglyphs. */
const isSeenFormat =
  /^[\u{600}-\u{605}\u{6dd}\u{70f}\u{890}\u{891}\u{8e2}\u{110bd}\u{110cd}\u{13430}-\u{1343f}]$/u;
const isJoiner = /^[\u200c\u200d]$/;
const isSelector = /^[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}\u{180b}-\u{180f}\u{34f}]$/u;
const isTag = /^[\u{e0020}-\u{e007f}]$/u;
const isTagged = /^[\u{1f3f4}\u{e0020}-\u{e007e}]$/u;
const isMark = /^\p{M}$/u;
const isVisible = /^[^\s\p{C}]$/u;
/** Letters that joiners shape, and pictures that they join; in these three scripts they only hide. */
const isJoined = /^[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}]$/u;
const isUnjoined = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]$/u;

/** `text` without what cannot be seen, trimmed, on one line. */
export function printable(text: string): string {
  const kept: string[] = [];
  let marks = 0;
  for (const char of text) {
    const before = kept.at(-1) ?? '';
    if (isBreak.test(char)) {
      if (before !== ' ') kept.push(' ');
    } else if (isBroken.test(char)) kept.push('\ufffd');
    else if (isHidden.test(char) ? belongs(char, before) : !isMark.test(char) || marks < mostMarks)
      kept.push(char);
    if (isMark.test(char)) marks += 1;
    else if (!isHidden.test(char)) marks = 0;
  }
  return kept.join('').trim();
}

/** As `printable`, at most `limit` characters long. */
export function cleanText(text: string, limit: number): string {
  return firstCharacters(printable(text.slice(0, limit * unitsPerCharacter)), limit).trimEnd();
}

/** As `printable`; of what is longer than `limit` characters, the beginning and the very end. */
export function shortText(text: string, limit: number): string {
  const start = cleanText(text, limit + 1);
  if (Array.from(start).length <= limit && text.length <= limit * unitsPerCharacter) return start;
  const end = Array.from(printable(text.slice(-tailLimit * unitsPerCharacter))).slice(-tailLimit);
  return `${cleanText(start, limit - tailLimit - 1)}…${end.join('').trimStart()}`;
}

/** Whether a hidden character does something to the one that it follows. */
function belongs(char: string, before: string): boolean {
  if (isSeenFormat.test(char)) return true;
  if (isJoiner.test(char)) return isJoined.test(before) && !isUnjoined.test(before);
  if (isSelector.test(char)) return isVisible.test(before) && !isHidden.test(before);
  return isTag.test(char) && isTagged.test(before);
}

/** Whole characters as people count them, so that no emoji and no letter is cut in two. */
function firstCharacters(text: string, limit: number): string {
  const points = Array.from(text);
  if (points.length <= limit) return text;
  let used = 0;
  let short = '';
  for (const { segment } of new Intl.Segmenter('en').segment(text)) {
    used += Array.from(segment).length;
    if (used > limit) break;
    short += segment;
  }
  return short === '' ? points.slice(0, limit).join('') : short;
}
