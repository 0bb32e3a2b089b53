/** One replacement that turns a text into another. Offsets are in UTF-16 units. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What lies between the common beginning and the common end, never cutting a surrogate pair; undefined for equal texts. */
export function difference(from: string, to: string): Replacement | undefined {
  if (from === to) return undefined;
  const most = Math.min(from.length, to.length);
  let start = 0;
  while (start < most && from.charCodeAt(start) === to.charCodeAt(start)) start++;
  if (start > 0 && isHigh(from.charCodeAt(start - 1))) start--;
  let same = 0;
  while (same < most - start && from.charCodeAt(from.length - 1 - same) === to.charCodeAt(to.length - 1 - same)) same++;
  if (same > 0 && isLow(from.charCodeAt(from.length - same))) same--;
  return { start, end: from.length - same, text: to.slice(start, to.length - same) };
}

/**
 * The same edits, in order and none overlapping another, in a text that came to differ from theirs. Where both changed one place, what
 * both wrote stays; but where the other text is theirs with the beginning of one edit, that had reached the one whose text it is.
 */
export function carriedOver(edits: readonly Replacement[], from: string, to: string): readonly Replacement[] {
  for (const edit of edits) {
    const arrived = to.length - from.length + (edit.end - edit.start);
    const part = { ...edit, text: edit.text.slice(0, Math.max(0, arrived)) };
    if (from.slice(0, part.start) + part.text + from.slice(part.end) !== to) continue;
    const at = edit.start + arrived;
    const rest = { start: at, end: at, text: edit.text.slice(arrived) };
    return edits.map((other) => (other === edit ? rest : carried(other, part)));
  }
  const other = difference(from, to);
  return edits.map((edit) => carried(edit, other));
}

function carried(mine: Replacement, other: Replacement | undefined): Replacement {
  if (other === undefined || mine.end <= other.start) return mine;
  const shift = other.text.length - (other.end - other.start);
  if (mine.start >= other.end) return { ...mine, start: mine.start + shift, end: mine.end + shift };
  const after = other.start + other.text.length;
  return { start: after, end: after, text: mine.text };
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
