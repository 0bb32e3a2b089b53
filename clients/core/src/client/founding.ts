import { passwordBytes } from "../keys/Argon2id.ts";
import { exportScalar, generateIdentity, generateKeyPair, type Identity, importKeyPair } from "../keys/KeyPair.ts";
import { type Door, doorHash, Needs, viewSecret } from "../rooms/Door.ts";
import { epochKeyHash, importEpochKey, sealTitle } from "../rooms/EpochKey.ts";
import { createGenesis, type Genesis, genesisHash, SALT_BYTES } from "../rooms/Genesis.ts";
import { ManifestFlag, Retention, signManifest } from "../rooms/Manifest.ts";
import { type Recovered, writeRecovery } from "../rooms/Recovery.ts";
import { roomIdText } from "../wire/Base32.ts";
import { EMPTY, utf8 } from "../wire/Bytes.ts";
import { Policy, Role } from "../wire/Classes.ts";
import { RoomKindCode } from "../wire/ClientFrame.ts";
import { failed } from "../wire/WireError.ts";
import { type DoorPlan, makeDoors } from "./doors.ts";
import { HubLink } from "./HubLink.ts";
import { anyColour, type Keyring } from "./Keyring.ts";
import { keepEpoch } from "./ownEpoch.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomKind } from "./view.ts";
import type { World } from "./World.ts";

export interface RoomTerms {
  /** `https://host/base` */
  readonly server: string;
  readonly title: string;
  readonly name: string;
  readonly kind: RoomKind;
  readonly password?: string;
  /** What people may do who come with room id and password only; viewer where not said. */
  readonly passwordRole?: "viewer" | "editor";
  /** The operator's, for a permanent room. */
  readonly adminKey?: string;
}

/** Gives the owner its keys back if this machine loses them. Kept in memory only, while the keys can still be written down. */
export class RecoveryKit {
  readonly #kit: Recovered;
  readonly #world: World;

  constructor(kit: Recovered, world: World) {
    this.#kit = kit;
    this.#world = world;
  }

  /** The file to keep (K10). Without a passphrase whoever holds it is the owner. */
  async download(passphrase?: string): Promise<{ filename: string; text: string }> {
    const { random, argon2id } = this.#world;
    const text = await writeRecovery(this.#kit, passphrase, random, argon2id);
    return { filename: `coterie-recovery-${roomIdText(this.#kit.genesis.roomId).slice(0, 8)}.json`, text };
  }
}

const EDITOR_DOOR = 1;
const VIEWER_DOOR = 2;
const PASSWORD_DOOR = 3;
const OPEN_POLICY =
  Policy.ViewersMayChat | Policy.ViewersMayCall | Policy.Ai | Policy.Runs | Policy.Screen | Policy.Calls;

/** Makes a room and has the hub take it in. Nothing secret leaves but sealed inside doors. @throws RoomError */
export async function foundRoom(world: World, terms: RoomTerms): Promise<{ keyring: Keyring; recovery: RecoveryKit }> {
  const owner = await generateIdentity(true);
  const genesis = createGenesis(owner.sign.publicPoint, owner.dh.publicPoint, world.random(SALT_BYTES));
  const { roomId } = genesis;
  const [editorAdmission, viewerAdmission] = await Promise.all([
    generateKeyPair("sign", true),
    generateKeyPair("sign", true),
  ]);
  const epochKey = world.random(32);
  const epoch = await importEpochKey(roomId, 0, epochKey);
  const editSecret = world.random(32);
  const watchSecret = viewSecret(editSecret, roomId);
  const pass = await passOf(world, terms.password, genesis.salt);

  const linkNeeds = pass === undefined ? Needs.Link : Needs.LinkAndPassword;
  const plans: DoorPlan[] = [
    { id: EDITOR_DOOR, role: Role.Editor, needs: linkNeeds },
    { id: VIEWER_DOOR, role: Role.Viewer, needs: linkNeeds },
  ];
  const byPassword = terms.passwordRole === "editor" ? Role.Editor : Role.Viewer;
  if (pass !== undefined) plans.push({ id: PASSWORD_DOOR, role: byPassword, needs: Needs.Password });
  const admission = { editor: editorAdmission, viewer: viewerAdmission };
  const behind = { roomId, epoch: 0, epochKey, admission, editSecret, pass, byApproval: false };
  const doors = await makeDoors(world, behind, plans);

  const manifest = await signManifest(
    {
      roomId,
      version: 0,
      prevHash: genesisHash(genesis),
      epoch: 0,
      epochKeyHash: epochKeyHash(epochKey),
      prevEpochKey: EMPTY,
      title: await titled(() => sealTitle(epoch, 0, terms.title, world.random(12))),
      owners: [{ signPub: owner.sign.publicPoint, dhPub: owner.dh.publicPoint }],
      keepers: [],
      admissionEditor: editorAdmission.publicPoint,
      admissionViewer: viewerAdmission.publicPoint,
      flags: ManifestFlag.AdmissionOpen,
      locked: [],
      policy: OPEN_POLICY,
      retention: terms.kind === "permanent" ? Retention.Keep : Retention.Trim,
      until: 0,
      doors: doors.map(({ id, role, needs, bytes }) => ({ id, role, needs, hash: doorHash(bytes) })),
      signer: 0,
    },
    owner.sign.privateKey,
  );
  const identity = await rested(owner);
  const kept = await keepEpoch(roomId, 0, epochKey, identity.dh);

  const incarnation = await take(world, terms, genesis, manifest.bytes, doors);
  const keyring: Keyring = {
    server: terms.server,
    kind: terms.kind,
    roomId,
    genesis: genesis.bytes,
    incarnation,
    manifests: [manifest.bytes],
    identity,
    role: Role.Owner,
    ...kept,
    admission: undefined,
    cert: undefined,
    editSecret,
    viewSecret: watchSecret,
    doors: terms.kind === "memory" ? doors.map(({ bytes }) => bytes) : [],
    name: terms.name,
    colour: anyColour(world.random),
  };
  return { keyring, recovery: new RecoveryKit({ genesis, owner, editSecret }, world) };
}

/** @returns the room's incarnation, drawn by the hub. */
async function take(
  world: World,
  terms: RoomTerms,
  genesis: Genesis,
  manifest: Uint8Array,
  doors: readonly Door[],
): Promise<Uint8Array> {
  const link = await HubLink.open(world, terms.server);
  try {
    const kind = terms.kind === "permanent" ? RoomKindCode.Permanent : RoomKindCode.Memory;
    const adminKey = kind === RoomKindCode.Permanent ? utf8(terms.adminKey ?? "") : EMPTY;
    await link.ask(
      {
        type: "create",
        kind,
        adminKey,
        genesis: genesis.bytes,
        manifests: [manifest],
        doors: doors.map(({ bytes }) => bytes),
      },
      "created",
    );
    return (await link.ask({ type: "look", roomId: genesis.roomId }, "room")).incarnation;
  } finally {
    link.close();
  }
}

/** Argon2id of a password, or undefined where there is none. @throws RoomError for one out of bounds. */
export async function passOf(
  world: World,
  password: string | undefined,
  salt: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (password === undefined || password === "") return undefined;
  const bytes = passwordBytes(password);
  if (failed(bytes)) throw new RoomError(0, "A password has at most 1,024 bytes: choose a shorter one.");
  return await world.argon2id(bytes, salt);
}

/** @throws RoomError where the room's name is out of bounds. */
export async function titled(seal: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await seal();
  } catch (error) {
    if (error instanceof RangeError) throw new RoomError(0, "A room's name has 1 to 200 bytes: choose a shorter one.");
    throw error;
  }
}

/** The same keys, no longer extractable: how they are kept. */
async function rested(owner: Identity): Promise<Identity> {
  const [sign, dh] = await Promise.all([
    importKeyPair("sign", await exportScalar(owner.sign), owner.sign.publicPoint),
    importKeyPair("dh", await exportScalar(owner.dh), owner.dh.publicPoint),
  ]);
  if (sign === undefined || dh === undefined) throw new RoomError(0, "This browser cannot keep keys. Use another one.");
  return { sign, dh };
}
