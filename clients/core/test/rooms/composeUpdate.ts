import * as encoding from "lib0/encoding";

/** One item of a hand-made update: a text with its references, or raw bytes of a whole struct. */
export type Item =
  | { text: string; origin?: [number, number]; rightOrigin?: [number, number]; parent?: [number, number] }
  | { raw: number[] };

export interface Piece {
  client: number;
  clock: number;
  items: Item[];
}

/** Writes a Yjs v1 update as told, whether it makes sense or not. */
export function compose(pieces: Piece[], deletes: { client: number; clock: number; length: number }[]): Uint8Array {
  const out = encoding.createEncoder();
  encoding.writeVarUint(out, pieces.length);
  for (const piece of pieces) {
    encoding.writeVarUint(out, piece.items.length);
    encoding.writeVarUint(out, piece.client);
    encoding.writeVarUint(out, piece.clock);
    for (const item of piece.items) writeItem(out, item);
  }
  encoding.writeVarUint(out, deletes.length);
  for (const range of deletes) {
    encoding.writeVarUint(out, range.client);
    encoding.writeVarUint(out, 1);
    encoding.writeVarUint(out, range.clock);
    encoding.writeVarUint(out, range.length);
  }
  return encoding.toUint8Array(out);
}

function writeItem(out: encoding.Encoder, item: Item): void {
  if ("raw" in item) {
    for (const byte of item.raw) encoding.write(out, byte);
    return;
  }
  encoding.write(out, 4 | (item.origin ? 0x80 : 0) | (item.rightOrigin ? 0x40 : 0));
  for (const id of [item.origin, item.rightOrigin]) if (id) writeId(out, id);
  if (!item.origin && !item.rightOrigin) {
    encoding.writeVarUint(out, item.parent ? 0 : 1);
    if (item.parent) writeId(out, item.parent);
    else encoding.writeVarString(out, "text");
  }
  encoding.writeVarString(out, item.text);
}

function writeId(out: encoding.Encoder, [client, clock]: [number, number]): void {
  encoding.writeVarUint(out, client);
  encoding.writeVarUint(out, clock);
}
