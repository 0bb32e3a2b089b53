import { Limits } from "../limits.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { concat } from "../wire/Bytes.ts";
import { failed, type Parsed } from "../wire/WireError.ts";
import { tooLarge } from "./Payloads/Payload.ts";

/** The payload of class 7 (section 8): a stream's state, packed. What the state holds is SnapshotState's. */
export interface Snapshot {
  readonly format: 1;
  readonly packing: Packing;
  readonly state: Uint8Array;
}

export const Packing = { None: 0, DeflateRaw: 1 } as const;
export type Packing = (typeof Packing)[keyof typeof Packing];

export function parseSnapshot(payload: Uint8Array): Parsed<Snapshot> {
  if (tooLarge(payload)) return { error: "TooLarge" };
  const reader = new ByteReader(payload);
  const snapshot: Snapshot = {
    format: reader.kind(1, 1) as 1,
    packing: reader.kind(Packing.None, Packing.DeflateRaw) as Packing,
    state: reader.rest(),
  };
  return reader.end() ?? snapshot;
}

/** The payload of a snapshot of this state, deflated where that makes it smaller (RFC 1951). */
export async function packSnapshot(state: Uint8Array): Promise<Uint8Array> {
  const deflated = await pipe(state, new CompressionStream("deflate-raw"), Number.MAX_SAFE_INTEGER);
  const smaller = deflated !== undefined && deflated.length < state.length;
  return smaller
    ? concat(Uint8Array.of(1, Packing.DeflateRaw), deflated)
    : concat(Uint8Array.of(1, Packing.None), state);
}

/** The same, or "TooLarge" where the state or its packing passes its bound: it fits one record or is not written (N3). */
export async function fitSnapshot(state: Uint8Array): Promise<Parsed<Uint8Array>> {
  if (state.length > Limits.MaxStateBytes) return { error: "TooLarge" };
  const payload = await packSnapshot(state);
  return payload.length > Limits.MaxPayloadBytes ? { error: "TooLarge" } : payload;
}

/** N3: whether the stream has grown enough since its last snapshot (0 bytes if it has none) for another. */
export function isDue(bytesSinceLast: number, lastBytes: number): boolean {
  return bytesSinceLast >= Math.max(Limits.SnapshotBytes, lastBytes);
}

/** The state in a snapshot; "Content" where it does not inflate, "TooLarge" where that would pass MaxStateBytes. */
export async function unpackSnapshot(snapshot: Snapshot): Promise<Parsed<Uint8Array>> {
  if (snapshot.packing === Packing.None) return snapshot.state;
  try {
    const inflated = await pipe(snapshot.state, new DecompressionStream("deflate-raw"), Limits.MaxStateBytes);
    return inflated ?? { error: "TooLarge" };
  } catch {
    return { error: "Content" };
  }
}

/** The state in a snapshot's payload. */
export async function openSnapshot(payload: Uint8Array): Promise<Parsed<Uint8Array>> {
  const snapshot = parseSnapshot(payload);
  return failed(snapshot) ? snapshot : await unpackSnapshot(snapshot);
}

/** All that comes out of the stream, or undefined once it is more than `most` bytes. */
async function pipe(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array | undefined> {
  const input = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(bytes as Uint8Array<ArrayBuffer>);
      controller.close();
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
