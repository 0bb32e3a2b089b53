import * as Y from "yjs";
import { MARK } from "./textForm.ts";

/**
 * A place in a text as it travels: an encoded Yjs relative position, which stays at its letter while others type. Offsets in here are those
 * of the text as it is shown, without its mark.
 */
export interface Place {
  readonly anchor: Uint8Array;
  readonly head: Uint8Array;
}

export function placeOf(text: Y.Text, anchor: number, head: number): Place {
  return { anchor: encode(text, anchor), head: encode(text, head) };
}

/** The ends of a range that does not grow by what is typed right before or behind it. */
export function rangeOf(text: Y.Text, start: number, end: number): { start: Uint8Array; end: Uint8Array } {
  return { start: encode(text, start, 0), end: encode(text, end, -1) };
}

/** Offsets of a place in the text as it is now; undefined where it lies in nothing that we hold (yet). */
export function offsetsOf(text: Y.Text, place: Place): { anchor: number; head: number } | undefined {
  const anchor = decode(text, place.anchor);
  const head = decode(text, place.head);
  return anchor === undefined || head === undefined ? undefined : { anchor, head };
}

/** @param side of the letter that it stays at: 0 the next, -1 the one before */
function encode(text: Y.Text, offset: number, side: 0 | -1 = -1): Uint8Array {
  const index = offset + markLength(text);
  return Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, index, side));
}

function decode(text: Y.Text, bytes: Uint8Array): number | undefined {
  try {
    const at = Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(bytes), text.doc!);
    return at?.type === text ? Math.max(0, at.index - markLength(text)) : undefined;
  } catch {
    return undefined; // bytes that another client made up
  }
}

/** How many letters at the beginning of a text are its mark (`Form`). */
export function markLength(text: Y.Text): 0 | 1 {
  for (let item = text._start; item; item = item.right)
    if (!item.deleted && item.content instanceof Y.ContentString) return item.content.str.startsWith(MARK) ? 1 : 0;
  return 0;
}
