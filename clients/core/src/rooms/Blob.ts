import { hash } from "../keys/Hash.ts";
import { NONCE_BYTES, open, seal } from "../keys/Sealing.ts";
import { Limits } from "../limits.ts";
import { concat, toHex, utf8 } from "../wire/Bytes.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import { type BlobId, idBytes, type RoomId } from "../wire/Ids.ts";
import { paddedLength } from "../wire/Padding.ts";
import { TAG_BYTES } from "../wire/RecordView.ts";

/** What opens a blob, as a record's payload carries it. */
export interface BlobSecret {
  /** 32 bytes, drawn for this content alone; all zeros where who wrote a snapshot could not read it. */
  readonly key: Uint8Array;
  /** Of the content, in bytes, at most Limits.MaxBlobBytes. */
  readonly size: number;
}

/**
 * Content beside the streams (section 15), as a record or a snapshot tells of it. It is padded with zeros by R2 and cut into pieces of
 * Limits.BlobChunkBytes, each sealed by itself under its index.
 */
export interface Blob extends BlobSecret {
  readonly id: BlobId;
}

/**
 * What tells one content from another. The id alone does not: AES-GCM commits to no key, so an author could name the same chunks with two keys
 * that open them to two contents (B2).
 */
export function contentName({ id, key, size }: Blob): string {
  return `${id} ${toHex(key)} ${size}`;
}

/** Chunks of content of so many bytes; one at least. */
export function chunksOf(size: number): number {
  return Math.ceil(paddedLength(size) / Limits.BlobChunkBytes);
}

/** All chunks of content of so many bytes together, sealed. */
export function sealedBytes(size: number): number {
  return paddedLength(size) + chunksOf(size) * TAG_BYTES;
}

/** Where the content of a chunk begins and ends; it is empty where the chunk holds padding alone. */
export function rangeOf(size: number, index: number): { readonly from: number; readonly to: number } {
  const from = Math.min(size, index * Limits.BlobChunkBytes);
  return { from, to: Math.min(size, from + Limits.BlobChunkBytes) };
}

/** H("chunk", its sealed bytes), 32 bytes. */
export function chunkHash(chunk: Uint8Array): Uint8Array {
  return hash("chunk", chunk);
}

/** The id of a blob of a room, by the bytes of all its chunks together, sealed, and their hashes in their order (B2). */
export function blobId(roomId: RoomId, bytes: number, hashes: readonly Uint8Array[]): BlobId {
  return toHex(hash("blob", idBytes(roomId), new ByteWriter(8).u64(bytes).done(), ...hashes)) as BlobId;
}

/** @param content exactly what belongs into this chunk. */
export async function sealChunk(
  key: CryptoKey,
  roomId: RoomId,
  size: number,
  index: number,
  content: Uint8Array,
): Promise<Uint8Array> {
  const piece = new Uint8Array(pieceBytes(size, index));
  piece.set(content);
  return await seal(key, nonceOf(index), aadOf(roomId, size, index), piece);
}

/** The content in a chunk; undefined where its length, its tag or its padding is wrong. */
export async function openChunk(
  key: CryptoKey,
  roomId: RoomId,
  size: number,
  index: number,
  chunk: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (chunk.length !== pieceBytes(size, index) + TAG_BYTES) return undefined;
  const piece = await open(key, nonceOf(index), aadOf(roomId, size, index), chunk);
  if (piece === undefined) return undefined;
  const { from, to } = rangeOf(size, index);
  return piece.subarray(to - from).every((byte) => byte === 0) ? piece.subarray(0, to - from) : undefined;
}

function pieceBytes(size: number, index: number): number {
  return Math.min(Limits.BlobChunkBytes, paddedLength(size) - index * Limits.BlobChunkBytes);
}

function nonceOf(index: number): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES);
  new DataView(nonce.buffer).setUint32(8, index);
  return nonce;
}

function aadOf(roomId: RoomId, size: number, index: number): Uint8Array {
  const place = new ByteWriter(5).u32(index).truth(index === chunksOf(size) - 1);
  return concat(utf8("coterie/1/blob\0"), idBytes(roomId), place.done());
}
