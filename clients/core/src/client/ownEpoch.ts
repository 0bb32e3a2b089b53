import { openAs, sealTo } from "../keys/Hpke.ts";
import type { KeyPair } from "../keys/KeyPair.ts";
import { type EpochKey, importEpochKey } from "../rooms/EpochKey.ts";
import { concat, u32Bytes, utf8 } from "../wire/Bytes.ts";
import { idBytes, type RoomId } from "../wire/Ids.ts";
import type { Keyring } from "./Keyring.ts";

const INFO = utf8("coterie/1/own-epoch\0");

/** How an epoch's key is kept: to be used, and sealed to oneself to be handed on. @param epochKey 32 bytes, erased by it. */
export async function keepEpoch(
  roomId: RoomId,
  number: number,
  epochKey: Uint8Array,
  dh: KeyPair,
): Promise<Pick<Keyring, "epoch" | "sealedEpoch">> {
  const sealedEpoch = await sealTo(dh.publicPoint, INFO, about(roomId, number), epochKey);
  const epoch = await importEpochKey(roomId, number, epochKey);
  epochKey.fill(0);
  return { epoch, sealedEpoch };
}

/** The 32 bytes of the newest epoch's key, which the caller erases; undefined where they were kept by an older version. */
export async function ownEpochKey({ epoch, sealedEpoch, identity }: Keyring): Promise<Uint8Array | undefined> {
  return sealedEpoch && (await openAs(identity.dh, INFO, about(epoch.roomId, epoch.number), sealedEpoch));
}

function about(roomId: RoomId, number: EpochKey["number"]): Uint8Array {
  return concat(idBytes(roomId), u32Bytes(number));
}
