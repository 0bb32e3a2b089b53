import * as encoding from "lib0/encoding";
import * as Y from "yjs";
import { concat } from "../wire/Bytes.ts";

/** Text of one struct, UTF-16 units (or one less, before a surrogate pair); at most three bytes each in UTF-8. */
export const PIECE_UNITS = 32 * 1024;
/** Deletes of one piece; at most 26 bytes each. */
const PIECE_RANGES = 4_000;
/** Around the structs of a piece: how many clients and structs, whose and from which clock, and that nothing is deleted; 26 bytes at most. */
const AROUND_BYTES = 26;

type Struct = Y.Item | Y.GC;
interface Range {
  readonly client: number;
  readonly clock: number;
  readonly len: number;
}

/**
 * Cuts an update (v1) of one Yjs client into updates that have the same effect when applied in order, each of which starts
 * where the one before ended (E1–E5 hold one after the other) and none of which is longer than `most` bytes. Undefined where
 * a single value alone is longer. Text is never cut within a surrogate pair.
 */
export function splitUpdate(update: Uint8Array, most: number): Uint8Array[] | undefined {
  if (update.length <= most) return [update];
  const { structs, ds } = Y.decodeUpdate(update);
  const pieces: Uint8Array[] = [];
  let batch: Uint8Array[] = [];
  let first: Y.ID | undefined;
  let bytes = AROUND_BYTES;
  const close = () => {
    if (first !== undefined) pieces.push(concat(headOf(first, batch.length), ...batch, NO_DELETES));
    batch = [];
    first = undefined;
    bytes = AROUND_BYTES;
  };
  for (const struct of structs) {
    if (struct instanceof Y.Skip) return undefined;
    for (const part of cut(struct)) {
      const encoded = bytesOf(part);
      if (AROUND_BYTES + encoded.length > most) return undefined;
      if (bytes + encoded.length > most || first?.client !== part.id.client) close();
      first ??= part.id;
      batch.push(encoded);
      bytes += encoded.length;
    }
  }
  close();
  const ranges = [...ds.clients].flatMap(([client, items]) => items.map(({ clock, len }) => ({ client, clock, len })));
  for (let at = 0; at < ranges.length; at += PIECE_RANGES) pieces.push(deletesOf(ranges.slice(at, at + PIECE_RANGES)));
  return pieces;
}

/** A long text as a row of structs, each continuing the one before; anything else as it is. */
function* cut(struct: Struct): Generator<Struct> {
  let rest = struct;
  while (rest instanceof Y.Item && rest.content instanceof Y.ContentString && rest.length > PIECE_UNITS) {
    const { content, id } = rest;
    const inPair = /[\ud800-\udbff]/.test(content.str.charAt(PIECE_UNITS - 1));
    const units = inPair ? PIECE_UNITS - 1 : PIECE_UNITS;
    const { rightOrigin, parent, parentSub, origin } = rest;
    const head = new Y.ContentString(content.str.slice(0, units));
    yield new Y.Item(id, null, origin, null, rightOrigin, parent, parentSub, head);
    const last = Y.createID(id.client, id.clock + units - 1);
    const next = Y.createID(id.client, id.clock + units);
    const tail = new Y.ContentString(content.str.slice(units));
    rest = new Y.Item(next, null, last, null, rightOrigin, parent, parentSub, tail);
  }
  yield rest;
}

const NO_DELETES = Uint8Array.of(0);

/** What stands before contiguous structs of one client, in an update of them alone. */
function headOf({ client, clock }: Y.ID, structs: number): Uint8Array {
  const out = encoding.createEncoder();
  for (const value of [1, structs, client, clock]) encoding.writeVarUint(out, value);
  return encoding.toUint8Array(out);
}

function bytesOf(struct: Struct): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  struct.write(encoder, 0);
  return encoder.toUint8Array();
}

/** An update of deletes alone. */
function deletesOf(ranges: readonly Range[]): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  const out = encoder.restEncoder;
  encoding.writeVarUint(out, 0);
  encoding.writeVarUint(out, ranges.length);
  for (const { client, clock, len } of ranges) {
    encoding.writeVarUint(out, client);
    encoding.writeVarUint(out, 1);
    encoding.writeVarUint(out, clock);
    encoding.writeVarUint(out, len);
  }
  return encoder.toUint8Array();
}
