import { Limits } from "../limits.ts";
import { ByteReader } from "./ByteReader.ts";
import type { ByteWriter } from "./ByteWriter.ts";
import { type RoomKindCode, readChunk } from "./ClientFrame.ts";
import { type Envelope, readEnvelope } from "./Envelope.ts";
import { BLOB_ID_BYTES, type BlobId, type MemberId, type RoomId, type SessionId, type StreamId } from "./Ids.ts";
import { frameBytes } from "./Message.ts";
import type { Parsed } from "./WireError.ts";

/** What a hub may send (section 9). What it carries for others travels unparsed; `code` may be one this client does not know. */
export type HubFrame =
  | {
      readonly type: "welcome";
      readonly suite: number;
      readonly features: number;
      readonly challenge: Uint8Array;
      readonly serverTime: number;
      readonly adminKeyNeeded: boolean;
    }
  | {
      readonly type: "room";
      readonly kind: RoomKindCode;
      /** 16 bytes. */
      readonly incarnation: Uint8Array;
      readonly genesis: Uint8Array;
      readonly manifests: readonly Uint8Array[];
    }
  | { readonly type: "door"; readonly door: Uint8Array }
  | { readonly type: "created"; readonly roomId: RoomId }
  | { readonly type: "joined"; readonly session: SessionId }
  | {
      readonly type: "stream";
      readonly stream: StreamId;
      readonly headSeq: number;
      readonly head: Uint8Array;
      readonly baseSeq: number;
      readonly baseHead: Uint8Array;
    }
  | { readonly type: "snapshot"; readonly envelope: Envelope }
  | { readonly type: "deliver"; readonly envelope: Envelope }
  | { readonly type: "relay"; readonly record: Uint8Array }
  | {
      readonly type: "ack";
      readonly session: SessionId;
      readonly stream: StreamId;
      readonly counter: number;
      readonly seq: number;
      readonly serverTime: number;
      readonly head: Uint8Array;
    }
  | {
      readonly type: "refused";
      readonly session: SessionId;
      readonly stream: StreamId;
      readonly class: number;
      readonly counter: number;
      readonly code: number;
      readonly text: string;
    }
  | { readonly type: "member"; readonly live: boolean; readonly cert: Uint8Array; readonly session: Uint8Array }
  | { readonly type: "gone"; readonly session: SessionId }
  | { readonly type: "manifest"; readonly manifest: Uint8Array }
  | {
      readonly type: "error";
      readonly code: number;
      /** That a subscription failed for; zeros where none is meant. */
      readonly stream: StreamId;
      readonly text: string;
      readonly fatal: boolean;
    }
  | { readonly type: "pong"; readonly nonce: number; readonly serverTime: number }
  | { readonly type: "destroyed" }
  | { readonly type: "wrap"; readonly wrap: Uint8Array }
  | { readonly type: "waiting"; readonly owners: number }
  | {
      readonly type: "knocked";
      readonly signPub: Uint8Array;
      readonly dhPub: Uint8Array;
      /** The one to this owner. */
      readonly letter: Uint8Array;
    }
  | { readonly type: "knockEnded"; readonly memberId: MemberId }
  | {
      readonly type: "storage";
      /** Bytes of content that one blob may have. */
      readonly most: number;
      /** Bytes that a room's blobs may take, and take, sealed. */
      readonly room: number;
      readonly used: number;
    }
  | { readonly type: "offered"; readonly blob: BlobId; readonly missing: readonly number[] }
  | { readonly type: "took"; readonly blob: BlobId; readonly index: number }
  | { readonly type: "chunk"; readonly blob: BlobId; readonly index: number; readonly bytes: Uint8Array }
  | { readonly type: "blobRefused"; readonly blob: BlobId; readonly code: number; readonly text: string };

export const HubFrameType: { readonly [Type in HubFrame["type"]]: number } = {
  welcome: 1,
  room: 2,
  door: 3,
  created: 4,
  joined: 5,
  stream: 6,
  snapshot: 7,
  deliver: 8,
  relay: 9,
  ack: 10,
  refused: 11,
  member: 12,
  gone: 13,
  manifest: 14,
  error: 15,
  pong: 16,
  destroyed: 17,
  wrap: 18,
  waiting: 19,
  knocked: 20,
  knockEnded: 21,
  storage: 22,
  offered: 23,
  took: 24,
  chunk: 25,
  blobRefused: 26,
};

const GENESIS_BYTES = 147;
const POINT_BYTES = 65;

/** @param bytes `type u8 ‖ body`, one of what splitMessage gives. */
export function parseHubFrame(bytes: Uint8Array): Parsed<HubFrame> {
  const reader = new ByteReader(bytes);
  const frame = readFrame(reader);
  return frame === undefined ? { error: "Value" } : (reader.end() ?? frame);
}

function readFrame(reader: ByteReader): HubFrame | undefined {
  switch (reader.u8()) {
    case 1:
      return {
        type: "welcome",
        suite: reader.u8(),
        features: reader.u32(),
        challenge: reader.bytes(32),
        serverTime: reader.u64(),
        adminKeyNeeded: reader.truth(),
      };
    case 2:
      return {
        type: "room",
        kind: reader.kind(0, 1) as RoomKindCode,
        incarnation: reader.bytes(16),
        genesis: reader.bytes(GENESIS_BYTES),
        manifests: reader.list(reader.u16(), 0, 0xffff, () => reader.b16()),
      };
    case 3:
      return { type: "door", door: reader.b16() };
    case 4:
      return { type: "created", roomId: reader.id() };
    case 5:
      return { type: "joined", session: reader.id() };
    case 6:
      return {
        type: "stream",
        stream: reader.id(),
        headSeq: reader.u64(),
        head: reader.bytes(32),
        baseSeq: reader.u64(),
        baseHead: reader.bytes(32),
      };
    case 7:
      return { type: "snapshot", envelope: readEnvelope(reader) };
    case 8:
      return { type: "deliver", envelope: readEnvelope(reader) };
    case 9:
      return { type: "relay", record: reader.rest() };
    case 10:
      return {
        type: "ack",
        session: reader.id(),
        stream: reader.id(),
        counter: reader.u64(),
        seq: reader.u64(),
        serverTime: reader.u64(),
        head: reader.bytes(32),
      };
    case 11:
      return {
        type: "refused",
        session: reader.id(),
        stream: reader.id(),
        class: reader.u8(),
        counter: reader.u64(),
        code: reader.u16(),
        text: reader.text16(0, Limits.MaxErrorTextBytes),
      };
    case 12:
      return { type: "member", live: reader.truth(), cert: reader.b16(), session: reader.b16() };
    case 13:
      return { type: "gone", session: reader.id() };
    case 14:
      return { type: "manifest", manifest: reader.b16() };
    case 15:
      return {
        type: "error",
        code: reader.u16(),
        stream: reader.id(),
        text: reader.text16(0, Limits.MaxErrorTextBytes),
        fatal: reader.truth(),
      };
    case 16:
      return { type: "pong", nonce: reader.u64(), serverTime: reader.u64() };
    case 17:
      return { type: "destroyed" };
    case 18:
      return { type: "wrap", wrap: reader.b16() };
    case 19:
      return { type: "waiting", owners: reader.u8() };
    case 20:
      return {
        type: "knocked",
        signPub: reader.bytes(POINT_BYTES),
        dhPub: reader.bytes(POINT_BYTES),
        letter: reader.b16(0, Limits.MaxLetterBytes),
      };
    case 21:
      return { type: "knockEnded", memberId: reader.id() };
    case 22:
      return { type: "storage", most: reader.u64(), room: reader.u64(), used: reader.u64() };
    case 23:
      return {
        type: "offered",
        blob: reader.hex<BlobId>(BLOB_ID_BYTES),
        missing: reader.list(reader.u16(), 0, 0xffff, () => reader.u16()),
      };
    case 24:
      return { type: "took", blob: reader.hex<BlobId>(BLOB_ID_BYTES), index: reader.u16() };
    case 25:
      return { type: "chunk", ...readChunk(reader) };
    case 26:
      return {
        type: "blobRefused",
        blob: reader.hex<BlobId>(BLOB_ID_BYTES),
        code: reader.u16(),
        text: reader.text16(0, Limits.MaxErrorTextBytes),
      };
    default:
      return undefined;
  }
}

/** The frame as the hub sent it, without its length: `type u8 ‖ body`. */
export function hubFrameBytes(frame: HubFrame): Uint8Array {
  return encodeHubFrame(frame).subarray(4);
}

/** The frame with its length. Clients never send these: hubs in tests, simulators and vectors do. */
export function encodeHubFrame(frame: HubFrame): Uint8Array {
  return frameBytes(HubFrameType[frame.type], (writer) => writeBody(writer, frame));
}

function writeBody(writer: ByteWriter, frame: HubFrame): void {
  switch (frame.type) {
    case "welcome":
      writer.u8(frame.suite).u32(frame.features).bytes(frame.challenge).u64(frame.serverTime);
      writer.truth(frame.adminKeyNeeded);
      break;
    case "room":
      writer.u8(frame.kind).bytes(frame.incarnation).bytes(frame.genesis).u16(frame.manifests.length);
      for (const manifest of frame.manifests) writer.b16(manifest);
      break;
    case "door":
      writer.b16(frame.door);
      break;
    case "created":
      writer.id(frame.roomId);
      break;
    case "joined":
    case "gone":
      writer.id(frame.session);
      break;
    case "stream":
      writer.id(frame.stream).u64(frame.headSeq).bytes(frame.head).u64(frame.baseSeq).bytes(frame.baseHead);
      break;
    case "snapshot":
    case "deliver":
      writer.u64(frame.envelope.seq).u64(frame.envelope.serverTime).bytes(frame.envelope.record);
      break;
    case "relay":
      writer.bytes(frame.record);
      break;
    case "ack":
      writer.id(frame.session).id(frame.stream).u64(frame.counter).u64(frame.seq);
      writer.u64(frame.serverTime).bytes(frame.head);
      break;
    case "refused":
      writer.id(frame.session).id(frame.stream).u8(frame.class).u64(frame.counter);
      writer.u16(frame.code).text16(frame.text);
      break;
    case "member":
      writer.truth(frame.live).b16(frame.cert).b16(frame.session);
      break;
    case "manifest":
      writer.b16(frame.manifest);
      break;
    case "error":
      writer.u16(frame.code).id(frame.stream).text16(frame.text).truth(frame.fatal);
      break;
    case "pong":
      writer.u64(frame.nonce).u64(frame.serverTime);
      break;
    case "destroyed":
      break;
    case "wrap":
      writer.b16(frame.wrap);
      break;
    case "waiting":
      writer.u8(frame.owners);
      break;
    case "knocked":
      writer.bytes(frame.signPub).bytes(frame.dhPub).b16(frame.letter);
      break;
    case "knockEnded":
      writer.id(frame.memberId);
      break;
    case "storage":
      writer.u64(frame.most).u64(frame.room).u64(frame.used);
      break;
    case "offered":
      writer.id(frame.blob).u16(frame.missing.length);
      for (const index of frame.missing) writer.u16(index);
      break;
    case "took":
      writer.id(frame.blob).u16(frame.index);
      break;
    case "chunk":
      writer.id(frame.blob).u16(frame.index).bytes(frame.bytes);
      break;
    case "blobRefused":
      writer.id(frame.blob).u16(frame.code).text16(frame.text);
      break;
  }
}
