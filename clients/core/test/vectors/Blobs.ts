import { expect } from "vitest";
import {
  blobId,
  chunkHash,
  chunksOf,
  importSealingKey,
  openChunk,
  type RoomId,
  rangeOf,
  sealChunk,
  sealedBytes,
  toHex,
} from "../../src/protocol.ts";

/** A blob of content whose byte i is i × 7 mod 251, as the vectors write it. Each chunk must open again. */
export async function sealedBlob(
  roomId: RoomId,
  keyBytes: Uint8Array,
  size: number,
): Promise<{ hashes: string[]; bytes: string; blob: string }> {
  const key = await importSealingKey(keyBytes);
  const content = Uint8Array.from({ length: size }, (_, i) => (i * 7) % 251);
  const hashes: Uint8Array[] = [];
  for (let index = 0; index < chunksOf(size); index++) {
    const { from, to } = rangeOf(size, index);
    const chunk = await sealChunk(key, roomId, size, index, content.subarray(from, to));
    expect(await openChunk(key, roomId, size, index, chunk)).toEqual(content.subarray(from, to));
    hashes.push(chunkHash(chunk));
  }
  const bytes = sealedBytes(size);
  return { hashes: hashes.map(toHex), bytes: `${bytes}`, blob: blobId(roomId, bytes, hashes) };
}
