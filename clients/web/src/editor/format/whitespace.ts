import { difference } from "@coterie/core/client/difference.ts";
import type { Formatted } from "./Formatting.ts";

/**
 * What turns a text into another by the least: where they have the same letters but for blanks and line ends, only those are replaced that
 * differ, so that carets and what others write stay at their letters; else all between what both begin and end with.
 */
export function leastEdits(from: string, to: string): Formatted {
  const edits: { start: number; end: number; text: string }[] = [];
  let [at, there] = [0, 0];
  while (at < from.length || there < to.length) {
    const [end, endThere] = [blanksEnd(from, at), blanksEnd(to, there)];
    const blanks = to.slice(there, endThere);
    if (from.slice(at, end) !== blanks) edits.push({ start: at, end, text: blanks });
    [at, there] = [end, endThere];
    if (at === from.length && there === to.length) return edits;
    if (from.charCodeAt(at) !== to.charCodeAt(there)) break; // also where one has ended
    at++;
    there++;
  }
  const whole = at < from.length || there < to.length ? difference(from, to) : undefined;
  return whole ? [whole] : edits;
}

function blanksEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && isBlank(text.charCodeAt(end))) end++;
  return end;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}
