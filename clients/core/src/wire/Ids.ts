import { fromHex, toHex } from "./Bytes.ts";

/**
 * Ids are 16 bytes on the wire and 32 lower-case hexadecimal characters in memory, so that they are map keys and compare
 * with `===`. The brands keep one kind from standing where another is meant.
 */
declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

export type RoomId = Id<"room">;
export type SessionId = Id<"session">;
export type MemberId = Id<"member">;
export type StreamId = Id<"stream">;
/** A file's node id is its stream id; folders have node ids too. */
export type NodeId = StreamId;
export type OpId = Id<"op">;
/** Of a run: the hash of the sealed order that began it (section 16). */
export type RunId = Id<"run">;
/** Of 32 bytes, 64 hexadecimal characters: sealed content beside the streams (B2). */
export type BlobId = Id<"blob">;

export const ID_BYTES = 16;
export const BLOB_ID_BYTES = 32;
export const ZERO_ID = "0".repeat(32);
/** The root folder of the tree, and "no file" in presence. */
export const ROOT = ZERO_ID as NodeId;
/** `replaces` of a session that replaces none. */
export const NO_SESSION = ZERO_ID as SessionId;

/** @param bytes 16 bytes; only the first 16 of a longer hash count. */
export function idOf<T extends string>(bytes: Uint8Array): T {
  return toHex(bytes.subarray(0, ID_BYTES)) as T;
}

export function idBytes(id: Id<string>): Uint8Array {
  return fromHex(id)!;
}

/** The id in this text, or undefined where it is not 32 hexadecimal characters. */
export function parseId<T extends string>(text: string): T | undefined {
  return /^[0-9a-fA-F]{32}$/.test(text) ? (text.toLowerCase() as T) : undefined;
}
