import type { Identity } from "../keys/KeyPair.ts";
import { ADMISSION_ISSUER, type Cert, parseCert, signCert } from "../rooms/Cert.ts";
import type { Manifest } from "../rooms/Manifest.ts";
import { originHash, type Session, signSession } from "../rooms/Session.ts";
import { equal } from "../wire/Bytes.ts";
import { Role } from "../wire/Classes.ts";
import type { SessionId } from "../wire/Ids.ts";
import { failed } from "../wire/WireError.ts";
import type { Keyring } from "./Keyring.ts";
import type { World } from "./World.ts";

/** This member's certificate: owners issue their own, the others were given it or issue it by their role's admission key (C1, C2). */
export async function ownCert(keyring: Keyring, newest: Manifest | undefined): Promise<Cert> {
  const { identity, role, epoch, roomId, admission } = keyring;
  const signPub = identity.sign.publicPoint;
  const fields = { roomId, epoch: epoch.number, role, signPub, dhPub: identity.dh.publicPoint };
  const given = keyring.cert === undefined ? undefined : parseCert(keyring.cert);
  if (role !== Role.Owner && given !== undefined && !failed(given)) return given;
  if (role !== Role.Owner) return await signCert({ ...fields, issuer: ADMISSION_ISSUER }, admission!.privateKey);
  const index = newest?.owners.findIndex((owner) => equal(owner.signPub, signPub)) ?? -1;
  return await signCert({ ...fields, issuer: 1 + Math.max(index, 0) }, identity.sign.privateKey);
}

/** A fresh session for one connection's challenge, in the place of an earlier one (S1, S2). */
export async function ownSession(
  world: World,
  keyring: Keyring,
  cert: Cert,
  replaces: SessionId,
  challenge: Uint8Array,
): Promise<Session> {
  return await signSession(
    {
      roomId: keyring.roomId,
      memberId: cert.memberId,
      certHash: cert.hash,
      random: world.random(16),
      replaces,
      challenge,
      originHash: originHash(new URL(keyring.server).origin),
    },
    keyring.identity.sign.privateKey,
  );
}

/** Whether this very key stands among the owners. */
export function ownsRoom(newest: Manifest, identity: Identity): boolean {
  return newest.owners.some(({ signPub }) => equal(signPub, identity.sign.publicPoint));
}
