import { hash } from "../keys/Hash.ts";
import { sign } from "../keys/Signature.ts";
import { Limits } from "../limits.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import { Role } from "../wire/Classes.ts";
import { idOf, type MemberId, type RoomId } from "../wire/Ids.ts";
import { SIGNATURE_BYTES } from "../wire/RecordView.ts";
import type { Parsed } from "../wire/WireError.ts";
import { readPoint, readSuite, SUITE } from "./Genesis.ts";

export const CERT_BYTES = 217;

/** Issuer number of the role's admission key; owner i is `1 + i`. */
export const ADMISSION_ISSUER = 0;

export interface CertFields {
  readonly roomId: RoomId;
  readonly epoch: number;
  readonly role: Role;
  readonly signPub: Uint8Array;
  readonly dhPub: Uint8Array;
  readonly issuer: number;
}

/** Who may be what in an epoch of a room (section 4). Parsing says nothing of the signature: RoomState names the key. */
export interface Cert extends CertFields {
  readonly bytes: Uint8Array;
  readonly signedPart: Uint8Array;
  readonly signature: Uint8Array;
  readonly memberId: MemberId;
  readonly hash: Uint8Array;
}

export function memberIdOf(signPub: Uint8Array): MemberId {
  return idOf<MemberId>(hash("member", signPub));
}

export function parseCert(bytes: Uint8Array): Parsed<Cert> {
  const reader = new ByteReader(bytes);
  readSuite(reader);
  const fields: CertFields = {
    roomId: reader.id(),
    epoch: reader.u32(),
    role: reader.kind(Role.Viewer, Role.Owner) as Role,
    signPub: readPoint(reader),
    dhPub: readPoint(reader),
    issuer: reader.kind(ADMISSION_ISSUER, Limits.MaxOwners),
  };
  const signature = reader.bytes(SIGNATURE_BYTES);
  return reader.end() ?? complete(fields, bytes, signature);
}

/** @param key the role's admission key, or that of owner `fields.issuer - 1`. */
export async function signCert(fields: CertFields, key: CryptoKey): Promise<Cert> {
  const writer = new ByteWriter(CERT_BYTES).u8(SUITE).id(fields.roomId).u32(fields.epoch).u8(fields.role);
  writer.bytes(fields.signPub).bytes(fields.dhPub).u8(fields.issuer);
  const signature = await sign(key, "cert", writer.done());
  return complete(fields, writer.bytes(signature).done(), signature);
}

function complete(fields: CertFields, bytes: Uint8Array, signature: Uint8Array): Cert {
  return {
    ...fields,
    bytes,
    signedPart: bytes.subarray(0, bytes.length - SIGNATURE_BYTES),
    signature,
    memberId: memberIdOf(fields.signPub),
    hash: hash("cert", bytes),
  };
}
