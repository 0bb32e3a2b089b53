import { hash } from "../keys/Hash.ts";
import { sign } from "../keys/Signature.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import type { RoomId, SessionId, StreamId } from "../wire/Ids.ts";
import { SIGNATURE_BYTES } from "../wire/RecordView.ts";
import type { Parsed } from "../wire/WireError.ts";
import { readSuite, SUITE } from "./Genesis.ts";
import type { SignatureCheck } from "./Verdict.ts";

export const TESTIMONY_BYTES = 242;
/** `before` where the head before the position is not known, and `head` where none is meant. */
export const NO_HEAD = new Uint8Array(32);

/** What an exhibit is, and what it contradicts (V2, V3). */
export const TestimonyKind = {
  /** A second manifest of the version `seq`. */
  Rules: 1,
  /** A record whose author saw another head at `seq`. */
  Record: 2,
  /** A pulse that names another head at `seq`. */
  Pulse: 3,
  /** What the hub said goes on from another log than the witness's, which stands at `seq`. */
  Broken: 4,
  /** What the hub said lacks or changes position `seq`, which the witness had verified. */
  RolledBack: 5,
  /** The room as the hub showed it. */
  Front: 6,
} as const;

export type TestimonyKind = (typeof TestimonyKind)[keyof typeof TestimonyKind];

export interface TestimonyFields {
  readonly kind: TestimonyKind;
  readonly roomId: RoomId;
  /** Of the logs that the witness knows. */
  readonly incarnation: Uint8Array;
  /** The witness's. */
  readonly session: SessionId;
  readonly stream: StreamId;
  readonly seq: number;
  /** The witness's own chain before position seq, and there. */
  readonly before: Uint8Array;
  readonly head: Uint8Array;
  /** Milliseconds since 1970 by the witness's clock. */
  readonly time: number;
  readonly exhibitHash: Uint8Array;
}

/** What a member says, under its own key, of its own chain and of what it was sent (section 18). */
export interface Testimony extends TestimonyFields {
  readonly bytes: Uint8Array;
}

export function exhibitHash(exhibit: Uint8Array): Uint8Array {
  return hash("exhibit", exhibit);
}

export function parseTestimony(bytes: Uint8Array): Parsed<Testimony> {
  const reader = new ByteReader(bytes);
  readSuite(reader);
  const fields: TestimonyFields = {
    kind: reader.kind(TestimonyKind.Rules, TestimonyKind.Front) as TestimonyKind,
    roomId: reader.id(),
    incarnation: reader.bytes(16),
    session: reader.id(),
    stream: reader.id(),
    seq: reader.u64(),
    before: reader.bytes(32),
    head: reader.bytes(32),
    time: reader.u64(),
    exhibitHash: reader.bytes(32),
  };
  reader.bytes(SIGNATURE_BYTES);
  return reader.end() ?? { ...fields, bytes };
}

/** @param key the witness's signing key. */
export async function signTestimony(fields: TestimonyFields, key: CryptoKey): Promise<Testimony> {
  const writer = new ByteWriter(TESTIMONY_BYTES).u8(SUITE).u8(fields.kind).id(fields.roomId);
  writer.bytes(fields.incarnation).id(fields.session).id(fields.stream).u64(fields.seq);
  writer.bytes(fields.before).bytes(fields.head).u64(fields.time).bytes(fields.exhibitHash);
  const signature = await sign(key, "testimony", writer.done());
  return { ...fields, bytes: writer.bytes(signature).done() };
}

/** @param key the witness's. */
export function testimonyCheck({ bytes }: Testimony, key: Uint8Array): SignatureCheck {
  const at = bytes.length - SIGNATURE_BYTES;
  return { key, label: "testimony", signedPart: bytes.subarray(0, at), signature: bytes.subarray(at) };
}
