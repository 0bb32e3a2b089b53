import { hash } from "../keys/Hash.ts";
import { sign } from "../keys/Signature.ts";
import { Limits } from "../limits.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { toHex } from "../wire/Bytes.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import { ALL_POLICIES, Role } from "../wire/Classes.ts";
import type { MemberId, RoomId } from "../wire/Ids.ts";
import { SIGNATURE_BYTES } from "../wire/RecordView.ts";
import type { Parsed } from "../wire/WireError.ts";
import { type DoorRole, Needs } from "./Door.ts";
import { readPoint, readSuite, SUITE } from "./Genesis.ts";

/** What owners decided about a room, version by version (section 3). Parsing says nothing of who signed it: ManifestChain does. */
export interface ManifestFields {
  readonly roomId: RoomId;
  readonly version: number;
  readonly prevHash: Uint8Array;
  readonly epoch: number;
  readonly epochKeyHash: Uint8Array;
  /** Empty in epoch 0, else 60 bytes: see EpochKey. */
  readonly prevEpochKey: Uint8Array;
  /** The sealed room name, 29 to 256 bytes: see EpochKey. */
  readonly title: Uint8Array;
  readonly owners: readonly Owner[];
  readonly keepers: readonly MemberId[];
  readonly admissionEditor: Uint8Array;
  readonly admissionViewer: Uint8Array;
  /** Bits of ManifestFlag. */
  readonly flags: number;
  readonly locked: readonly MemberId[];
  /** Bits of Policy. */
  readonly policy: number;
  readonly retention: Retention;
  readonly doors: readonly ManifestDoor[];
  /** When the doors stop opening, in milliseconds since 1970 (K14); 0 where the flag Timed is not set. */
  readonly until: number;
  /** Which owner of the version before signed. */
  readonly signer: number;
}

export interface Manifest extends ManifestFields {
  readonly bytes: Uint8Array;
  readonly signedPart: Uint8Array;
  readonly signature: Uint8Array;
  readonly hash: Uint8Array;
}

export interface Owner {
  readonly signPub: Uint8Array;
  readonly dhPub: Uint8Array;
}

export interface ManifestDoor {
  readonly id: number;
  readonly role: DoorRole;
  readonly needs: Needs;
  /** H("door", Door). */
  readonly hash: Uint8Array;
}

/** Whether an owner lets in who comes by a door (Q1). */
export function isByApproval({ flags }: Manifest): boolean {
  return (flags & ManifestFlag.ByApproval) !== 0;
}

export function isLocked({ flags }: Manifest): boolean {
  return (flags & ManifestFlag.Locked) !== 0;
}

export const ManifestFlag = { AdmissionOpen: 1, ByApproval: 2, Locked: 4, Timed: 8 } as const;
export const Retention = { Keep: 0, Trim: 1 } as const;
export type Retention = (typeof Retention)[keyof typeof Retention];

const ALL_FLAGS = 15;
const PREV_EPOCH_KEY_BYTES = 60;
const MIN_TITLE_BYTES = 29;
const MAX_TITLE_BYTES = 256;

/** M1. */
export function parseManifest(bytes: Uint8Array): Parsed<Manifest> {
  if (bytes.length > Limits.MaxManifestBytes) return { error: "TooLarge" };
  const reader = new ByteReader(bytes);
  readSuite(reader);
  const fields = readFields(reader);
  const signedPart = bytes.subarray(0, reader.at);
  const signature = reader.bytes(SIGNATURE_BYTES);
  return reader.end() ?? { ...fields, bytes, signedPart, signature, hash: hash("manifest", bytes) };
}

function readFields(reader: ByteReader): ManifestFields {
  const member = () => reader.id<MemberId>();
  const fields = {
    roomId: reader.id<RoomId>(),
    version: reader.u32(),
    prevHash: reader.bytes(32),
    epoch: reader.u32(),
    epochKeyHash: reader.bytes(32),
    prevEpochKey: readPrevEpochKey(reader),
    title: reader.b16(MIN_TITLE_BYTES, MAX_TITLE_BYTES),
    owners: reader.distinct(
      reader.u8(),
      1,
      Limits.MaxOwners,
      () => readOwner(reader),
      ({ signPub }) => toHex(signPub),
    ),
    keepers: reader.distinct(reader.u8(), 0, Limits.MaxKeepers, member, (id) => id),
    admissionEditor: readPoint(reader),
    admissionViewer: readPoint(reader),
    flags: reader.kind(0, ALL_FLAGS),
    locked: reader.distinct(reader.u16(), 0, Limits.MaxLockedMembers, member, (id) => id),
    policy: readPolicy(reader),
    retention: reader.kind(Retention.Keep, Retention.Trim) as Retention,
    doors: reader.distinct(
      reader.u8(),
      0,
      Limits.MaxDoors,
      () => readDoor(reader),
      ({ id }) => id,
    ),
  };
  const until = (fields.flags & ManifestFlag.Timed) === 0 ? 0 : reader.u64();
  return { ...fields, until, signer: reader.u8() };
}

function readPrevEpochKey(reader: ByteReader): Uint8Array {
  const length = reader.u16();
  if (length !== 0 && length !== PREV_EPOCH_KEY_BYTES) reader.fail("Length");
  return reader.bytes(length);
}

function readPolicy(reader: ByteReader): number {
  const policy = reader.u32();
  if (policy > ALL_POLICIES) reader.fail("Value");
  return policy;
}

function readOwner(reader: ByteReader): Owner {
  return { signPub: readPoint(reader), dhPub: readPoint(reader) };
}

function readDoor(reader: ByteReader): ManifestDoor {
  return {
    id: reader.u8(),
    role: reader.kind(Role.Viewer, Role.Editor) as DoorRole,
    needs: reader.kind(Needs.Link, Needs.Password) as Needs,
    hash: reader.bytes(32),
  };
}

/** @param key the signing key of owner number `fields.signer` of the version before (M3). */
export async function signManifest(fields: ManifestFields, key: CryptoKey): Promise<Manifest> {
  const writer = new ByteWriter(1024).u8(SUITE);
  writeFields(writer, fields);
  const signature = await sign(key, "manifest", writer.done());
  const bytes = writer.bytes(signature).done();
  const signedPart = bytes.subarray(0, bytes.length - SIGNATURE_BYTES);
  return { ...fields, bytes, signedPart, signature, hash: hash("manifest", bytes) };
}

function writeFields(writer: ByteWriter, fields: ManifestFields): void {
  writer.id(fields.roomId).u32(fields.version).bytes(fields.prevHash).u32(fields.epoch).bytes(fields.epochKeyHash);
  writer.b16(fields.prevEpochKey).b16(fields.title).u8(fields.owners.length);
  for (const owner of fields.owners) writer.bytes(owner.signPub).bytes(owner.dhPub);
  writer.u8(fields.keepers.length);
  for (const keeper of fields.keepers) writer.id(keeper);
  writer.bytes(fields.admissionEditor).bytes(fields.admissionViewer).u8(fields.flags).u16(fields.locked.length);
  for (const member of fields.locked) writer.id(member);
  writer.u32(fields.policy).u8(fields.retention).u8(fields.doors.length);
  for (const door of fields.doors) writer.u8(door.id).u8(door.role).u8(door.needs).bytes(door.hash);
  if ((fields.flags & ManifestFlag.Timed) !== 0) writer.u64(fields.until);
  writer.u8(fields.signer);
}
