import { Limits } from "../limits.ts";
import { equal } from "../wire/Bytes.ts";
import { Role } from "../wire/Classes.ts";
import { type MemberId, NO_SESSION, type SessionId } from "../wire/Ids.ts";
import { Code } from "../wire/Refusal.ts";
import { ADMISSION_ISSUER, type Cert } from "./Cert.ts";
import { type Manifest, ManifestFlag } from "./Manifest.ts";
import type { ManifestChain } from "./ManifestChain.ts";
import { originHash, type Session } from "./Session.ts";
import { broken, type Fault, OK, type Ok, type Place, type SignatureCheck, unknownYet } from "./Verdict.ts";

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
}

/** What a hub knows of the connection that asks to join (S1). */
export interface Admission {
  readonly challenge: Uint8Array;
  readonly origins: readonly string[];
}

/** A member who may join once both signatures hold. */
export interface MemberStep {
  readonly verdict: "check";
  readonly member: Member;
  readonly checks: readonly SignatureCheck[];
}

/** The sessions of a room, dead ones included: their records stay (C1–C4, S1–S4). */
export class Members {
  readonly #place: Place;
  readonly #manifests: ManifestChain;
  readonly #bySession = new Map<SessionId, Member>();

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

  /** Everything but the signatures. `ok` where a client knows the session already. @param admission at a hub only. */
  judge(cert: Cert, session: Session, live: boolean, admission?: Admission): MemberStep | Ok | Fault {
    if (this.#place === "client" && this.#bySession.has(session.sessionId)) {
      this.#setLive(session.sessionId, live);
      return OK;
    }
    const newest = this.#manifests.newest;
    if (newest === undefined || cert.epoch > newest.epoch)
      return unknownYet(
        this.#place,
        "C1",
        Code.Cert,
        "the certificate is of an epoch that no known manifest has begun",
      );
    const issuer = this.#issuer(cert, newest);
    if ("verdict" in issuer) return issuer;
    const fault =
      this.#judgeSession(cert, session) ??
      (this.#place === "hub" ? this.#judgeJoin(cert, session, newest, admission) : undefined);
    if (fault !== undefined) return fault;
    const { sessionId, memberId } = { sessionId: session.sessionId, memberId: cert.memberId };
    const member = { sessionId, memberId, role: cert.role, cert, session, issuerKey: issuer.key, live };
    return {
      verdict: "check",
      member,
      checks: [
        { key: issuer.key, label: "cert", signedPart: cert.signedPart, signature: cert.signature },
        { key: cert.signPub, label: "session", signedPart: session.signedPart, signature: session.signature },
      ],
    };
  }

  /** C1, C2: the key that must have issued this Cert, in some manifest of its epoch (hub: in the current one). */
  #issuer(cert: Cert, newest: Manifest): { readonly key: Uint8Array } | Fault {
    const invalid = (rule: string, text: string) => broken(this.#place, rule, Code.Cert, text);
    if (cert.roomId !== newest.roomId) return invalid("C1", "the certificate is of another room");
    if (this.#place === "hub" && cert.epoch !== newest.epoch)
      return invalid("C1", "the certificate is of an older epoch: open a door of the current one");
    const candidates = this.#place === "hub" ? [newest] : [...this.#manifests.ofEpoch(cert.epoch)].reverse();
    let fault: Fault | undefined;
    for (const manifest of candidates) {
      const key = issuerKey(cert, manifest);
      if (key === undefined) fault ??= invalid("C1", "no such issuer stands in the manifest");
      else if (!roleFits(cert, manifest))
        fault ??= invalid("C2", "only a key in the owners' list is an owner, and it is nothing less");
      else return { key };
    }
    return fault ?? invalid("C1", "no manifest of that epoch is known");
  }

  #judgeSession(cert: Cert, session: Session): Fault | undefined {
    const rule = this.#place === "hub" ? "S1" : "S3";
    if (session.roomId !== cert.roomId || session.memberId !== cert.memberId || !equal(session.certHash, cert.hash))
      return broken(this.#place, rule, Code.Session, "the session does not name this room, member and certificate");
    return undefined;
  }

  #judgeJoin(cert: Cert, session: Session, newest: Manifest, admission: Admission | undefined): Fault | undefined {
    if (admission === undefined || !equal(session.challenge, admission.challenge))
      return broken(
        "hub",
        "S1",
        Code.Session,
        "the session does not carry this connection's challenge: sign a new one",
      );
    if (!admission.origins.some((origin) => equal(originHash(origin), session.originHash)))
      return broken(
        "hub",
        "S1",
        Code.Origin,
        "the session is for another origin: open the room at this hub's own address",
      );
    if (this.#bySession.has(session.sessionId))
      return broken("hub", "S1", Code.Session, "this session was opened before: sign a new one");
    return this.#judgeReplaced(session) ?? this.#judgeAdmission(cert, newest) ?? this.#judgeRoom(session);
  }

  #judgeReplaced(session: Session): Fault | undefined {
    if (session.replaces === NO_SESSION) return undefined;
    return this.#bySession.get(session.replaces)?.memberId === session.memberId
      ? undefined
      : broken("hub", "S2", Code.Session, "a session replaces one of the same member only: name your own or none");
  }

  #judgeAdmission(cert: Cert, newest: Manifest): Fault | undefined {
    if (!admits(newest, cert))
      return broken("hub", "C3", Code.Locked, "the room is locked to listed members: ask an owner");
    const open = (newest.flags & ManifestFlag.AdmissionOpen) !== 0;
    const isNew = !this.#knows(cert.memberId);
    if (!open && cert.issuer === ADMISSION_ISSUER && isNew)
      return broken("hub", "C4", Code.Cert, "the room admits nobody new by link: ask an owner for a certificate");
    return undefined;
  }

  #knows(memberId: MemberId): boolean {
    for (const member of this.#bySession.values()) if (member.memberId === memberId) return true;
    return false;
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
    return broken("hub", "S4", Code.RoomFull, "too many live sessions: close one, then join again");
  }

  /** Takes the step with the outcomes of its two checks. */
  add(step: MemberStep, certOk: boolean, sessionOk: boolean): Ok | Fault {
    const { member } = step;
    if (!certOk) return broken(this.#place, "C1", Code.Cert, "the issuer's signature on the certificate does not hold");
    if (!sessionOk)
      return broken(
        this.#place,
        this.#place === "hub" ? "S1" : "S3",
        Code.Session,
        "the member's signature on the session does not hold",
      );
    if (member.session.replaces !== NO_SESSION && this.#place === "hub") this.end(member.session.replaces);
    this.#bySession.set(member.sessionId, member);
    return OK;
  }

  /** The session is no longer live; what it wrote stays. */
  end(session: SessionId): void {
    this.#setLive(session, false);
  }

  #setLive(session: SessionId, live: boolean): void {
    const member = this.#bySession.get(session);
    if (member !== undefined && member.live !== live) this.#bySession.set(session, { ...member, live });
  }
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
  if ((manifest.flags & ManifestFlag.Locked) === 0 || manifest.locked.includes(cert.memberId)) return true;
  return manifest.owners.some(({ signPub }) => equal(signPub, cert.signPub));
}
