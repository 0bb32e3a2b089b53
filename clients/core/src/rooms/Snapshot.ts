import { breathe } from "../breathe.ts";
import { Limits } from "../limits.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { concat } from "../wire/Bytes.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import type { Parsed } from "../wire/WireError.ts";
import type { BlobSecret } from "./Blob.ts";
import { tooLarge } from "./Payloads/Payload.ts";
import { readSecret, writeSecret } from "./Payloads/TreePayload.ts";

const DIGEST_BYTES = 32;

/** The payload of class 7 (section 8): a stream's state, packed, in the record itself or in a blob. What the state holds is SnapshotState's. */
export type Snapshot = InRecord | InBlob;

export interface Packed {
  readonly packing: Packing;
  readonly state: Uint8Array;
}

export interface InRecord extends Packed {
  readonly format: 1;
}

/** What opens the blob that the clear part names; its content is the packed state. */
export interface InBlob extends BlobSecret {
  readonly format: 2;
  readonly packing: Packing;
  /** That of the state, so that who holds the content compares without fetching it (N5). */
  readonly digest: Uint8Array;
}

export const Packing = { None: 0, DeflateRaw: 1 } as const;
export type Packing = (typeof Packing)[keyof typeof Packing];

export function parseSnapshot(payload: Uint8Array): Parsed<Snapshot> {
  if (tooLarge(payload)) return { error: "TooLarge" };
  const reader = new ByteReader(payload);
  const format = reader.kind(1, 2) as 1 | 2;
  const packing = reader.kind(Packing.None, Packing.DeflateRaw) as Packing;
  if (format === 1) {
    const state = reader.rest();
    return reader.end() ?? { format, packing, state };
  }
  const secret = readSecret(reader);
  if (secret.size > Limits.MaxStateBytes) reader.fail("TooLarge");
  const digest = reader.bytes(DIGEST_BYTES);
  return reader.end() ?? { format, packing, ...secret, digest };
}

/** The state, deflated where that makes it smaller (RFC 1951). */
export async function packState(state: Uint8Array): Promise<Packed> {
  const deflated = await pipe(state, new CompressionStream("deflate-raw"), Number.MAX_SAFE_INTEGER);
  const smaller = deflated !== undefined && deflated.length < state.length;
  return smaller ? { packing: Packing.DeflateRaw, state: deflated } : { packing: Packing.None, state };
}

/** The payload of a snapshot whose state stands in the record. */
export function inRecord({ packing, state }: Packed): Uint8Array {
  return concat(Uint8Array.of(1, packing), state);
}

/** The payload of one whose packed state lies in a blob. */
export function inBlob(packing: Packing, secret: BlobSecret, digest: Uint8Array): Uint8Array {
  return writeSecret(new ByteWriter().u8(2).u8(packing), secret).bytes(digest).done();
}

/** The payload of a snapshot of this state, in the record. */
export async function packSnapshot(state: Uint8Array): Promise<Uint8Array> {
  return inRecord(await packState(state));
}

/** The state packed, or "TooLarge" where it passes its bound: then none is written (N3). */
export async function fitState(state: Uint8Array): Promise<Parsed<Packed>> {
  return state.length > Limits.MaxStateBytes ? { error: "TooLarge" } : await packState(state);
}

/** N3: whether the stream has grown enough since its last snapshot (0 bytes if it has none) for another. */
export function isDue(bytesSinceLast: number, lastBytes: number): boolean {
  return bytesSinceLast >= Math.max(Limits.SnapshotBytes, lastBytes);
}

/** The state, unpacked; "Content" where it does not inflate, "TooLarge" where that would pass MaxStateBytes. */
export async function unpackSnapshot({ packing, state }: Packed): Promise<Parsed<Uint8Array>> {
  if (packing === Packing.None) return state;
  try {
    const inflated = await pipe(state, new DecompressionStream("deflate-raw"), Limits.MaxStateBytes);
    return inflated ?? { error: "TooLarge" };
  } catch {
    return { error: "Content" };
  }
}

/** Browsers deflate and inflate on the thread that asks for it: so much at a time. */
const PIECE_BYTES = 32 * 1024;

/** All that comes out of the stream, or undefined once it is more than `most` bytes. */
async function pipe(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array | undefined> {
  let at = 0;
  const input = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (at > 0) await breathe();
      controller.enqueue(bytes.subarray(at, at + PIECE_BYTES) as Uint8Array<ArrayBuffer>);
      at += PIECE_BYTES;
      if (at >= bytes.length) controller.close();
    },
  });
  const reader = input.pipeThrough(stream).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concat(...parts);
    parts.push(value);
    length += value.length;
    if (length > most) {
      await reader.cancel();
      return undefined;
    }
  }
}
