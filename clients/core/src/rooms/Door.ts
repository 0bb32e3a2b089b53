import { hash } from "../keys/Hash.ts";
import { kdf } from "../keys/Kdf.ts";
import { importKeyPair, type KeyPair } from "../keys/KeyPair.ts";
import { importSealingKey, NONCE_BYTES, open, seal } from "../keys/Sealing.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { concat, equal, u32Bytes } from "../wire/Bytes.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import { Role } from "../wire/Classes.ts";
import { idBytes, type RoomId } from "../wire/Ids.ts";
import type { Parsed } from "../wire/WireError.ts";
import { knockKeyOf } from "./Letter.ts";
import type { Manifest } from "./Manifest.ts";

/** Ways into a room (section 2): who knows a door's link, password or both opens the epoch key and an admission key. */
export const Needs = { Link: 1, LinkAndPassword: 2, Password: 3 } as const;
export type Needs = (typeof Needs)[keyof typeof Needs];

/** A door never makes an owner. */
export type DoorRole = typeof Role.Viewer | typeof Role.Editor;

export const DOOR_BYTES = 163;
const SEALED_BYTES = 80;
const ZERO_HALF = new Uint8Array(32);

export interface Door {
  readonly bytes: Uint8Array;
  readonly id: number;
  readonly role: DoorRole;
  readonly needs: Needs;
  readonly epoch: number;
  /** H("access", access): how the hub knows who may have the door (K6). */
  readonly accessHash: Uint8Array;
  readonly commit: Uint8Array;
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
}

/** What a seed gives: `access` goes to the hub, the others never leave. 32 bytes each. */
export interface DoorKeys {
  readonly access: Uint8Array;
  readonly kek: Uint8Array;
  readonly commit: Uint8Array;
}

/** What stands behind a door. */
export interface DoorContents {
  /** 32 bytes; the caller imports and erases them. */
  readonly epochKey: Uint8Array;
  /** The role's admission key, which issues certificates. */
  readonly admission: KeyPair;
}

export function parseDoor(bytes: Uint8Array): Parsed<Door> {
  const reader = new ByteReader(bytes);
  const door: Door = {
    bytes,
    id: reader.u8(),
    role: reader.kind(Role.Viewer, Role.Editor) as DoorRole,
    needs: reader.kind(Needs.Link, Needs.Password) as Needs,
    epoch: reader.u32(),
    accessHash: reader.bytes(32),
    commit: reader.bytes(32),
    nonce: reader.bytes(NONCE_BYTES),
    sealed: reader.bytes(SEALED_BYTES),
  };
  return reader.end() ?? door;
}

export function doorHash(door: Uint8Array): Uint8Array {
  return hash("door", door);
}

/** The one way down: an editor can make a view link, never the reverse. */
export function viewSecret(secretEdit: Uint8Array, roomId: RoomId): Uint8Array {
  return kdf(secretEdit, idBytes(roomId), "secret/view");
}

/**
 * K5: the seed of a door from what it needs and nothing else.
 * @param link the role's secret, 32 bytes. @param pass Argon2id of the password, 32 bytes.
 * @returns undefined where something that the door needs is missing.
 */
export function doorSeed(
  roomId: RoomId,
  id: number,
  needs: Needs,
  link: Uint8Array | undefined,
  pass: Uint8Array | undefined,
): Uint8Array | undefined {
  const first = needs === Needs.Password ? ZERO_HALF : link;
  const second = needs === Needs.Link ? ZERO_HALF : pass;
  if (first?.length !== 32 || second?.length !== 32) return undefined;
  return kdf(concat(first, second), idBytes(roomId), "seed", Uint8Array.of(id));
}

export function doorKeys(seed: Uint8Array, roomId: RoomId): DoorKeys {
  const salt = idBytes(roomId);
  return { access: kdf(seed, salt, "access"), kek: kdf(seed, salt, "kek"), commit: kdf(seed, salt, "commit") };
}

export interface DoorDraft {
  readonly id: number;
  readonly role: DoorRole;
  readonly needs: Needs;
  readonly epoch: number;
  /** 12 fresh random bytes. */
  readonly nonce: Uint8Array;
  readonly epochKey: Uint8Array;
  /** 32 bytes; undefined in a room by approval, whose doors let in nobody by themselves (Q1). */
  readonly admissionScalar: Uint8Array | undefined;
}

function aad(roomId: RoomId, epoch: number, id: number): Uint8Array {
  return concat(idBytes(roomId), u32Bytes(epoch), Uint8Array.of(id));
}

export async function sealDoor(roomId: RoomId, keys: DoorKeys, draft: DoorDraft): Promise<Door> {
  const { admissionScalar } = draft;
  const contents =
    admissionScalar === undefined
      ? concat(knockKeyOf(draft.epochKey, roomId, draft.id), ZERO_HALF)
      : concat(draft.epochKey, admissionScalar);
  const kek = await importSealingKey(keys.kek);
  const sealed = await seal(kek, draft.nonce, aad(roomId, draft.epoch, draft.id), contents);
  const accessHash = hash("access", keys.access);
  const { id, role, needs, epoch, nonce } = draft;
  const writer = new ByteWriter(DOOR_BYTES).u8(id).u8(role).u8(needs).u32(epoch);
  const bytes = writer.bytes(accessHash).bytes(keys.commit).bytes(nonce).bytes(sealed).done();
  return { bytes, id, role, needs, epoch, accessHash, commit: keys.commit, nonce, sealed };
}

/** M7, K7: whether this very door stands in the manifest. */
export function namesDoor(manifest: Manifest, door: Door): boolean {
  const entry = manifest.doors.find(({ id }) => id === door.id);
  if (entry === undefined || !equal(entry.hash, doorHash(door.bytes))) return false;
  return entry.role === door.role && entry.needs === door.needs && door.epoch === manifest.epoch;
}

/** M7: whether these are the manifest's doors, all of them, in its order. */
export function doorsMatch(manifest: Manifest, doors: readonly Door[]): boolean {
  if (doors.length !== manifest.doors.length) return false;
  return doors.every((door, i) => door.id === manifest.doors[i]!.id && namesDoor(manifest, door));
}

/** Why a door did not open (K7). */
export type DoorError =
  | "NotInManifest" // no such door in the verified manifest, or other bytes than it promises
  | "Commit" // made for another link or password: the hub mixes doors up, or the secret is wrong
  | "Tag" // sealed under another key
  | "Admission" // the admission key inside is not the manifest's
  | "EpochKey"; // the epoch key inside is not the manifest's

/** K7: the contents, only where the verified manifest vouches for the door and for both keys inside. */
export async function openDoor(
  door: Door,
  keys: DoorKeys,
  manifest: Manifest,
): Promise<DoorContents | { readonly error: DoorError }> {
  const contents = await unseal(door, keys, manifest);
  if ("error" in contents) return contents;
  const epochKey = contents.subarray(0, 32);
  if (!equal(hash("epoch-key", epochKey), manifest.epochKeyHash)) return { error: "EpochKey" };
  const point = door.role === Role.Editor ? manifest.admissionEditor : manifest.admissionViewer;
  const admission = await importKeyPair("sign", contents.subarray(32), point);
  return admission === undefined ? { error: "Admission" } : { epochKey, admission };
}

/** Q1: the knock key (32 bytes) behind a door of a room by approval, by what openDoor demands of one that lets in. */
export async function openToKnock(
  door: Door,
  keys: DoorKeys,
  manifest: Manifest,
): Promise<Uint8Array | { readonly error: DoorError }> {
  const contents = await unseal(door, keys, manifest);
  if ("error" in contents) return contents;
  return equal(contents.subarray(32), ZERO_HALF) ? contents.subarray(0, 32) : { error: "Admission" };
}

async function unseal(
  door: Door,
  keys: DoorKeys,
  manifest: Manifest,
): Promise<Uint8Array | { readonly error: DoorError }> {
  if (!namesDoor(manifest, door)) return { error: "NotInManifest" };
  if (!equal(door.commit, keys.commit)) return { error: "Commit" };
  const kek = await importSealingKey(keys.kek);
  const contents = await open(kek, door.nonce, aad(manifest.roomId, door.epoch, door.id), door.sealed);
  return contents ?? { error: "Tag" };
}
