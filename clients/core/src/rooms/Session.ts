import { hash } from "../keys/Hash.ts";
import { sign } from "../keys/Signature.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { utf8 } from "../wire/Bytes.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import { idOf, type MemberId, type RoomId, type SessionId } from "../wire/Ids.ts";
import { SIGNATURE_BYTES } from "../wire/RecordView.ts";
import type { Parsed } from "../wire/WireError.ts";
import { readSuite, SUITE } from "./Genesis.ts";

export const SESSION_BYTES = 225;

export interface SessionFields {
  readonly roomId: RoomId;
  readonly memberId: MemberId;
  readonly certHash: Uint8Array;
  /** 16 fresh random bytes. */
  readonly random: Uint8Array;
  /** The same member's session that ends with this one (S2), or NO_SESSION. */
  readonly replaces: SessionId;
  /** 32 bytes from the hub's welcome on this very connection. */
  readonly challenge: Uint8Array;
  readonly originHash: Uint8Array;
}

/** One member's connection in time (section 4). */
export interface Session extends SessionFields {
  readonly bytes: Uint8Array;
  readonly signedPart: Uint8Array;
  readonly signature: Uint8Array;
  readonly sessionId: SessionId;
}

/** @param origin as a browser says it, ASCII, for example `https://code.example:8443`. */
export function originHash(origin: string): Uint8Array {
  return hash("origin", utf8(origin));
}

export function parseSession(bytes: Uint8Array): Parsed<Session> {
  const reader = new ByteReader(bytes);
  readSuite(reader);
  const fields: SessionFields = {
    roomId: reader.id(),
    memberId: reader.id(),
    certHash: reader.bytes(32),
    random: reader.bytes(16),
    replaces: reader.id(),
    challenge: reader.bytes(32),
    originHash: reader.bytes(32),
  };
  const signature = reader.bytes(SIGNATURE_BYTES);
  return reader.end() ?? complete(fields, bytes, signature);
}

/** @param key the member's signing key, whose Cert the session names. */
export async function signSession(fields: SessionFields, key: CryptoKey): Promise<Session> {
  const writer = new ByteWriter(SESSION_BYTES).u8(SUITE).id(fields.roomId).id(fields.memberId);
  writer.bytes(fields.certHash).bytes(fields.random).id(fields.replaces).bytes(fields.challenge);
  const signature = await sign(key, "session", writer.bytes(fields.originHash).done());
  return complete(fields, writer.bytes(signature).done(), signature);
}

function complete(fields: SessionFields, bytes: Uint8Array, signature: Uint8Array): Session {
  const signedPart = bytes.subarray(0, bytes.length - SIGNATURE_BYTES);
  return { ...fields, bytes, signedPart, signature, sessionId: idOf<SessionId>(hash("session", bytes)) };
}
