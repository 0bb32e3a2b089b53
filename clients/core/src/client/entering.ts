import { generateIdentity, type Identity } from "../keys/KeyPair.ts";
import {
  type Door,
  type DoorError,
  type DoorKeys,
  doorKeys,
  doorSeed,
  Needs,
  openDoor,
  openToKnock,
  parseDoor,
  viewSecret,
} from "../rooms/Door.ts";
import { parseGenesis } from "../rooms/Genesis.ts";
import type { Letter } from "../rooms/Letter.ts";
import type { Link } from "../rooms/Link.ts";
import { isByApproval, isLocked, type Manifest, type ManifestDoor, parseManifest } from "../rooms/Manifest.ts";
import { type Recovered, type RecoveryError, readRecovery } from "../rooms/Recovery.ts";
import { RoomState } from "../rooms/RoomState.ts";
import { learnManifest } from "../rooms/Steps.ts";
import { Verifier } from "../rooms/Verifier.ts";
import { parseRoomId } from "../wire/Base32.ts";
import { EMPTY, equal } from "../wire/Bytes.ts";
import { Role } from "../wire/Classes.ts";
import { RoomKindCode } from "../wire/ClientFrame.ts";
import type { HubFrame } from "../wire/HubFrame.ts";
import type { RoomId } from "../wire/Ids.ts";
import { Code } from "../wire/Refusal.ts";
import { failed } from "../wire/WireError.ts";
import { FrontAlarm } from "./exhibits.ts";
import { passOf } from "./founding.ts";
import { HubLink } from "./HubLink.ts";
import { anyColour, type Keyring, loadKeyring, loadKnocker, saveKnocker } from "./Keyring.ts";
import { askForPlace, type Place, placeGiven, Waiting, type WaitingListener } from "./knocking.ts";
import { keepEpoch } from "./ownEpoch.ts";
import { ownsRoom } from "./papers.ts";
import { namedDoors, offerRoom } from "./Rebirth.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomKind } from "./view.ts";
import type { World } from "./World.ts";

/** What anyone who knows a room's id may see of it, verified. */
export interface RoomFront {
  readonly kind: RoomKind;
  /** What its doors ask for. */
  readonly needs: readonly ("link" | "link+password" | "password")[];
  /** Whether an owner is asked before one is in. */
  readonly byApproval: boolean;
  /** Whether nobody new comes in. */
  readonly locked: boolean;
}

export interface WayIn {
  /** `https://host/base` */
  readonly server: string;
  readonly link?: Link;
  /** Where there is no link. */
  readonly roomId?: RoomId;
  readonly name: string;
  readonly password?: string;
  /** A recovery kit and its passphrase: who brings it enters as the owner (K10). The door is still needed, for the room's key. */
  readonly kit?: { readonly text: string; readonly passphrase?: string };
  /** Told of the waiting where an owner lets people in. */
  readonly waiting?: WaitingListener;
}

const BEGUN_ANEW = "The server lost this permanent room's history and began a new one. Do not trust it.";

const NEEDS = { [Needs.Link]: "link", [Needs.LinkAndPassword]: "link+password", [Needs.Password]: "password" } as const;

/** @param way a link, which is said to be replaced where it was, or nothing but the room's id */
export async function lookAtRoom(world: World, server: string, way: Link | Pick<Link, "roomId">): Promise<RoomFront> {
  const link = await HubLink.open(world, server);
  try {
    const { frame, state, newest } = await verifiedRoom(link, way.roomId);
    if ("version" in way && state.manifests.at(way.version) !== undefined) refuseRevoked(state, newest, way);
    const needs = newest.doors.map((door) => NEEDS[door.needs]);
    return { kind: kindOf(frame.kind), needs, byApproval: isByApproval(newest), locked: isLocked(newest) };
  } finally {
    link.close();
  }
}

/** Who has come through a door: with the keys, and the connection, if it can go on being used. */
export interface Entered {
  readonly keyring: Keyring;
  readonly link?: HubLink;
}

/**
 * Opens a door and becomes a member, or a member with that door's role where this machine was one already. In a room by approval it
 * knocks and waits, over lost connections too, until an owner answers. @throws RoomError
 */
export async function enterRoom(world: World, way: WayIn): Promise<Entered> {
  const roomId = way.link?.roomId ?? way.roomId;
  if (roomId === undefined) throw new RoomError(0, "Paste the link to the room, or its id together with its password.");
  const before = await loadKeyring(world.vault, roomId);
  const knocker = before === undefined ? await loadKnocker(world.vault, roomId) : undefined;
  const own = before?.identity ?? knocker ?? (await generateIdentity());
  const wait = new Waiting(world, way.waiting);
  for (;;) {
    try {
      return await onConnection(world, way, { roomId, before, own, knocked: knocker !== undefined, wait });
    } catch (error) {
      if (!(error instanceof RoomError) || !wait.mayGoOn(error.code)) throw error;
      await wait.pause(error);
    }
  }
}

/** What is done on a connection; where it fails the connection ends. */
export async function orHangUp<T>({ link }: Pick<Entered, "link">, begun: Promise<T>): Promise<T> {
  try {
    return await begun;
  } catch (error) {
    link?.close();
    throw error;
  }
}

interface Entrant {
  readonly roomId: RoomId;
  readonly before: Keyring | undefined;
  /** Who they are unless they bring an owner's keys. */
  readonly own: Identity;
  /** Whether they knocked on an earlier visit, or do in another page. */
  readonly knocked: boolean;
  readonly wait: Waiting;
}

async function onConnection(world: World, way: WayIn, entrant: Entrant): Promise<Entered> {
  const link = await HubLink.open(world, way.server);
  const keyring = await orHangUp({ link }, throughDoor(world, link, way, entrant));
  if (!entrant.wait.begun) return { keyring, link };
  link.close(); // who knocked on it has left the door only then
  return { keyring };
}

async function throughDoor(
  world: World,
  link: HubLink,
  way: WayIn,
  { roomId, before, own, knocked, wait }: Entrant,
): Promise<Keyring> {
  const { frame, state, newest } =
    before === undefined ? await verifiedRoom(link, roomId) : await knownRoom(link, before);
  if (way.link !== undefined) refuseOlder(state, newest, way.link);
  if (before !== undefined) refuseForgotten(before, frame);
  if (way.link !== undefined) refuseRevoked(state, newest, way.link);
  const entry = doorFor(newest, way.link);
  if (entry.needs !== Needs.Link && !way.password)
    throw new RoomError(Code.BadAccess, "This room asks for its password: type it.");
  const pass = entry.needs === Needs.Link ? undefined : await passOf(world, way.password, state.genesis.salt);
  const seed = doorSeed(roomId, entry.id, entry.needs, way.link?.secret, pass);
  if (seed === undefined) throw new RoomError(Code.BadAccess, "This way in needs the link and the password.");
  const keys = doorKeys(seed, roomId);
  const { door: bytes } = await link.ask({ type: "open", roomId, door: entry.id, access: keys.access }, "door");
  const recovered = way.kit && (await ownerOf(world, way.kit, newest));
  const identity = recovered?.owner ?? own;
  const door = parseDoor(bytes);
  if (failed(door)) throw misled("NotInManifest");
  const asking = { door, keys, state, identity, before, name: way.name, wait };
  const place = isByApproval(newest)
    ? await placeByApproval(
        world,
        link,
        asking,
        recovered !== undefined || before !== undefined || knocked || wait.begun,
      )
    : await placeBehind(door, keys, newest, identity);
  const isEditor = entry.role === Role.Editor;
  const secret = entry.needs === Needs.Password ? undefined : way.link?.secret;
  const editor = isEditor && secret ? undefined : await editorDoor(link, roomId, newest, recovered?.editSecret, pass);
  const editSecret = (isEditor ? secret : place.editSecret) ?? editor?.secret ?? before?.editSecret;
  const kind = before?.kind ?? kindOf(frame.kind); // the hub's word, taken once
  return {
    server: way.server,
    kind,
    roomId,
    genesis: frame.genesis,
    incarnation: frame.incarnation,
    manifests: frame.manifests,
    identity,
    ...place,
    editSecret,
    viewSecret: editSecret === undefined ? (secret ?? before?.viewSecret) : viewSecret(editSecret, roomId),
    doors:
      kind === "memory"
        ? namedDoors([...(before?.doors ?? []), bytes, ...(editor ? [editor.bytes] : [])], newest.bytes)
        : [],
    name: way.name,
    colour: before?.colour ?? anyColour(world.random),
  };
}

/** Behind a door that lets in: the role's admission key, by which one issues a certificate to oneself. */
async function placeBehind(door: Door, keys: DoorKeys, newest: Manifest, identity: Identity): Promise<Place> {
  const contents = await openDoor(door, keys, newest);
  if ("error" in contents) throw misled(contents.error);
  const epoch = await keepEpoch(newest.roomId, newest.epoch, contents.epochKey, identity.dh);
  const role = ownsRoom(newest, identity) ? Role.Owner : door.role;
  return { ...epoch, role, admission: contents.admission, cert: undefined };
}

interface Asking {
  readonly door: Door;
  readonly keys: DoorKeys;
  readonly state: RoomState;
  readonly identity: Identity;
  readonly before: Keyring | undefined;
  readonly name: string;
  readonly wait: Waiting;
}

/**
 * Where owners let people in: the place that this machine has, the one that an owner gave meanwhile, or one that is asked for now.
 * @param known whether anybody can have given anything to this person yet
 */
async function placeByApproval(world: World, link: HubLink, asking: Asking, known: boolean): Promise<Place> {
  const { door, keys, state, identity, before, name, wait } = asking;
  const newest = state.manifests.newest!;
  const letter = await letterOf(door, keys, newest, name);
  const held =
    placeKept(before, identity, newest, door) ?? (known && (await placeGiven(link, state, identity, before)));
  if (held) return held;
  if (before === undefined) await saveKnocker(world.vault, newest.roomId, identity);
  return await askForPlace(link, state, identity, letter, wait);
}

/** Where this machine has a place under these keys, no lesser one than the door's, nobody is asked. */
function placeKept(before: Keyring | undefined, { sign }: Identity, newest: Manifest, door: Door): Place | undefined {
  if (before === undefined || !equal(before.identity.sign.publicPoint, sign.publicPoint)) return undefined;
  if (before.epoch.number !== newest.epoch || before.role < door.role) return undefined;
  const { epoch, sealedEpoch, role, admission, cert } = before;
  return { epoch, sealedEpoch, role, admission, cert };
}

async function letterOf(door: Door, keys: DoorKeys, newest: Manifest, name: string): Promise<Letter> {
  const knockKey = await openToKnock(door, keys, newest);
  if ("error" in knockKey) throw misled(knockKey.error);
  return { door: door.id, knockKey, name };
}

export interface VerifiedRoom {
  readonly frame: Extract<HubFrame, { type: "room" }>;
  readonly state: RoomState;
  readonly newest: Manifest;
}

/** Asks a hub for a room and believes nothing that does not follow from its id. @throws RoomError */
export async function verifiedRoom(link: HubLink, roomId: RoomId): Promise<VerifiedRoom> {
  const frame = await link.ask({ type: "look", roomId }, "room");
  const genesis = parseGenesis(frame.genesis);
  if (failed(genesis) || genesis.roomId !== roomId)
    throw new FrontAlarm("other-room", "The server gave another room for this id. Do not trust this server.", frame);
  const state = new RoomState("client", genesis, frame.incarnation);
  const verifier = new Verifier();
  for (const bytes of frame.manifests) {
    const manifest = parseManifest(bytes);
    const verdict = failed(manifest) ? undefined : await learnManifest(state, verifier, manifest);
    if (verdict?.verdict !== "ok")
      throw new FrontAlarm(
        verdict?.verdict === "alarm" ? "forked-manifests" : "other-room",
        "The server gave room rules that no owner signed. Do not trust this server.",
        frame,
      );
  }
  const newest = state.manifests.newest;
  if (newest === undefined) throw new RoomError(Code.Alarm, "The server gave a room without rules. Try again later.");
  return { frame, state, newest };
}

/**
 * The same for who was in the room before. One in memory that began anew was made by someone who may hold fewer of its doors, and know
 * fewer of its rules: the hub is given what is known here, and shows the room again where it had shown fewer rules (M7).
 * @param offered it was given all that just now: only what it seems not to have taken is given again.
 */
export async function knownRoom(link: HubLink, known: Keyring, offered = false): Promise<VerifiedRoom> {
  const room = await verifiedRoom(link, known.roomId);
  const fewer = room.frame.manifests.length < known.manifests.length;
  if (known.kind !== "memory" || equal(room.frame.incarnation, known.incarnation) || (offered && !fewer)) return room;
  if ((await offerRoom(link, known, fewer)) === "made")
    throw new RoomError(0, "The server lost the room again. Connecting again.");
  return fewer ? await verifiedRoom(link, known.roomId) : room;
}

export function kindOf(code: RoomKindCode): RoomKind {
  return code === RoomKindCode.Permanent ? "permanent" : "memory";
}

/** K9. */
function refuseOlder(state: RoomState, newest: Manifest, link: Link): void {
  const pinned = state.manifests.at(link.version);
  if (newest.version >= link.version && pinned !== undefined && equal(pinned.hash.subarray(0, 8), link.hash)) return;
  throw new FrontAlarm(
    "hidden-manifests",
    "The link is for another state of this room than the server shows: the link is wrong, or the server hides something. Ask for a new link.",
  );
}

/** A link of an earlier epoch opens nothing: it need not be tried. */
function refuseRevoked(state: RoomState, newest: Manifest, link: Link): void {
  if (state.manifests.at(link.version)?.epoch === newest.epoch) return;
  throw new RoomError(Code.Revoked, "An owner made new links since this one was given out. Ask for a new one.");
}

/** What this machine has seen of the room holds also where it comes in by a door again: rules are not taken back, and a kept log is not begun anew. */
function refuseForgotten(before: Keyring, frame: VerifiedRoom["frame"]): void {
  if (!before.manifests.every((bytes, version) => equal(bytes, frame.manifests[version] ?? EMPTY)))
    throw new FrontAlarm(
      "hidden-manifests",
      "The server hides or replaces changes to this room's rules that were seen here before. Do not trust it.",
      frame,
    );
  if (before.kind === "permanent" && !equal(before.incarnation, frame.incarnation))
    throw new FrontAlarm("begun-anew", BEGUN_ANEW, frame);
}

function doorFor(newest: Manifest, link: Link | undefined): ManifestDoor {
  const found = newest.doors.find(({ id, needs }) => (link ? id === link.door : needs === Needs.Password));
  if (found !== undefined) return found;
  throw new RoomError(
    Code.BadAccess,
    link ? "This link opens nothing any more. Ask for a new one." : "This room has no password. Ask for a link to it.",
  );
}

/** The owner's keys out of a recovery kit, where they are an owner's of this very room. */
async function ownerOf(world: World, kit: NonNullable<WayIn["kit"]>, newest: Manifest): Promise<Recovered> {
  const recovered = await readRecovery(kit.text, kit.passphrase, world.argon2id);
  if ("error" in recovered) throw new RoomError(Code.BadAccess, KIT_TEXTS[recovered.error]);
  const { owner } = recovered;
  if (newest.owners.some(({ signPub }) => equal(signPub, owner.sign.publicPoint))) return recovered;
  throw new RoomError(Code.BadAccess, "This recovery file is another room's, or its key owns this room no more.");
}

/** The editors' door, opened by the secret of a recovery kit: undefined where that opens it no more, or the password is not known here. */
async function editorDoor(
  link: HubLink,
  roomId: RoomId,
  newest: Manifest,
  secret: Uint8Array | undefined,
  pass: Uint8Array | undefined,
): Promise<{ readonly secret: Uint8Array; readonly bytes: Uint8Array } | undefined> {
  const entry = newest.doors.find(({ role, needs }) => role === Role.Editor && needs !== Needs.Password);
  const seed = secret && entry && doorSeed(roomId, entry.id, entry.needs, secret, pass);
  if (secret === undefined || entry === undefined || seed === undefined) return undefined;
  const keys = doorKeys(seed, roomId);
  try {
    const { door: bytes } = await link.ask({ type: "open", roomId, door: entry.id, access: keys.access }, "door");
    const door = parseDoor(bytes);
    if (failed(door)) return undefined;
    const opened = isByApproval(newest) ? openToKnock(door, keys, newest) : openDoor(door, keys, newest);
    if ("error" in (await opened)) return undefined;
    return { secret, bytes };
  } catch (error) {
    if (error instanceof RoomError && error.code === Code.BadAccess) return undefined;
    throw error;
  }
}

const KIT_TEXTS: Readonly<Record<RecoveryError, string>> = {
  NotAKit: "This is no recovery file. Choose the one that was downloaded when the room was made.",
  Version: "This recovery file was made by a newer version. Update this server first.",
  Passphrase: "The recovery file does not open with this passphrase. Type it again.",
  Mismatch: "This recovery file is damaged. Use another copy of it.",
};

function misled(error: DoorError): RoomError {
  return new RoomError(
    Code.Alarm,
    `The server gave keys that the room's owner did not put there (${error}). Do not trust this server; ask for a new link.`,
  );
}

/** Holds a hub to what was verified on this visit. @returns whether a room in memory began anew. @throws RoomError where it hides what it showed before */
export function goesOn(state: RoomState, kind: RoomKind, frame: VerifiedRoom["frame"]): boolean {
  const began = !equal(frame.incarnation, state.incarnation);
  if (began && kind === "permanent") throw new FrontAlarm("begun-anew", BEGUN_ANEW, frame);
  if (frame.manifests.length < state.manifests.length)
    throw new FrontAlarm(
      "hidden-manifests",
      "The server hides changes to this room's rules that were seen before. Do not trust it.",
      frame,
    );
  return began;
}

/** A room id as people write it. @throws RoomError */
export function idFrom(text: string): RoomId {
  const parsed = parseRoomId(text);
  if (failed(parsed))
    throw new RoomError(Code.NoSuchRoom, "This is no room id: it has 26 letters and digits. Check the address.");
  return parsed.roomId;
}
