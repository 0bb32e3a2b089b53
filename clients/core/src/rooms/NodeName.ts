import { Limits } from "../limits.ts";
import { utf8 } from "../wire/Bytes.ts";

/** What a node is called whose name was void by content (T8). */
export const UNNAMED = "unnamed";

// biome-ignore lint/suspicious/noControlCharactersInRegex: T6 names them.
const FORBIDDEN = /[/\\\u0000-\u001f\u007f-\u009f]/;

/** Unicode's Bidi_Control: invisible, and what stands around them shows in another order than it is. */
const BIDI_CONTROL = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** T6: 1 to 200 bytes of UTF-8, not `.` or `..`, no `/`, `\`, control character or bidi control. */
export function isNodeName(name: string): boolean {
  const length = utf8(name).length;
  if (length < 1 || length > Limits.MaxNameBytes || name === "." || name === "..") return false;
  return !FORBIDDEN.test(name) && !turnsWriting(name);
}

/** T6: whether a name holds a bidi control, by which `exe.txt` could be shown for `txt.exe`. */
export function turnsWriting(name: string): boolean {
  return BIDI_CONTROL.test(name);
}

/**
 * T6: what the nodes of one folder are called on a screen. Of equal names the later shows ` (2)`, ` (3)` …
 * before its extension.
 * @param names by creation. @returns as many, in the same order, all different.
 */
export function shownNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let shown = name;
    for (let number = 2; taken.has(fold(shown)); number++) shown = numbered(name, number);
    taken.add(fold(shown));
    return shown;
  });
}

/** Each code point by itself: a capital sigma is the same letter wherever it stands. */
function fold(name: string): string {
  return Array.from(name.normalize("NFC"), (character) => character.toLowerCase()).join("");
}

function numbered(name: string, number: number): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? `${name.slice(0, dot)} (${number})${name.slice(dot)}` : `${name} (${number})`;
}
