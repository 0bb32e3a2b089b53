import { Limits } from "../limits.ts";
import { ByteReader } from "./ByteReader.ts";
import { EMPTY } from "./Bytes.ts";
import { ByteWriter } from "./ByteWriter.ts";
import { Classes, type RecordClass } from "./Classes.ts";
import type { RoomId, SessionId, StreamId } from "./Ids.ts";
import type { Parsed } from "./WireError.ts";

export const HEADER_BYTES = 88;
export const SEEN_HEAD_BYTES = 16;
export const SIGNATURE_BYTES = 64;
export const TAG_BYTES = 16;

/** The 88 bytes before the clear part (PROTOCOL.md section 5). Suite is judged (J1), not parsed away. */
export interface Header {
  readonly suite: number;
  readonly class: RecordClass;
  /** The manifest version under which the author wrote. */
  readonly version: number;
  readonly roomId: RoomId;
  readonly stream: StreamId;
  readonly session: SessionId;
  readonly counter: number;
  readonly seenSeq: number;
  readonly seenHead: Uint8Array;
}

/** A parsed record. Every byte array is a view of `bytes`, which nobody may change. */
export interface RecordView extends Header {
  /** The whole record, signature included: what the chain hashes. */
  readonly bytes: Uint8Array;
  readonly clear: Uint8Array;
  readonly ciphertext: Uint8Array;
  /** Header and clear part with its length: the sealing's additional data. */
  readonly aad: Uint8Array;
  /** 64 bytes, or empty for unsigned classes. */
  readonly signature: Uint8Array;
  /** All before the signature. */
  readonly signedPart: Uint8Array;
}

/** R1: the record in these bytes, which it must fill exactly. */
export function parseRecord(bytes: Uint8Array): Parsed<RecordView> {
  if (bytes.length > Limits.MaxRecordBytes) return { error: "TooLarge" };
  const reader = new ByteReader(bytes);
  const suite = reader.u8();
  const recordClass = reader.kind(1, 15) as RecordClass;
  if (reader.u16() !== 0) reader.fail("Value");
  const version = reader.u32();
  const roomId = reader.id<RoomId>();
  const stream = reader.id<StreamId>();
  const session = reader.id<SessionId>();
  const counter = reader.u64();
  const seenSeq = reader.u64();
  const seenHead = reader.bytes(SEEN_HEAD_BYTES);
  const clear = reader.b16(0, Limits.MaxClearBytes);
  const aad = bytes.subarray(0, reader.at);
  const ciphertext = reader.b32();
  const signedPart = bytes.subarray(0, reader.at);
  const signature = Classes[recordClass]?.signed ? reader.bytes(SIGNATURE_BYTES) : EMPTY;
  const error = reader.end();
  if (error) return error;
  return {
    suite,
    class: recordClass,
    version,
    roomId,
    stream,
    session,
    counter,
    seenSeq,
    seenHead,
    bytes,
    clear,
    ciphertext,
    aad,
    signature,
    signedPart,
  };
}

/** Header and clear part, ready to be sealed under. */
export function encodeAad(header: Header, clear: Uint8Array): Uint8Array {
  return new ByteWriter(HEADER_BYTES + 2 + clear.length)
    .u8(header.suite)
    .u8(header.class)
    .u16(0)
    .u32(header.version)
    .id(header.roomId)
    .id(header.stream)
    .id(header.session)
    .u64(header.counter)
    .u64(header.seenSeq)
    .bytes(header.seenHead)
    .b16(clear)
    .done();
}
