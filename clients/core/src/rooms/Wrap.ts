import { openAs, sealTo } from "../keys/Hpke.ts";
import { importKeyPair, type KeyPair } from "../keys/KeyPair.ts";
import { isPoint, POINT_BYTES } from "../keys/Point.ts";
import { importVerifyingKey, sign, verify } from "../keys/Signature.ts";
import { Limits } from "../limits.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { concat, equal, utf8 } from "../wire/Bytes.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import { Role } from "../wire/Classes.ts";
import { idBytes, type MemberId, type RoomId } from "../wire/Ids.ts";
import { SIGNATURE_BYTES, TAG_BYTES } from "../wire/RecordView.ts";
import { failed, type Parsed } from "../wire/WireError.ts";
import { ADMISSION_ISSUER, CERT_BYTES, type Cert, parseCert } from "./Cert.ts";
import type { DoorRole } from "./Door.ts";
import { epochKeyHash } from "./EpochKey.ts";
import { readSuite, SUITE } from "./Genesis.ts";
import type { Manifest } from "./Manifest.ts";
import { issuerKey, roleFits } from "./Members.ts";

/**
 * An epoch's keys for one member, sealed to that member's key and signed by an owner (section 12). Parsing says nothing of the
 * signature: RoomState names the key (A1).
 */
export interface Wrap {
  readonly bytes: Uint8Array;
  readonly signedPart: Uint8Array;
  readonly signature: Uint8Array;
  readonly roomId: RoomId;
  /** The manifest under which it was made; its epoch is that of the keys. */
  readonly version: number;
  readonly memberId: MemberId;
  /** Number of the signing owner in that manifest. */
  readonly signer: number;
  /** enc ‖ ciphertext. */
  readonly sealed: Uint8Array;
}

/** What makes a role in an epoch: 32 bytes each, all secret. */
export interface RoleKeys {
  readonly role: DoorRole;
  readonly epochKey: Uint8Array;
  readonly admissionScalar: Uint8Array;
  /** Of the role's link. */
  readonly linkSecret: Uint8Array;
}

/** The epoch's key (32 bytes), and a Cert that an owner issued: who has it cannot invite. */
export interface PlaceKeys {
  readonly epochKey: Uint8Array;
  readonly cert: Cert;
}

/** What a wrap held. The caller imports and erases the epoch key, 32 bytes. */
export type OpenedWrap =
  | {
      readonly epochKey: Uint8Array;
      readonly role: DoorRole;
      readonly admission: KeyPair;
      readonly linkSecret: Uint8Array;
      readonly cert?: undefined;
    }
  | { readonly epochKey: Uint8Array; readonly role: Role; readonly cert: Cert };

const HEAD_BYTES = 1 + 16 + 4 + 16 + 1;
const ROLE_KIND = 1;
const PLACE_KIND = 2;
const ROLE_BYTES = 1 + 1 + 32 + 32 + 32;
const PLACE_BYTES = 1 + 32 + CERT_BYTES;

export function parseWrap(bytes: Uint8Array): Parsed<Wrap> {
  const reader = new ByteReader(bytes);
  readSuite(reader);
  const fields = {
    roomId: reader.id<RoomId>(),
    version: reader.u32(),
    memberId: reader.id<MemberId>(),
    signer: reader.kind(0, Limits.MaxOwners - 1),
    sealed: reader.b16(POINT_BYTES + TAG_BYTES + ROLE_BYTES, POINT_BYTES + TAG_BYTES + PLACE_BYTES),
  };
  if (!isPoint(fields.sealed.subarray(0, POINT_BYTES))) reader.fail("Point");
  const signedPart = bytes.subarray(0, reader.at);
  const signature = reader.bytes(SIGNATURE_BYTES);
  return reader.end() ?? { ...fields, bytes, signedPart, signature };
}

interface WrapHead {
  readonly roomId: RoomId;
  readonly version: number;
  readonly signer: number;
}

/** Gives a member the keys of a role, with which they admit themselves and can invite. @param key of owner `head.signer` */
export async function wrapRole(
  head: WrapHead,
  member: Pick<Cert, "memberId" | "dhPub">,
  keys: RoleKeys,
  key: CryptoKey,
): Promise<Wrap> {
  const plain = concat(Uint8Array.of(ROLE_KIND, keys.role), keys.epochKey, keys.admissionScalar, keys.linkSecret);
  return await sealWrap(head, member, plain, key);
}

/** Gives the member of a Cert a place. @param key of owner `head.signer` */
export async function wrapPlace(head: WrapHead, { epochKey, cert }: PlaceKeys, key: CryptoKey): Promise<Wrap> {
  return await sealWrap(head, cert, concat(Uint8Array.of(PLACE_KIND), epochKey, cert.bytes), key);
}

async function sealWrap(
  head: WrapHead,
  { memberId, dhPub }: Pick<Cert, "memberId" | "dhPub">,
  plain: Uint8Array,
  key: CryptoKey,
): Promise<Wrap> {
  const writer = new ByteWriter(512).u8(SUITE).id(head.roomId).u32(head.version).id(memberId);
  const aad = writer.done().subarray(1);
  const sealed = await sealTo(dhPub, info(head.roomId), aad, plain);
  plain.fill(0);
  const signedPart = writer.u8(head.signer).b16(sealed).done();
  const signature = await sign(key, "wrap", signedPart);
  return { ...head, memberId, sealed, bytes: concat(signedPart, signature), signedPart, signature };
}

/**
 * A2: what a verified wrap holds for this member, undefined where it is not sealed to them or does not hold the manifest's keys.
 * @param manifest the verified manifest of its version
 */
export async function openWrap(wrap: Wrap, manifest: Manifest, own: KeyPair): Promise<OpenedWrap | undefined> {
  const plain = await openAs(own, info(wrap.roomId), wrap.bytes.subarray(1, HEAD_BYTES - 1), wrap.sealed);
  if (plain?.[0] === ROLE_KIND && plain.length === ROLE_BYTES) return await roleIn(plain, manifest);
  if (plain?.[0] === PLACE_KIND && plain.length === PLACE_BYTES) return await placeIn(plain, manifest, wrap);
  return undefined;
}

async function roleIn(plain: Uint8Array, manifest: Manifest): Promise<OpenedWrap | undefined> {
  const role = plain[1];
  if (role !== Role.Viewer && role !== Role.Editor) return undefined;
  const epochKey = plain.subarray(2, 34);
  if (!equal(epochKeyHash(epochKey), manifest.epochKeyHash)) return undefined;
  const point = role === Role.Editor ? manifest.admissionEditor : manifest.admissionViewer;
  const admission = await importKeyPair("sign", plain.subarray(34, 66), point);
  return admission && { epochKey, role, admission, linkSecret: plain.subarray(66) };
}

async function placeIn(plain: Uint8Array, manifest: Manifest, wrap: Wrap): Promise<OpenedWrap | undefined> {
  const epochKey = plain.subarray(1, 33);
  const cert = parseCert(plain.subarray(33));
  if (failed(cert) || !equal(epochKeyHash(epochKey), manifest.epochKeyHash)) return undefined;
  const issuer = issuerKey(cert, manifest);
  const holds =
    cert.roomId === wrap.roomId &&
    cert.memberId === wrap.memberId &&
    cert.epoch === manifest.epoch &&
    cert.issuer !== ADMISSION_ISSUER &&
    roleFits(cert, manifest);
  if (!holds || issuer === undefined) return undefined;
  const key = await importVerifyingKey(issuer);
  const signed = key !== undefined && (await verify(key, "cert", cert.signedPart, cert.signature));
  return signed ? { epochKey, role: cert.role, cert } : undefined;
}

function info(roomId: RoomId): Uint8Array {
  return concat(utf8("coterie/1/wrap\0"), idBytes(roomId));
}
