import { doorHash } from "../rooms/Door.ts";
import { parseManifest } from "../rooms/Manifest.ts";
import { EMPTY, equal } from "../wire/Bytes.ts";
import { RoomKindCode } from "../wire/ClientFrame.ts";
import { Code } from "../wire/Refusal.ts";
import { failed } from "../wire/WireError.ts";
import { HubLink } from "./HubLink.ts";
import type { Keyring } from "./Keyring.ts";
import { RoomError } from "./RoomError.ts";
import type { World } from "./World.ts";

/** What became of a room in memory that its hub had lost: made again from here, made again by another, or not there. */
export type Rebirth = "made" | "there" | "gone";

/**
 * Has a hub that lost a room in memory (it was restarted, say) take it in again: the same genesis, all manifests and the doors of the
 * newest, so that every link stays good. Only who made the room holds all its doors; for anyone else it stays gone until then.
 * Brings no content: that is written anew by the parts that show it.
 */
export async function foundAgain(world: World, keyring: Keyring): Promise<Rebirth> {
  if (keyring.kind !== "memory" || !holdsDoors(keyring)) return "gone";
  const { genesis, manifests, doors } = keyring;
  const link = await HubLink.open(world, keyring.server);
  try {
    const kind = RoomKindCode.Memory;
    await link.ask({ type: "create", kind, adminKey: EMPTY, genesis, manifests, doors }, "created");
    return "made";
  } catch (error) {
    if (!(error instanceof RoomError)) throw error;
    return error.code === Code.RoomExists ? "there" : "gone";
  } finally {
    link.close();
  }
}

/** M7: a door for each that the newest manifest names. */
function holdsDoors(keyring: Keyring): boolean {
  const newest = parseManifest(keyring.manifests.at(-1) ?? EMPTY);
  if (failed(newest)) return false;
  return newest.doors.every(({ hash }) => keyring.doors.some((door) => equal(doorHash(door), hash)));
}
