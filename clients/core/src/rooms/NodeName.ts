import { isName } from "./Payloads/Name.ts";

/** Of such a name NFC and the lower case of each letter are what the lower case of the whole is, much sooner. */
const ASCII = /^[ -~]*$/;

/** What a node is called whose name was void by content (T8). */
export const UNNAMED = "unnamed";

/** T6: a name (T9) that is not `.` or `..` and holds no `/` and no `\`. */
export function isNodeName(name: string): boolean {
  return isName(name) && name !== "." && name !== ".." && !/[/\\]/.test(name);
}

/**
 * T6: what the nodes of one folder are called on a screen. Of equal names the later shows ` (2)`, ` (3)` …
 * before its extension.
 * @param names by creation. @returns as many, in the same order, all different.
 */
export function shownNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let [shown, key] = [name, folded(name)];
    for (let number = 2; taken.has(key); number++) {
      shown = numbered(name, number);
      key = folded(shown);
    }
    taken.add(key);
    return shown;
  });
}

/** What equal names have in common (T6). Each code point by itself: a capital sigma is the same letter wherever it stands. */
export function folded(name: string): string {
  if (ASCII.test(name)) return name.toLowerCase();
  return Array.from(name.normalize("NFC"), (character) => character.toLowerCase()).join("");
}

function numbered(name: string, number: number): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? `${name.slice(0, dot)} (${number})${name.slice(dot)}` : `${name} (${number})`;
}
