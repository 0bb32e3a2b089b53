import type { Identity, KeyPair } from "../keys/KeyPair.ts";
import type { EpochKey } from "../rooms/EpochKey.ts";
import { parseGenesis } from "../rooms/Genesis.ts";
import { RoomState } from "../rooms/RoomState.ts";
import { roomIdText } from "../wire/Base32.ts";
import type { Role } from "../wire/Classes.ts";
import type { RoomId } from "../wire/Ids.ts";
import { Code } from "../wire/Refusal.ts";
import { failed } from "../wire/WireError.ts";
import { RoomError } from "./RoomError.ts";
import type { Vault } from "./Vault.ts";
import type { RoomKind } from "./view.ts";

/**
 * Everything that makes this machine a member of one room, as the vault keeps it from one visit to the next. Private keys and
 * the epoch key are non-extractable; the role secrets are bytes, because links are made of them. Erased on leave.
 */
export interface Keyring {
  readonly server: string;
  readonly kind: RoomKind;
  readonly roomId: RoomId;
  readonly genesis: Uint8Array;
  /** 16 bytes; changes only when a room in memory was rebuilt. */
  readonly incarnation: Uint8Array;
  /** All versions that were verified, oldest first: the hub may only add to them. */
  readonly manifests: readonly Uint8Array[];
  readonly identity: Identity;
  readonly role: Role;
  readonly epoch: EpochKey;
  /** The same key, sealed to my own: an owner hands it on, and seals it into the next epoch. */
  readonly sealedEpoch: Uint8Array;
  /** Issues my certificate; owners issue their own. */
  readonly admission: KeyPair | undefined;
  /** The certificate that an owner issued to me; undefined where I have my role by a door. */
  readonly cert: Uint8Array | undefined;
  readonly editSecret: Uint8Array | undefined;
  readonly viewSecret: Uint8Array | undefined;
  /** The bytes of the doors that I came in by, of all where I made the room: what a room in memory is built again with. None of a permanent room. */
  readonly doors: readonly Uint8Array[];
  readonly name: string;
  /** `#rrggbb` */
  readonly colour: string;
}

const KEYRING = "keyring";
const AT_DOOR = "at-the-door";

export async function loadKeyring(vault: Vault, roomId: RoomId): Promise<Keyring | undefined> {
  const kept = (await vault.get(roomIdText(roomId), KEYRING)) as Keyring | undefined;
  return kept?.kind === "permanent" ? { ...kept, doors: [] } : kept; // older versions kept a permanent room's doors too
}

export async function saveKeyring(vault: Vault, keyring: Keyring): Promise<void> {
  await vault.put(roomIdText(keyring.roomId), KEYRING, keyring);
}

/** Who one was at a door where an owner lets people in; undefined where this machine never knocked there. */
export async function loadKnocker(vault: Vault, roomId: RoomId): Promise<Identity | undefined> {
  return (await vault.get(roomIdText(roomId), AT_DOOR)) as Identity | undefined;
}

/** From now on this machine knocks as the same one, from each of its pages: what an owner gives meanwhile is for them. */
export async function saveKnocker(vault: Vault, roomId: RoomId, identity: Identity): Promise<void> {
  await vault.put(roomIdText(roomId), AT_DOOR, identity);
}

/** The judge of a kept room, at the beginning of all its chains. @throws RoomError where what was kept is damaged. */
export function stateOf({ genesis, incarnation }: Keyring): RoomState {
  const parsed = parseGenesis(genesis);
  if (failed(parsed))
    throw new RoomError(Code.Malformed, "The keys kept for this room are damaged. Open its link again.");
  return new RoomState("client", parsed, incarnation);
}

/** Colours that stand out from each other on a dark and on a light page. */
const COLOURS = [
  "#e5484d",
  "#f76b15",
  "#d6a400",
  "#46a758",
  "#12a594",
  "#0090ff",
  "#6e56cf",
  "#e93d82",
  "#ab4aba",
  "#00a2c7",
  "#978365",
  "#3e63dd",
] as const;

/** @param taken colours to leave out, as long as others are left */
export function anyColour(random: (length: number) => Uint8Array, taken: ReadonlySet<string> = new Set()): string {
  const free = COLOURS.filter((colour) => !taken.has(colour));
  const choice = free.length > 0 ? free : COLOURS;
  return choice[random(1)[0]! % choice.length]!;
}
