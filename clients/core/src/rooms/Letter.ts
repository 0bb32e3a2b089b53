import { openAs, sealTo } from "../keys/Hpke.ts";
import { kdf } from "../keys/Kdf.ts";
import type { KeyPair } from "../keys/KeyPair.ts";
import { concat, equal, utf8, utf8Text } from "../wire/Bytes.ts";
import { idBytes, type RoomId } from "../wire/Ids.ts";
import { isName } from "./Payloads/Name.ts";

/**
 * What somebody who knocks writes to one owner (section 14): by which door they come, what stood behind it, and their name. Sealed to
 * the owner and bound to both keys of who writes, so that the hub can neither read it nor send it for others.
 */
export interface Letter {
  readonly door: number;
  /** 32 bytes, which only who opened the door knows, and who is in the room. */
  readonly knockKey: Uint8Array;
  readonly name: string;
}

/** The two public keys by which somebody would be a member, 65 bytes each. */
export interface Knocking {
  readonly signPub: Uint8Array;
  readonly dhPub: Uint8Array;
}

const HEAD_BYTES = 1 + 32;

/** knockKey_d of an epoch: what stands behind a door of a room by approval. @param epochKey 32 bytes. @returns 32 bytes */
export function knockKeyOf(epochKey: Uint8Array, roomId: RoomId, door: number): Uint8Array {
  return kdf(epochKey, idBytes(roomId), "knock", Uint8Array.of(door));
}

/** @param owner the owner's key to seal to, 65 bytes. @returns enc ‖ ciphertext */
export async function sealLetter(
  letter: Letter,
  owner: Uint8Array,
  roomId: RoomId,
  { signPub, dhPub }: Knocking,
): Promise<Uint8Array> {
  const plain = concat(Uint8Array.of(letter.door), letter.knockKey, utf8(letter.name));
  return await sealTo(owner, info(roomId), concat(signPub, dhPub), plain);
}

/**
 * Q5: a letter by who opened a door of this very epoch, with a name that may be shown; undefined for any other.
 * @param epochKey of the newest epoch, 32 bytes
 */
export async function openLetter(
  sealed: Uint8Array,
  owner: KeyPair,
  roomId: RoomId,
  { signPub, dhPub }: Knocking,
  epochKey: Uint8Array,
): Promise<Letter | undefined> {
  const plain = await openAs(owner, info(roomId), concat(signPub, dhPub), sealed);
  if (plain === undefined || plain.length <= HEAD_BYTES) return undefined;
  const door = plain[0]!;
  const knockKey = plain.subarray(1, HEAD_BYTES);
  const name = utf8Text(plain.subarray(HEAD_BYTES));
  const genuine = equal(knockKey, knockKeyOf(epochKey, roomId, door));
  return genuine && name !== undefined && isName(name) ? { door, knockKey, name } : undefined;
}

function info(roomId: RoomId): Uint8Array {
  return concat(utf8("coterie/1/letter\0"), idBytes(roomId));
}
