import { Needs } from "../rooms/Door.ts";
import { linkText } from "../rooms/Link.ts";
import { Role } from "../wire/Classes.ts";
import type { RoomSync } from "./RoomSync.ts";

type LinkRole = "editor" | "viewer";

/** The link to a role, or undefined where this person does not hold that role's secret (yet, under new keys), or no door asks for it. */
export function invitation(sync: RoomSync, role: LinkRole): string | undefined {
  const { server, roomId } = sync.keyring;
  const [newest, secret, door] = [sync.state.manifests.newest, secretOf(sync, role), doorOf(sync, role)];
  if (newest === undefined || secret === undefined || door === undefined) return undefined;
  const pinned = { version: newest.version, hash: newest.hash.subarray(0, 8) };
  return linkText({ server, roomId, door: door.id, secret, ...pinned, hostKey: "", addresses: "" });
}

/** The strongest link that there is for this person. */
export function invitesAs(sync: RoomSync): LinkRole | undefined {
  return (["editor", "viewer"] as const).find((role) => secretOf(sync, role) && doorOf(sync, role));
}

function secretOf({ keyring, own }: RoomSync, role: LinkRole): Uint8Array | undefined {
  if (!own.holdsKey) return undefined;
  return role === "editor" ? keyring.editSecret : keyring.viewSecret;
}

function doorOf({ state }: RoomSync, role: LinkRole) {
  const wanted = role === "editor" ? Role.Editor : Role.Viewer;
  return state.manifests.newest?.doors.find((each) => each.role === wanted && each.needs !== Needs.Password);
}
