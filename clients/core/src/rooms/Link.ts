import { parseRoomId, roomIdText } from "../wire/Base32.ts";
import { fromBase64Url, toBase64Url } from "../wire/Base64Text.ts";
import { equal } from "../wire/Bytes.ts";
import type { RoomId } from "../wire/Ids.ts";
import { failed, type Parsed } from "../wire/WireError.ts";
import type { Manifest } from "./Manifest.ts";
import type { ManifestChain } from "./ManifestChain.ts";

/** `https://server/r/ROOM#DOOR.SECRET.VERSION.HASH[.HOSTKEY.ADDRESSES]`, parsed (section 2). The fragment never reaches a server. */
export interface Link {
  /** Scheme, host and base path, without a slash at its end. */
  readonly server: string;
  readonly roomId: RoomId;
  readonly door: number;
  /** The role's secret, 32 bytes. */
  readonly secret: Uint8Array;
  /** The manifest version that the link was made at, and the first 8 bytes of its hash (K9). */
  readonly version: number;
  readonly hash: Uint8Array;
  /** Of a hosted session; empty otherwise. */
  readonly hostKey: string;
  readonly addresses: string;
}

const MAX_CHARACTERS = 4_096;
const HASH_BYTES = 8;
const PRINTABLE = /^[!-~]*$/;
const DECIMAL = /^(0|[1-9][0-9]*)$/;

/** K8: any text gives a link or a named error. */
export function parseLink(text: string): Parsed<Link> {
  if (text.length > MAX_CHARACTERS) return { error: "TooLarge" };
  const fragmentAt = text.indexOf("#");
  const roomAt = text.slice(0, Math.max(fragmentAt, 0)).lastIndexOf("/r/");
  const server = text.slice(0, Math.max(roomAt, 0));
  if (!/^https?:\/\/[!-~]+$/.test(server) || /[?@]/.test(server)) return { error: "NotALink" };
  const room = parseRoomId(text.slice(roomAt + 3, fragmentAt));
  if (failed(room)) return room;

  const [doorText = "", secretText = "", versionText = "", hashText = "", hostKey, ...rest] = text
    .slice(fragmentAt + 1)
    .split(".");
  const door = decimal(doorText, 3, 255);
  if (door === undefined) return { error: "Door" };
  const secret = fromBase64Url(secretText);
  if (secret?.length !== 32) return { error: "Secret" };
  const version = decimal(versionText, 10, 0xffff_ffff);
  if (version === undefined) return { error: "Version" };
  const hash = fromBase64Url(hashText);
  if (hash?.length !== HASH_BYTES) return { error: "Hash" };
  const addresses = rest.join(".");
  if (hostKey === "" || !PRINTABLE.test(`${hostKey ?? ""}${addresses}`)) return { error: "HostKey" };
  return { server, roomId: room.roomId, door, secret, version, hash, hostKey: hostKey ?? "", addresses };
}

function decimal(text: string, digits: number, max: number): number | undefined {
  if (text.length > digits || !DECIMAL.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}

export function linkText(link: Link): string {
  const parts = [`${link.door}`, toBase64Url(link.secret), `${link.version}`, toBase64Url(link.hash)];
  if (link.hostKey !== "") parts.push(link.hostKey, link.addresses);
  return `${roomAddress(link.server, link.roomId)}#${parts.join(".")}`;
}

/** K9: whether a verified chain is at least as new as the link, and the same at its version. If not, the room stops with an alarm. */
export function linkAgrees(link: Pick<Link, "version" | "hash">, chain: ManifestChain): boolean {
  const manifest = chain.at(link.version);
  return manifest !== undefined && equal(manifest.hash.subarray(0, link.hash.length), link.hash);
}

/** What a link made now says of the newest manifest. */
export function linkAnchor(newest: Manifest): Pick<Link, "version" | "hash"> {
  return { version: newest.version, hash: newest.hash.subarray(0, HASH_BYTES) };
}

/** The room without its secret: enough for who has a password, and safe to write down. */
export function roomAddress(server: string, roomId: RoomId): string {
  return `${server}/r/${roomIdText(roomId)}`;
}
