import { exportScalar, generateKeyPair, type KeyPair } from "../keys/KeyPair.ts";
import { type Cert, signCert } from "../rooms/Cert.ts";
import { type DoorRole, doorHash, Needs, viewSecret } from "../rooms/Door.ts";
import { epochKeyHash, importEpochKey, sealPrevious } from "../rooms/EpochKey.ts";
import { type Manifest, ManifestFlag, type Owner } from "../rooms/Manifest.ts";
import { type RoleKeys, type Wrap, wrapPlace, wrapRole } from "../rooms/Wrap.ts";
import { Role } from "../wire/Classes.ts";
import { type DoorPlan, makeDoors } from "./doors.ts";
import type { Plan } from "./Rules.ts";
import type { World } from "./World.ts";

/** A member who gets the new keys, and as what. */
export interface Stayer {
  readonly member: Pick<Cert, "memberId" | "signPub" | "dhPub">;
  readonly role: Role;
}

/** An owner who acts: their place in the owners of the manifest that is being made, and their key. */
export interface Actor {
  readonly signer: number;
  readonly key: CryptoKey;
}

export interface EpochTerms {
  /** Of the epoch that ends, 32 bytes. */
  readonly previousKey: Uint8Array;
  readonly owners: readonly Owner[];
  readonly staying: readonly Stayer[];
  /** Argon2id of the password from now on, where there is one. */
  readonly pass: Uint8Array | undefined;
  /** Whether an owner lets in who comes by a door from now on (Q1). */
  readonly byApproval: boolean;
}

/** Keys, links, doors and wraps of the epoch after `before`: what a manifest of that version begins it with. */
export async function newEpoch(
  world: World,
  before: Manifest,
  version: number,
  actor: Actor,
  terms: EpochTerms,
): Promise<Plan> {
  const { roomId } = before;
  const number = before.epoch + 1;
  const epochKey = world.random(32);
  const epoch = await importEpochKey(roomId, number, epochKey);
  const prevEpochKey = await sealPrevious(epoch, terms.previousKey, world.random(12));
  const [editor, viewer] = await Promise.all([generateKeyPair("sign", true), generateKeyPair("sign", true)]);
  const editSecret = world.random(32);
  const { pass, byApproval } = terms;
  const behind = { roomId, epoch: number, epochKey, admission: { editor, viewer }, editSecret, pass, byApproval };
  const doors = await makeDoors(world, behind, plansAfter(before, pass !== undefined));
  const keys = {
    [Role.Editor]: await roleKeys(Role.Editor, epochKey, editor, editSecret),
    [Role.Viewer]: await roleKeys(Role.Viewer, epochKey, viewer, viewSecret(editSecret, roomId)),
  };
  const head = { roomId, version, signer: actor.signer };
  const wraps = await Promise.all(
    terms.staying.map(async ({ member, role }) => {
      // Owners admit themselves and need what editors have. By approval nobody else admits anyone, not even themselves (Q1).
      if (!byApproval || role === Role.Owner)
        return await wrapRole(head, member, keys[role === Role.Viewer ? Role.Viewer : Role.Editor], actor.key);
      return await placeFor(member, role, { roomId, epoch: number }, version, actor, epochKey);
    }),
  );
  const admissions = byApproval ? ManifestFlag.ByApproval : ManifestFlag.AdmissionOpen;
  const fields = {
    epoch: number,
    epochKeyHash: epochKeyHash(epochKey),
    prevEpochKey,
    owners: terms.owners,
    flags: (before.flags & ManifestFlag.Locked) | admissions,
    admissionEditor: editor.publicPoint,
    admissionViewer: viewer.publicPoint,
    until: 0,
    doors: doors.map(({ id, role, needs, bytes }) => ({ id, role, needs, hash: doorHash(bytes) })),
  };
  epochKey.fill(0);
  return { fields, epoch, doors: doors.map(({ bytes }) => bytes), wraps: wraps.map(({ bytes }) => bytes) };
}

async function roleKeys(
  role: DoorRole,
  epochKey: Uint8Array,
  admission: KeyPair,
  linkSecret: Uint8Array,
): Promise<RoleKeys> {
  return { role, epochKey, admissionScalar: await exportScalar(admission), linkSecret };
}

/** The same doors under new secrets. Without a password the links open by themselves, and who came by the password alone has no way in. */
function plansAfter(before: Manifest, hasPassword: boolean): DoorPlan[] {
  const kept = before.doors.filter(({ needs }) => hasPassword || needs !== Needs.Password);
  return kept.map(({ id, role, needs }) => ({ id, role, needs: hasPassword ? needs : Needs.Link }));
}

/** A place in an epoch for one member, by a certificate of this owner's: it does not let them invite. @param epochKey 32 bytes */
export async function placeFor(
  member: Pick<Cert, "signPub" | "dhPub">,
  role: Role,
  { roomId, epoch }: Pick<Manifest, "roomId" | "epoch">,
  version: number,
  { signer, key }: Actor,
  epochKey: Uint8Array,
): Promise<Wrap> {
  const { signPub, dhPub } = member;
  const cert = await signCert({ roomId, epoch, role, signPub, dhPub, issuer: 1 + signer }, key);
  return await wrapPlace({ roomId, version, signer }, { epochKey, cert }, key);
}
