import { hash } from "../keys/Hash.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import { idBytes, type RoomId, type StreamId } from "../wire/Ids.ts";
import { SEEN_HEAD_BYTES } from "../wire/RecordView.ts";

/** The hash chain of a stream (PROTOCOL.md section 5). HeadRing are 32 bytes. */
export const HEAD_BYTES = 32;

/** @param incarnation 16 bytes: a rebuilt room has another one, and so other chains. */
export function firstHead(roomId: RoomId, stream: StreamId, incarnation: Uint8Array): Uint8Array {
  return hash("stream", idBytes(roomId), idBytes(stream), incarnation);
}

export function nextHead(head: Uint8Array, seq: number, serverTime: number, record: Uint8Array): Uint8Array {
  return hash("chain", head, new ByteWriter(16).u64(seq).u64(serverTime).done(), hash("record", record));
}

/** What an author proves to have seen: the chain and the manifest it wrote under. */
export function seenHead(head: Uint8Array, manifestHash: Uint8Array): Uint8Array {
  return hash("seen", head, manifestHash).subarray(0, SEEN_HEAD_BYTES);
}
