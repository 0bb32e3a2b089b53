import type { Cert } from "./Cert.ts";
import type { Manifest } from "./Manifest.ts";
import type { Admission, MemberStep } from "./Members.ts";
import type { Position, PositionVerdict, RoomState } from "./RoomState.ts";
import type { Session } from "./Session.ts";
import type { Fault, Ok } from "./Verdict.ts";
import type { Verifier } from "./Verifier.ts";
import type { Wrap } from "./Wrap.ts";

/**
 * RoomState's steps with their signatures checked between judging and taking. Who has many at once starts
 * `verifier.verify(room.signatureCheck(record))` for all first and steps in order afterwards.
 */
export async function learnManifest(room: RoomState, verifier: Verifier, manifest: Manifest): Promise<Ok | Fault> {
  const step = room.manifests.judge(manifest);
  return step.verdict === "check" ? room.addManifest(step, await verifier.all(step.checks)) : step;
}

/** A client hears of a session. */
export async function meetMember(
  room: RoomState,
  verifier: Verifier,
  cert: Cert,
  session: Session,
  live: boolean,
): Promise<Ok | Fault> {
  const step = room.members.judgeMember(cert, session, live);
  return step.verdict === "check" ? addMember(room, verifier, step) : step;
}

/** A hub opens a session. */
export async function joinMember(
  room: RoomState,
  verifier: Verifier,
  cert: Cert,
  session: Session,
  admission: Admission,
): Promise<Ok | Fault> {
  const step = room.members.judgeJoin(cert, session, admission);
  return step.verdict === "check" ? addMember(room, verifier, step) : step;
}

async function addMember(room: RoomState, verifier: Verifier, step: MemberStep): Promise<Ok | Fault> {
  const sessionOk = verifier.verify(step.sessionCheck);
  const certOks = await Promise.all(step.certChecks.map((check) => verifier.verify(check)));
  return room.addMember(step, certOks, await sessionOk);
}

/** A client takes the next position of a stream. */
export async function takePosition(room: RoomState, verifier: Verifier, position: Position): Promise<PositionVerdict> {
  const check = room.signatureCheck(position.record);
  return room.position(position, check !== undefined && (await verifier.verify(check)));
}

/** Keys for a member, which an owner must have signed (A1). */
export async function proveWrap(room: RoomState, verifier: Verifier, wrap: Wrap): Promise<Ok | Fault> {
  const check = room.judgeWrap(wrap);
  return "verdict" in check ? check : room.takeWrap(await verifier.verify(check));
}
