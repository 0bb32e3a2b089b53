import { Limits } from "../limits.ts";
import { ByteReader } from "./ByteReader.ts";
import type { ByteWriter } from "./ByteWriter.ts";
import { BLOB_ID_BYTES, type BlobId, type MemberId, type RoomId, type StreamId } from "./Ids.ts";
import { frameBytes } from "./Message.ts";
import { TAG_BYTES } from "./RecordView.ts";
import type { Parsed } from "./WireError.ts";

/** What a client may send (section 9). Certificates, sessions, manifests, doors and records travel unparsed. */
export type ClientFrame =
  | { readonly type: "hello"; readonly suite: number; readonly features: number }
  | { readonly type: "look"; readonly roomId: RoomId }
  | { readonly type: "open"; readonly roomId: RoomId; readonly door: number; readonly access: Uint8Array }
  | {
      readonly type: "create";
      readonly kind: RoomKindCode;
      readonly adminKey: Uint8Array;
      readonly genesis: Uint8Array;
      readonly manifests: readonly Uint8Array[];
      readonly doors: readonly Uint8Array[];
    }
  | { readonly type: "join"; readonly cert: Uint8Array; readonly session: Uint8Array }
  | {
      readonly type: "subscribe";
      readonly stream: StreamId;
      readonly fromSeq: number;
      readonly fromHead: Uint8Array;
      readonly mode: SubscribeMode;
    }
  | { readonly type: "unsubscribe"; readonly stream: StreamId }
  | { readonly type: "append"; readonly record: Uint8Array }
  | { readonly type: "send"; readonly record: Uint8Array }
  | {
      readonly type: "manifest";
      readonly manifest: Uint8Array;
      readonly doors: readonly Uint8Array[];
      readonly wraps: readonly Uint8Array[];
    }
  | { readonly type: "ping"; readonly nonce: number }
  | { readonly type: "leave" }
  | { readonly type: "destroy"; readonly owner: number; readonly signature: Uint8Array }
  | { readonly type: "give"; readonly wraps: readonly Uint8Array[] }
  | { readonly type: "fetch"; readonly roomId: RoomId; readonly memberId: MemberId }
  | {
      readonly type: "knock";
      readonly signPub: Uint8Array;
      readonly dhPub: Uint8Array;
      /** To each owner of the newest manifest, in its order. */
      readonly letters: readonly Uint8Array[];
    }
  | { readonly type: "turnAway"; readonly memberId: MemberId }
  | {
      readonly type: "offer";
      readonly blob: BlobId;
      /** All chunks together, sealed. */
      readonly bytes: number;
      readonly hashes: readonly Uint8Array[];
    }
  | { readonly type: "chunk"; readonly blob: BlobId; readonly index: number; readonly bytes: Uint8Array }
  | { readonly type: "want"; readonly blob: BlobId; readonly index: number };

export const RoomKindCode = { Memory: 0, Permanent: 1 } as const;
export type RoomKindCode = (typeof RoomKindCode)[keyof typeof RoomKindCode];

export const SubscribeMode = { Log: 0, SnapshotAndTail: 1 } as const;
export type SubscribeMode = (typeof SubscribeMode)[keyof typeof SubscribeMode];

export const ClientFrameType: { readonly [Type in ClientFrame["type"]]: number } = {
  hello: 1,
  look: 2,
  open: 3,
  create: 4,
  join: 5,
  subscribe: 6,
  unsubscribe: 7,
  append: 8,
  send: 9,
  manifest: 10,
  ping: 11,
  leave: 12,
  destroy: 13,
  give: 14,
  fetch: 15,
  knock: 16,
  turnAway: 17,
  offer: 18,
  chunk: 19,
  want: 20,
};

const GENESIS_BYTES = 147;
const POINT_BYTES = 65;
const SEALED_CHUNK_BYTES = Limits.BlobChunkBytes + TAG_BYTES;
const MOST_SEALED_BYTES = (Limits.MaxBlobBytes / Limits.BlobChunkBytes) * SEALED_CHUNK_BYTES;

/** @param bytes `type u8 ‖ body`, one of what splitMessage gives. */
export function parseClientFrame(bytes: Uint8Array): Parsed<ClientFrame> {
  if (bytes.length > Limits.MaxFrameBytes) return { error: "TooLarge" };
  const reader = new ByteReader(bytes);
  const frame = readFrame(reader);
  return frame === undefined ? { error: "Value" } : (reader.end() ?? frame);
}

function readFrame(reader: ByteReader): ClientFrame | undefined {
  const b16 = () => reader.b16();
  switch (reader.u8()) {
    case 1:
      return { type: "hello", suite: reader.u8(), features: reader.u32() };
    case 2:
      return { type: "look", roomId: reader.id() };
    case 3:
      return { type: "open", roomId: reader.id(), door: reader.u8(), access: reader.bytes(32) };
    case 4:
      return {
        type: "create",
        kind: reader.kind(0, 1) as RoomKindCode,
        adminKey: reader.b16(0, Limits.MaxAdminKeyBytes),
        genesis: reader.bytes(GENESIS_BYTES),
        manifests: reader.list(reader.u16(), 0, 0xffff, b16),
        doors: reader.list(reader.u8(), 0, Limits.MaxDoors, b16),
      };
    case 5:
      return { type: "join", cert: reader.b16(), session: reader.b16() };
    case 6:
      return {
        type: "subscribe",
        stream: reader.id(),
        fromSeq: reader.u64(),
        fromHead: reader.bytes(32),
        mode: reader.kind(0, 1) as SubscribeMode,
      };
    case 7:
      return { type: "unsubscribe", stream: reader.id() };
    case 8:
      return { type: "append", record: reader.rest() };
    case 9:
      return { type: "send", record: reader.rest() };
    case 10:
      return {
        type: "manifest",
        manifest: reader.b16(),
        doors: reader.list(reader.u8(), 0, Limits.MaxDoors, b16),
        wraps: reader.list(reader.u16(), 0, Limits.MaxWraps, b16),
      };
    case 11:
      return { type: "ping", nonce: reader.u64() };
    case 12:
      return { type: "leave" };
    case 13:
      return { type: "destroy", owner: reader.u8(), signature: reader.bytes(64) };
    case 14:
      return { type: "give", wraps: reader.list(reader.u16(), 0, Limits.MaxWraps, b16) };
    case 15:
      return { type: "fetch", roomId: reader.id(), memberId: reader.id() };
    case 16:
      return {
        type: "knock",
        signPub: reader.bytes(POINT_BYTES),
        dhPub: reader.bytes(POINT_BYTES),
        letters: reader.list(reader.u8(), 0, Limits.MaxOwners, () => reader.b16(0, Limits.MaxLetterBytes)),
      };
    case 17:
      return { type: "turnAway", memberId: reader.id() };
    case 18:
      return readOffer(reader);
    case 19:
      return { type: "chunk", ...readChunk(reader) };
    case 20:
      return { type: "want", blob: reader.hex<BlobId>(BLOB_ID_BYTES), index: reader.u16() };
    default:
      return undefined;
  }
}

function readOffer(reader: ByteReader): ClientFrame {
  const blob = reader.hex<BlobId>(BLOB_ID_BYTES);
  const bytes = reader.u64();
  if (bytes < 1 || bytes > MOST_SEALED_BYTES) reader.fail("TooLarge");
  const count = reader.u16();
  if (count !== Math.ceil(bytes / SEALED_CHUNK_BYTES)) reader.fail("Value");
  return { type: "offer", blob, bytes, hashes: reader.list(count, 0, count, () => reader.bytes(32)) };
}

/** The body of `chunk`, from a client or to one. */
export function readChunk(reader: ByteReader): { blob: BlobId; index: number; bytes: Uint8Array } {
  const chunk = { blob: reader.hex<BlobId>(BLOB_ID_BYTES), index: reader.u16(), bytes: reader.rest() };
  if (chunk.bytes.length === 0 || chunk.bytes.length > SEALED_CHUNK_BYTES) reader.fail("TooLarge");
  return chunk;
}

/** The frame with its length, ready to be sent. */
export function encodeClientFrame(frame: ClientFrame): Uint8Array {
  const carried = "record" in frame ? frame.record : frame.type === "chunk" ? frame.bytes : undefined;
  const capacity = carried === undefined ? 256 : carried.length + 64;
  return frameBytes(ClientFrameType[frame.type], (writer) => writeBody(writer, frame), capacity);
}

function writeBody(writer: ByteWriter, frame: ClientFrame): void {
  switch (frame.type) {
    case "hello":
      writer.u8(frame.suite).u32(frame.features);
      break;
    case "look":
      writer.id(frame.roomId);
      break;
    case "open":
      writer.id(frame.roomId).u8(frame.door).bytes(frame.access);
      break;
    case "create":
      writer.u8(frame.kind).b16(frame.adminKey).bytes(frame.genesis).u16(frame.manifests.length);
      for (const manifest of frame.manifests) writer.b16(manifest);
      writeDoors(writer, frame.doors);
      break;
    case "join":
      writer.b16(frame.cert).b16(frame.session);
      break;
    case "subscribe":
      writer.id(frame.stream).u64(frame.fromSeq).bytes(frame.fromHead).u8(frame.mode);
      break;
    case "unsubscribe":
      writer.id(frame.stream);
      break;
    case "append":
    case "send":
      writer.bytes(frame.record);
      break;
    case "manifest":
      writer.b16(frame.manifest);
      writeDoors(writer, frame.doors);
      writeWraps(writer, frame.wraps);
      break;
    case "ping":
      writer.u64(frame.nonce);
      break;
    case "leave":
      break;
    case "destroy":
      writer.u8(frame.owner).bytes(frame.signature);
      break;
    case "give":
      writeWraps(writer, frame.wraps);
      break;
    case "fetch":
      writer.id(frame.roomId).id(frame.memberId);
      break;
    case "knock":
      writer.bytes(frame.signPub).bytes(frame.dhPub).u8(frame.letters.length);
      for (const letter of frame.letters) writer.b16(letter);
      break;
    case "turnAway":
      writer.id(frame.memberId);
      break;
    case "offer":
      writer.id(frame.blob).u64(frame.bytes).u16(frame.hashes.length);
      for (const hash of frame.hashes) writer.bytes(hash);
      break;
    case "chunk":
      writer.id(frame.blob).u16(frame.index).bytes(frame.bytes);
      break;
    case "want":
      writer.id(frame.blob).u16(frame.index);
      break;
  }
}

function writeDoors(writer: ByteWriter, doors: readonly Uint8Array[]): void {
  writer.u8(doors.length);
  for (const door of doors) writer.b16(door);
}

function writeWraps(writer: ByteWriter, wraps: readonly Uint8Array[]): void {
  writer.u16(wraps.length);
  for (const wrap of wraps) writer.b16(wrap);
}
