import type { Asked } from "./editorconfig.ts";

interface Replacement {
  /** From 1. */
  readonly line: number;
  /** From 1; up to the line's end. */
  readonly column: number;
  readonly text: string;
}

/**
 * What makes a text as .editorconfig asks: no white space at the ends of lines, a line end at the end.
 * @param spared lines, from 1, that are left as they are, because somebody is in them
 */
export function tidying(lines: readonly string[], asked: Asked, spared: ReadonlySet<number>): readonly Replacement[] {
  const edits: Replacement[] = [];
  if (asked.trims)
    for (const [nth, text] of lines.entries()) {
      const left = trimmedLength(text);
      if (left < text.length && !spared.has(nth + 1)) edits.push({ line: nth + 1, column: left + 1, text: "" });
    }
  const [last = "", line] = [lines.at(-1), lines.length];
  const trim = edits.at(-1)?.line === line ? edits.at(-1) : undefined;
  const column = trim?.column ?? last.length + 1;
  if (asked.finalNewline && column > 1) {
    if (trim) edits.pop();
    edits.push({ line, column, text: "\n" });
  }
  return edits;
}

function trimmedLength(text: string): number {
  let length = text.length;
  while (length > 0 && (text[length - 1] === " " || text[length - 1] === "\t")) length--;
  return length;
}
