import { Limits } from "../../limits.ts";
import { utf8 } from "../../wire/Bytes.ts";

/**
 * T9: what people, files and folders may be called, so that two names that differ can be told apart on a screen. The code points are
 * listed, not asked of a Unicode table: every client must answer alike, whatever version of Unicode it knows.
 */

/** Line and paragraph separator among them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: T9 names them.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Unicode's Bidi_Control: invisible, and what stands around them shows in another order than it is. */
const TURNS_WRITING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Letters that no writing needs in a name, and that nobody sees. */
const INVISIBLE = /[\u00ad\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]/;

/** Spaces, and what only joins or varies its neighbours: scripts and emoji need them, but alone they show nothing. */
const BLANK_ONLY =
  /^(?:[\u0020\u00a0\u1680\u2000-\u200b\u202f\u205f\u2800\u3000]|\u200c|\u200d|\u034f|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u{e0000}-\u{e0fff}])*$/u;

export type NameFault = "length" | "control" | "hidden" | "blank";

/** What makes a name void by content, if anything does. */
export function nameFault(name: string): NameFault | undefined {
  const length = 3 * name.length > Limits.MaxNameBytes ? utf8(name).length : name.length; // in UTF-8 at most three bytes a unit
  if (length < 1 || length > Limits.MaxNameBytes) return "length";
  if (CONTROL.test(name)) return "control";
  if (TURNS_WRITING.test(name) || INVISIBLE.test(name)) return "hidden";
  return BLANK_ONLY.test(name) ? "blank" : undefined;
}

/** T9: 1 to 200 bytes of UTF-8 with something to see in it, no control character, bidi control or invisible letter. */
export function isName(name: string): boolean {
  return nameFault(name) === undefined;
}
