import { Needs } from "../rooms/Door.ts";
import { linkText } from "../rooms/Link.ts";
import { Role } from "../wire/Classes.ts";
import type { RoomSync } from "./RoomSync.ts";

/** The link to a role, or undefined where this person does not hold that role's secret (yet, under new keys), or no door asks for it. */
export function invitation({ keyring, own, state }: RoomSync, role: "editor" | "viewer"): string | undefined {
  const newest = state.manifests.newest;
  const secret = role === "editor" ? keyring.editSecret : keyring.viewSecret;
  const wanted = role === "editor" ? Role.Editor : Role.Viewer;
  const door = newest?.doors.find((each) => each.role === wanted && each.needs !== Needs.Password);
  if (newest === undefined || secret === undefined || door === undefined || !own.holdsKey) return undefined;
  const { server, roomId } = keyring;
  const pinned = { version: newest.version, hash: newest.hash.subarray(0, 8) };
  return linkText({ server, roomId, door: door.id, secret, ...pinned, hostKey: "", addresses: "" });
}
