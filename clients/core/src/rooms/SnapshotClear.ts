import { ByteReader } from "../wire/ByteReader.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import { BLOB_ID_BYTES, type StreamId } from "../wire/Ids.ts";
import type { Parsed } from "../wire/WireError.ts";
import { HEAD_BYTES } from "./Chain.ts";

/** The clear part of a snapshot record: what it covers (N1). */
export interface SnapshotClear {
  readonly stream: StreamId;
  readonly seq: number;
  /** The chain head at seq. */
  readonly head: Uint8Array;
  /** H("record", …) of the snapshot before that the author knew, or zeros. */
  readonly previous: Uint8Array;
  /** Ids of 32 bytes. */
  readonly blobs: readonly Uint8Array[];
}

/** What stands before the list of blobs. */
export const SNAPSHOT_HEAD_BYTES = 16 + 8 + 2 * HEAD_BYTES;

export function parseSnapshotClear(clear: Uint8Array): Parsed<SnapshotClear> {
  const reader = new ByteReader(clear);
  const parsed: SnapshotClear = {
    stream: reader.id(),
    seq: reader.u64(),
    head: reader.bytes(HEAD_BYTES),
    previous: reader.bytes(HEAD_BYTES),
    blobs: reader.list(reader.u8(), 0, 255, () => reader.bytes(BLOB_ID_BYTES)),
  };
  return reader.end() ?? parsed;
}

export function encodeSnapshotClear(clear: SnapshotClear): Uint8Array {
  const writer = new ByteWriter(89).id(clear.stream).u64(clear.seq).bytes(clear.head).bytes(clear.previous);
  writer.u8(clear.blobs.length);
  for (const blob of clear.blobs) writer.bytes(blob);
  return writer.done();
}
