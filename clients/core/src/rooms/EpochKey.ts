import { hash } from "../keys/Hash.ts";
import { deriveSealingKey, importSecret } from "../keys/Kdf.ts";
import { NONCE_BYTES, open, seal } from "../keys/Sealing.ts";
import { Limits } from "../limits.ts";
import { concat, u32Bytes, utf8, utf8Text } from "../wire/Bytes.ts";
import { idBytes, type RoomId } from "../wire/Ids.ts";

/**
 * The key of an epoch, and what it opens. Holds the key as a non-extractable secret, so that it may be stored in a
 * browser and its bytes never come back. Record keys come from it too: see RecordKeys.
 */
export interface EpochKey {
  readonly roomId: RoomId;
  readonly number: number;
  readonly secret: CryptoKey;
}

export function epochKeyHash(epochKey: Uint8Array): Uint8Array {
  return hash("epoch-key", epochKey);
}

/** @param epochKey 32 bytes, which the caller erases afterwards. */
export async function importEpochKey(roomId: RoomId, number: number, epochKey: Uint8Array): Promise<EpochKey> {
  return { roomId, number, secret: await importSecret(epochKey) };
}

/** The room's name as a manifest carries it. @param nonce 12 fresh random bytes. @param title 1 to 200 bytes of UTF-8. */
export async function sealTitle(
  epoch: EpochKey,
  version: number,
  title: string,
  nonce: Uint8Array,
): Promise<Uint8Array> {
  const plain = utf8(title);
  if (plain.length < 1 || plain.length > Limits.MaxTitleBytes)
    throw new RangeError(`a room name has 1 to ${Limits.MaxTitleBytes} bytes of UTF-8: shorten it`);
  const key = await deriveSealingKey(epoch.secret, idBytes(epoch.roomId), "title");
  return concat(nonce, await seal(key, nonce, titleAad(epoch, version), plain));
}

/** The room's name, or undefined where it does not open under this epoch and version, or is none. */
export async function openTitle(epoch: EpochKey, version: number, title: Uint8Array): Promise<string | undefined> {
  const key = await deriveSealingKey(epoch.secret, idBytes(epoch.roomId), "title");
  const sealed = title.subarray(NONCE_BYTES);
  const plain = await open(key, title.subarray(0, NONCE_BYTES), titleAad(epoch, version), sealed);
  return plain === undefined || plain.length > Limits.MaxTitleBytes ? undefined : utf8Text(plain);
}

function titleAad(epoch: EpochKey, version: number): Uint8Array {
  return concat(idBytes(epoch.roomId), u32Bytes(version));
}

/** M4: the epoch before this one, for who holds only the newest key. @param nonce 12 fresh random bytes. */
export async function sealPrevious(epoch: EpochKey, previousKey: Uint8Array, nonce: Uint8Array): Promise<Uint8Array> {
  return concat(nonce, await seal(await previousSealingKey(epoch), nonce, previousAad(epoch), previousKey));
}

/** The 32 bytes of the epoch before, or undefined where `prevEpochKey` does not open. */
export async function openPrevious(epoch: EpochKey, prevEpochKey: Uint8Array): Promise<Uint8Array | undefined> {
  const nonce = prevEpochKey.subarray(0, NONCE_BYTES);
  return open(await previousSealingKey(epoch), nonce, previousAad(epoch), prevEpochKey.subarray(NONCE_BYTES));
}

function previousSealingKey(epoch: EpochKey): Promise<CryptoKey> {
  return deriveSealingKey(epoch.secret, idBytes(epoch.roomId), "prev-epoch", u32Bytes(epoch.number));
}

function previousAad(epoch: EpochKey): Uint8Array {
  return concat(idBytes(epoch.roomId), u32Bytes(epoch.number));
}
