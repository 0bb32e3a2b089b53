/** One replacement in a text: `[start, end)` in the old text becomes `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface DeltaPart {
  readonly retain?: number | undefined;
  readonly delete?: number | undefined;
  readonly insert?: unknown;
}

/** A Yjs text delta as replacements in old offsets, ascending, never touching one another. */
export function editsOfDelta(delta: readonly DeltaPart[]): Edit[] {
  const edits: Edit[] = [];
  let at = 0;
  let open: { start: number; end: number; text: string } | undefined;
  const flush = () => {
    if (open) edits.push(open);
    open = undefined;
  };
  for (const part of delta) {
    if (part.retain !== undefined) {
      flush();
      at += part.retain;
    } else {
      open ??= { start: at, end: at, text: "" };
      if (part.delete !== undefined) {
        at += part.delete;
        open.end = at;
      } else if (typeof part.insert === "string") open.text += part.insert;
    }
  }
  flush();
  return edits;
}

/**
 * Where an offset comes to lie after the edits. What is inserted exactly at it goes behind it, so that a caret stays at the
 * letter just typed; what is deleted around it pulls it to the start of the hole.
 */
export function shifted(offset: number, edits: readonly Edit[]): number {
  let moved = offset;
  for (const { start, end, text } of edits) {
    if (start >= offset) break;
    moved += end <= offset ? text.length - (end - start) : start - offset;
    if (end > offset) break;
  }
  return moved;
}
