import * as encoding from "lib0/encoding";
import * as Y from "yjs";

/** Text of one struct, UTF-16 units (or one less, before a surrogate pair); at most three bytes each in UTF-8. */
export const PIECE_UNITS = 32 * 1024;
/** Deletes of one piece; at most 26 bytes each. */
const PIECE_RANGES = 4_000;

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
  let batch: Struct[] = [];
  let bytes = 0;
  const close = () => {
    if (batch.length > 0) pieces.push(encode(batch, []));
    batch = [];
    bytes = 0;
  };
  for (const struct of structs) {
    if (struct instanceof Y.Skip) return undefined;
    for (const part of cut(struct)) {
      const size = encode([part], []).length;
      if (size > most) return undefined;
      if (bytes + size > most || batch.at(-1)?.id.client !== part.id.client) close();
      batch.push(part);
      bytes += size;
    }
  }
  close();
  const ranges = [...ds.clients].flatMap(([client, items]) => items.map(({ clock, len }) => ({ client, clock, len })));
  for (let at = 0; at < ranges.length; at += PIECE_RANGES) pieces.push(encode([], ranges.slice(at, at + PIECE_RANGES)));
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

/** An update of contiguous structs of one client, or of deletes alone. */
function encode(structs: readonly Struct[], ranges: readonly Range[]): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  const out = encoder.restEncoder;
  encoding.writeVarUint(out, structs.length > 0 ? 1 : 0);
  if (structs[0] !== undefined) {
    encoding.writeVarUint(out, structs.length);
    encoding.writeVarUint(out, structs[0].id.client);
    encoding.writeVarUint(out, structs[0].id.clock);
    for (const struct of structs) struct.write(encoder, 0);
  }
  encoding.writeVarUint(out, ranges.length);
  for (const { client, clock, len } of ranges) {
    encoding.writeVarUint(out, client);
    encoding.writeVarUint(out, 1);
    encoding.writeVarUint(out, clock);
    encoding.writeVarUint(out, len);
  }
  return encoder.toUint8Array();
}
