import { TEXT_ROOT } from "./Digest.ts";
import { Undecodable, YjsReader } from "./YjsReader.ts";

/** A Yjs struct's place: the client that wrote it and how many units that client had written before. */
export interface YjsId {
  readonly client: number;
  readonly clock: number;
}

export interface YjsStruct {
  readonly clock: number;
  readonly length: number;
  /** Origin and right origin, where the struct names them. */
  readonly refers: readonly YjsId[];
}

/** What an edit says it adds and deletes, decoded and not yet believed. */
export interface YjsUpdate {
  /** In the order of the bytes; no client twice; structs of a client are contiguous by construction of the format. */
  readonly clients: readonly { readonly client: number; readonly structs: readonly YjsStruct[] }[];
  readonly deletes: readonly { readonly client: number; readonly clock: number; readonly length: number }[];
}

/**
 * Decodes a v1 update whole, or says in a few words why it is no edit of a file (PROTOCOL.md E1). Never throws.
 *
 * What a file may hold is text under the root `text`, and what is deleted. Embeds, formats, nested types and other roots would count in
 * `text.length` without being text, or make Yjs tidy up by itself, differently on each machine.
 */
export function decodeUpdate(bytes: Uint8Array): YjsUpdate | string {
  try {
    const reader = new YjsReader(bytes);
    const update = { clients: readClients(reader), deletes: readDeletes(reader) };
    return reader.ended ? update : "trailing bytes";
  } catch (error) {
    if (error instanceof Undecodable) return error.message;
    throw error;
  }
}

function readClients(reader: YjsReader): YjsUpdate["clients"] {
  const clients: { client: number; structs: YjsStruct[] }[] = [];
  const seen = new Set<number>();
  for (let left = reader.uint(); left > 0; left--) {
    const count = reader.length();
    const client = reader.uint();
    if (seen.has(client)) throw new Undecodable("a client stands twice");
    seen.add(client);
    let clock = reader.uint();
    const structs: YjsStruct[] = [];
    for (let i = 0; i < count; i++) {
      const struct = readStruct(reader, clock);
      clock = end(clock, struct.length);
      structs.push(struct);
    }
    clients.push({ client, structs });
  }
  return clients;
}

function readDeletes(reader: YjsReader): YjsUpdate["deletes"] {
  const deletes: { client: number; clock: number; length: number }[] = [];
  for (let left = reader.uint(); left > 0; left--) {
    const client = reader.uint();
    for (let ranges = reader.uint(); ranges > 0; ranges--) {
      const range = { client, clock: reader.uint(), length: reader.length() };
      end(range.clock, range.length);
      deletes.push(range);
    }
  }
  return deletes;
}

const OriginBit = 0x80;
const RightOriginBit = 0x40;
const ParentSubBit = 0x20;

function readStruct(reader: YjsReader, clock: number): YjsStruct {
  const info = reader.u8();
  if (info === ContentRef.Gc) return { clock, length: reader.length(), refers: [] };
  if (info & ParentSubBit) throw new Undecodable("an entry of a map");
  const refers: YjsId[] = [];
  if (info & OriginBit) refers.push(readId(reader));
  if (info & RightOriginBit) refers.push(readId(reader));
  if (refers.length === 0) readParent(reader);
  return { clock, length: readContent(reader, info & 0x1f), refers };
}

/** Where a struct has neither neighbour it names its parent; else it inherits its neighbour's, which is the root too. */
function readParent(reader: YjsReader): void {
  if (reader.uint() !== ROOT_PARENT) throw new Undecodable("a parent that is no root");
  if (reader.string() !== TEXT_ROOT) throw new Undecodable("a root other than the text");
}

function readId(reader: YjsReader): YjsId {
  return { client: reader.uint(), clock: reader.uint() };
}

const ROOT_PARENT = 1;
const ContentRef = { Gc: 0, Deleted: 1, String: 4 } as const;

/** Reads an item's content and returns its length in units of the clock. */
function readContent(reader: YjsReader, ref: number): number {
  switch (ref) {
    case ContentRef.Deleted:
      return reader.length();
    case ContentRef.String: {
      const text = reader.string();
      if (text.length === 0) throw new Undecodable("length 0");
      return text.length;
    }
    default:
      throw new Undecodable("content that is no text");
  }
}

/** clock + length, which must stay an exact integer. */
function end(clock: number, length: number): number {
  if (clock > Number.MAX_SAFE_INTEGER - length) throw new Undecodable("clock above 2^53 - 1");
  return clock + length;
}
