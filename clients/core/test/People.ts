import {
  ADMISSION_ISSUER,
  type Cert,
  type CertFields,
  generateIdentity,
  type Identity,
  memberIdOf,
  NO_SESSION,
  originHash,
  Role,
  type Session,
  type SessionFields,
  signCert,
  signSession,
} from "../src/index.ts";
import { type Founding, random } from "./Founding.ts";

/** A member with a session, sealed and signed as its own client would. */
export interface Person {
  readonly identity: Identity;
  readonly cert: Cert;
  readonly session: Session;
}

export const ORIGIN = "https://code.example:8443";

export function certFields(founding: Founding, identity: Identity, role: Role): CertFields {
  return {
    roomId: founding.genesis.roomId,
    epoch: 0,
    role,
    signPub: identity.sign.publicPoint,
    dhPub: identity.dh.publicPoint,
    issuer: role === Role.Owner ? 1 : ADMISSION_ISSUER,
  };
}

export function issuer(founding: Founding, role: Role): CryptoKey {
  if (role === Role.Owner) return founding.owner.sign.privateKey;
  return (role === Role.Editor ? founding.editorAdmission : founding.viewerAdmission).privateKey;
}

export function sessionFields(cert: Cert, challenge = new Uint8Array(32)): SessionFields {
  return {
    roomId: cert.roomId,
    memberId: memberIdOf(cert.signPub),
    certHash: cert.hash,
    random: random(16),
    replaces: NO_SESSION,
    challenge,
    originHash: originHash(ORIGIN),
  };
}

export async function person(
  founding: Founding,
  role: Role,
  changes: { cert?: Partial<CertFields>; session?: Partial<SessionFields>; issuer?: CryptoKey } = {},
): Promise<Person> {
  const identity = role === Role.Owner ? founding.owner : await generateIdentity();
  const fields = { ...certFields(founding, identity, role), ...changes.cert };
  const cert = await signCert(fields, changes.issuer ?? issuer(founding, role));
  const session = await signSession({ ...sessionFields(cert), ...changes.session }, identity.sign.privateKey);
  return { identity, cert, session };
}
