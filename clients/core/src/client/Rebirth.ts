import { doorHash } from "../rooms/Door.ts";
import { parseManifest } from "../rooms/Manifest.ts";
import { EMPTY, equal } from "../wire/Bytes.ts";
import { type ClientFrame, RoomKindCode } from "../wire/ClientFrame.ts";
import { Code } from "../wire/Refusal.ts";
import { failed } from "../wire/WireError.ts";
import { HubLink } from "./HubLink.ts";
import type { Keyring } from "./Keyring.ts";
import { RoomError } from "./RoomError.ts";
import { CROWDED } from "./RoomListener.ts";
import type { World } from "./World.ts";

/** What became of a room in memory that its hub had lost: made again from here, made again by another, not there, or not asked for now: the hub is full. */
export type Rebirth = "made" | "there" | "gone" | "crowded";

/**
 * Has a hub that lost a room in memory (it was restarted, say) take it in again: the same genesis, all manifests, and the doors that this
 * machine holds, which open again by that (M7). Brings no content: that is written anew by the parts that show it.
 */
export async function foundAgain(world: World, keyring: Keyring): Promise<Rebirth> {
  const link = await HubLink.open(world, keyring.server);
  try {
    return await offerRoom(link, keyring);
  } finally {
    link.close();
  }
}

/**
 * The same on a connection that stands and has not joined. To a hub that has the room already it brings the rules and doors that it lacks.
 * @param lacksRules the hub has the room under older rules: it is offered without a door too. @throws RoomError where it has no time for those.
 */
export async function offerRoom(link: HubLink, keyring: Keyring, lacksRules = false): Promise<Rebirth> {
  const frame = creation(keyring);
  if (frame === undefined || (frame.doors.length === 0 && !lacksRules)) return "gone";
  try {
    await link.ask(frame, "created");
    return "made";
  } catch (error) {
    if (!(error instanceof RoomError) || (lacksRules && CROWDED.has(error.code))) throw error;
    if (CROWDED.has(error.code)) return "crowded";
    return error.code === Code.RoomExists ? "there" : "gone";
  }
}

/** Undefined where the room is not one in memory. */
function creation({ kind, genesis, manifests, doors }: Keyring): (ClientFrame & { type: "create" }) | undefined {
  const held = namedDoors(doors, manifests.at(-1) ?? EMPTY);
  if (kind !== "memory") return undefined;
  return { type: "create", kind: RoomKindCode.Memory, adminKey: EMPTY, genesis, manifests, doors: held };
}

/** Those of the doors that a manifest names, each once. */
export function namedDoors(doors: readonly Uint8Array[], manifest: Uint8Array): readonly Uint8Array[] {
  const newest = parseManifest(manifest);
  if (failed(newest)) return [];
  return newest.doors.flatMap(({ hash }) => doors.find((door) => equal(doorHash(door), hash)) ?? []);
}
