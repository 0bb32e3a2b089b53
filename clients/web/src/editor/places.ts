import * as Y from "yjs";

/** A place in a text as it travels: an encoded Yjs relative position, which stays at its letter while others type. */
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
  return Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, offset, side));
}

function decode(text: Y.Text, bytes: Uint8Array): number | undefined {
  try {
    const at = Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(bytes), text.doc!);
    return at?.type === text ? at.index : undefined;
  } catch {
    return undefined; // bytes that another client made up
  }
}
