import * as Y from "yjs";

/** A place in a text as it travels: an encoded Yjs relative position, which stays at its letter while others type. */
export interface Place {
  readonly anchor: Uint8Array;
  readonly head: Uint8Array;
}

export function placeOf(text: Y.Text, anchor: number, head: number): Place {
  return { anchor: encode(text, anchor), head: encode(text, head) };
}

/** Offsets of a place in the text as it is now; undefined where it lies in nothing that we hold (yet). */
export function offsetsOf(text: Y.Text, place: Place): { anchor: number; head: number } | undefined {
  const anchor = decode(text, place.anchor);
  const head = decode(text, place.head);
  return anchor === undefined || head === undefined ? undefined : { anchor, head };
}

function encode(text: Y.Text, offset: number): Uint8Array {
  return Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, offset, -1));
}

function decode(text: Y.Text, bytes: Uint8Array): number | undefined {
  try {
    const at = Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(bytes), text.doc!);
    return at?.type === text ? at.index : undefined;
  } catch {
    return undefined; // bytes that another client made up
  }
}
