import { Limits } from "../limits.ts";
import { equal } from "../wire/Bytes.ts";
import { type RecordClass, Role } from "../wire/Classes.ts";
import type { MemberId, SessionId } from "../wire/Ids.ts";
import { Code } from "../wire/Refusal.ts";
import { ADMISSION_ISSUER, type Cert } from "./Cert.ts";
import { isLocked, type Manifest, ManifestFlag } from "./Manifest.ts";
import type { ManifestChain } from "./ManifestChain.ts";
import { originHash, type Session } from "./Session.ts";
import { type Fault, OK, type Ok, type Place, refused, type SignatureCheck } from "./Verdict.ts";

/** A verified session of a verified member. */
export interface Member {
  readonly sessionId: SessionId;
  readonly memberId: MemberId;
  readonly role: Role;
  readonly cert: Cert;
  readonly session: Session;
  /** The key that issued the Cert: an admission key or an owner's. */
  readonly issuerKey: Uint8Array;
  /** The hub's word, no more (S3). */
  readonly live: boolean;
  /** The last counter of each ephemeral class (each has one stream); none for 0 (R4). */
  readonly ephemeral: Map<RecordClass, number>;
}

/**
 * Sessions that a client knows at once, dead ones included; of more, the dead that it met first go. A hub names each once on a
 * connection (W3): a record of one that went waits for the next.
 */
export const MAX_KNOWN_SESSIONS = 4_096;

/** What a hub knows of the connection that asks to join (S1). */
export interface Admission {
  readonly challenge: Uint8Array;
  readonly origins: readonly string[];
}

/** A session that may join once its own signature holds and one of its Cert's possible issuers signed that. */
export interface MemberStep {
  readonly verdict: "check";
  readonly cert: Cert;
  readonly session: Session;
  readonly live: boolean;
  readonly sessionCheck: SignatureCheck;
  /** One, but where owners changed within the epoch. */
  readonly certChecks: readonly SignatureCheck[];
}

/**
 * The sessions of a room (C1–C4, S1–S4). A client keeps dead ones while it may meet records of theirs; a hub forgets them, and of
 * their members all but who has written.
 */
export class Members {
  readonly #place: Place;
  readonly #manifests: ManifestChain;
  readonly #bySession = new Map<SessionId, Member>();
  readonly #writers = new Set<MemberId>();

  constructor(place: Place, manifests: ManifestChain) {
    this.#place = place;
    this.#manifests = manifests;
  }

  get(session: SessionId): Member | undefined {
    return this.#bySession.get(session);
  }

  all(): Iterable<Member> {
    return this.#bySession.values();
  }

  /** Who else is here now, by the hub's word. */
  others(own: MemberId): readonly MemberId[] {
    const others = new Set<MemberId>();
    for (const { memberId, live } of this.all()) if (live && memberId !== own) others.add(memberId);
    return [...others];
  }

  /** A hub: everything but the signatures about a session that asks to be opened. */
  judgeJoin(cert: Cert, session: Session, admission: Admission): MemberStep | Fault {
    const newest = this.#manifests.newest;
    const key = newest && issuerKey(cert, newest);
    if (newest === undefined || key === undefined || cert.roomId !== newest.roomId || cert.epoch !== newest.epoch)
      return refused("C1", Code.Cert, "the certificate does not hold under the current manifest: open a door again");
    const fault =
      this.#judgeAdmission(cert, newest) ??
      this.#judgeOpening(cert, session, admission) ??
      this.#judgeReplaced(session) ??
      this.#judgeRoom(session);
    return fault ?? step(cert, session, true, [key]);
  }

  /** A client: everything but the signatures about a session that the hub names (S3). `ok` where it is known. */
  judgeMember(cert: Cert, session: Session, live: boolean): MemberStep | Ok | Fault {
    const known = this.#bySession.get(session.sessionId);
    if (known !== undefined && equal(known.cert.hash, cert.hash)) {
      this.#setLive(session.sessionId, live);
      return OK;
    }
    const newest = this.#manifests.newest;
    if (newest !== undefined && cert.roomId !== newest.roomId)
      return refused("S3", Code.Session, "the certificate is of another room");
    if (!names(session, cert))
      return refused("S3", Code.Session, "the session does not name this room and certificate");
    if (newest === undefined || cert.epoch > newest.epoch)
      return {
        verdict: "wait",
        rule: "C1",
        code: Code.Version,
        text: "no known manifest has begun the certificate's epoch",
      };
    const keys: Uint8Array[] = [];
    for (const manifest of this.#manifests.ofEpoch(cert.epoch)) {
      const key = issuerKey(cert, manifest);
      if (key !== undefined && !keys.some((other) => equal(other, key))) keys.unshift(key);
    }
    if (keys.length === 0) return refused("C1", Code.Cert, "no manifest of the certificate's epoch has such an issuer");
    return step(cert, session, live, keys);
  }

  #judgeAdmission(cert: Cert, newest: Manifest): Fault | undefined {
    if (!roleFits(cert, newest))
      return refused("C2", Code.Cert, "a key in the owners' list is an owner, and no other is");
    if (!admits(newest, cert)) return refused("C3", Code.Locked, "the room is locked to listed members: ask an owner");
    const open = (newest.flags & ManifestFlag.AdmissionOpen) !== 0;
    if (!open && cert.issuer === ADMISSION_ISSUER && !this.#isAdmitted(cert.memberId))
      return refused("C4", Code.Cert, "the room admits nobody new by link: ask an owner for a certificate");
    return undefined;
  }

  #judgeOpening(cert: Cert, session: Session, admission: Admission): Fault | undefined {
    if (!names(session, cert))
      return refused("S1", Code.Session, "the session does not name this room and certificate");
    if (!equal(session.challenge, admission.challenge) || this.#bySession.has(session.sessionId))
      return refused("S1", Code.Session, "the session was not made for this connection: sign a new one");
    if (!admission.origins.some((origin) => equal(originHash(origin), session.originHash)))
      return refused("S1", Code.Origin, "the session is for another origin: open the room at this hub's own address");
    return undefined;
  }

  #judgeReplaced(session: Session): Fault | undefined {
    const replaced = this.#bySession.get(session.replaces);
    if (replaced === undefined || replaced.memberId === session.memberId) return undefined;
    return refused("S2", Code.Session, "a session replaces one of the same member only: name your own or none");
  }

  #judgeRoom(session: Session): Fault | undefined {
    let inRoom = 0;
    let ofMember = 0;
    for (const member of this.#bySession.values()) {
      if (!member.live || member.sessionId === session.replaces) continue;
      inRoom += 1;
      if (member.memberId === session.memberId) ofMember += 1;
    }
    if (inRoom < Limits.MaxSessionsPerRoom && ofMember < Limits.MaxSessionsPerMember) return undefined;
    return refused("S4", Code.RoomFull, "too many live sessions: close one, then join again");
  }

  /** Takes the step with the outcomes of its checks. @param certOks one for each of certChecks. */
  add(step: MemberStep, certOks: readonly boolean[], sessionOk: boolean): Ok | Fault {
    const { cert, session, live } = step;
    const issuer = step.certChecks[certOks.indexOf(true)];
    if (issuer === undefined)
      return refused("C1", Code.Cert, "the issuer's signature on the certificate does not hold");
    if (!sessionOk)
      return refused(
        this.#place === "hub" ? "S1" : "S3",
        Code.Session,
        "the member's signature on the session does not hold",
      );
    if (this.#place === "hub") this.end(session.replaces);
    const { sessionId } = session;
    const { memberId, role } = cert;
    const ephemeral = new Map<RecordClass, number>();
    this.#bySession.set(sessionId, {
      sessionId,
      memberId,
      role,
      cert,
      session,
      issuerKey: issuer.key,
      live,
      ephemeral,
    });
    if (this.#place === "client") this.#trim();
    return OK;
  }

  /** A client's connection ended: nobody is known to be here. Who they were stays, and how far their ephemeral counters came (R4). */
  endAll(): void {
    for (const session of [...this.#bySession.keys()]) this.#setLive(session, false);
  }

  /** A hub: a durable record of the member has its place, so that closed admission lets them back in (C4). */
  wrote(member: MemberId): void {
    if (this.#place === "hub") this.#writers.add(member);
  }

  #isAdmitted(member: MemberId): boolean {
    if (this.#writers.has(member)) return true;
    for (const each of this.#bySession.values()) if (each.memberId === member) return true;
    return false;
  }

  #trim(): void {
    if (this.#bySession.size <= MAX_KNOWN_SESSIONS) return;
    const [first] = this.#bySession.keys();
    for (const { sessionId, live } of this.#bySession.values()) {
      if (live) continue;
      this.#bySession.delete(sessionId);
      return;
    }
    this.#bySession.delete(first!); // a hub that calls so many live is not believed
  }

  /** The session is no longer live; what it wrote stays. */
  end(session: SessionId): void {
    if (this.#place === "hub") this.#bySession.delete(session);
    else this.#setLive(session, false);
  }

  #setLive(session: SessionId, live: boolean): void {
    const member = this.#bySession.get(session);
    if (member !== undefined && member.live !== live) this.#bySession.set(session, { ...member, live });
  }
}

function step(cert: Cert, session: Session, live: boolean, keys: readonly Uint8Array[]): MemberStep {
  const { signedPart, signature } = cert;
  return {
    verdict: "check",
    cert,
    session,
    live,
    sessionCheck: {
      key: cert.signPub,
      label: "session",
      signedPart: session.signedPart,
      signature: session.signature,
    },
    certChecks: keys.map((key) => ({ key, label: "cert", signedPart, signature })),
  };
}

function names(session: Session, cert: Cert): boolean {
  return session.roomId === cert.roomId && session.memberId === cert.memberId && equal(session.certHash, cert.hash);
}

/** C1: the key that issues Certs like this one under a manifest of its epoch. */
export function issuerKey(cert: Cert, manifest: Manifest): Uint8Array | undefined {
  if (cert.issuer !== ADMISSION_ISSUER) return manifest.owners[cert.issuer - 1]?.signPub;
  if (cert.role === Role.Editor) return manifest.admissionEditor;
  return cert.role === Role.Viewer ? manifest.admissionViewer : undefined;
}

/** C2: owners' keys are owners, and nobody else is. */
export function roleFits(cert: Cert, manifest: Manifest): boolean {
  const isOwner = manifest.owners.some(({ signPub }) => equal(signPub, cert.signPub));
  return isOwner === (cert.role === Role.Owner);
}

/** C3. */
export function admits(manifest: Manifest, cert: Cert): boolean {
  if (!isLocked(manifest) || cert.role === Role.Owner) return true;
  return manifest.locked.includes(cert.memberId);
}
