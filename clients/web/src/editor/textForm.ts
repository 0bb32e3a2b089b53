export type Eol = "\n" | "\r\n";

/** What a text says about itself besides its letters. */
export interface Form {
  /** How its lines end, most of them; where it has one line alone, how the next will. */
  readonly eol: Eol;
  /** Whether it begins with the mark of UTF-8, U+FEFF, which is no letter of it. */
  readonly marked: boolean;
  /** Whether all its lines end so: else offsets in it are not those in the text that is shown. */
  readonly even: boolean;
  /** All its lines end in "\r" alone, as on a Macintosh of old; not even, because nothing is written so. */
  readonly returns?: true;
}

/** What a person calls the way in which lines end. */
export function endsCalled({ eol, even, returns }: Form): string {
  if (even) return eol === "\n" ? "LF" : "CRLF";
  return returns ? "CR" : "Mixed";
}

export const MARK = "\ufeff";

/** Lines of a text whose ends are changed at once: of many more Yjs would stop every page that has it open for seconds. */
export const mostLinesEnded = 25_000;

/** Carriage returns before a line feed are one line end with it: two people who even a text out at once double them. */
const lineEnds = /\r+\n|\n|\r/g;

/** @param otherwise how lines will end in a text that has one alone */
export function formOf(text: string, otherwise: Eol): Form {
  let [feeds, pairs, odd] = [0, 0, 0];
  if (!text.includes("\r")) return { eol: text.includes("\n") ? "\n" : otherwise, marked: isMarked(text), even: true };
  for (const [end] of text.matchAll(lineEnds)) {
    if (end === "\n") feeds++;
    else if (end === "\r\n") pairs++;
    else odd++;
  }
  const eol = pairs > feeds + odd ? "\r\n" : "\n";
  return {
    eol,
    marked: isMarked(text),
    even: odd === 0 && (feeds === 0 || pairs === 0) && (pairs === 0 || eol === "\r\n"),
    ...(feeds + pairs === 0 && !text.includes("\n") && { returns: true }),
  };
}

/** Text with all its lines ended alike. */
export function ended(text: string, eol: Eol): string {
  return eol === "\n" && !text.includes("\r") ? text : text.replace(lineEnds, eol);
}

/** A text as an editor shows it: without its mark, its lines ended alike. */
export function shownText(text: string, eol: Eol): string {
  return ended(isMarked(text) ? text.slice(1) : text, eol);
}

interface DeltaPart {
  retain?: number;
  delete?: number;
  insert?: string;
}

/** What makes all lines of a text end alike and touches nothing else, as a Yjs delta. */
export function endingDelta(text: string, eol: Eol): DeltaPart[] {
  const delta: DeltaPart[] = [];
  let at = 0;
  for (const { index, 0: end } of text.matchAll(lineEnds)) {
    if (end === eol) continue;
    const feed = end.endsWith("\n");
    const kept = eol === "\r\n" ? 1 : 0; // one "\r" stays, where there is one
    const gone = end.length - (feed ? 1 : 0) - (end.startsWith("\r") ? kept : 0);
    const before = index + (end.startsWith("\r") ? kept : 0);
    if (before > at) delta.push({ retain: before - at });
    if (gone > 0) delta.push({ delete: gone });
    if (!end.startsWith("\r") && eol === "\r\n") delta.push({ insert: "\r" });
    if (!feed) delta.push({ insert: "\n" });
    at = before + gone;
  }
  return delta;
}

/** Whether letters put into an even text whose lines end so leave it even. */
export function fits(inserted: string, eol: Eol): boolean {
  return eol === "\n" ? !inserted.includes("\r") : !/(^|[^\r])\n|\r(?!\n)/.test(inserted);
}

export function isMarked(text: string): boolean {
  return text.startsWith(MARK);
}
