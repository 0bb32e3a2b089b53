import { equal } from "../wire/Bytes.ts";
import { type HubFrame, parseHubFrame } from "../wire/HubFrame.ts";
import { type MemberId, ROOT } from "../wire/Ids.ts";
import { parseRecord } from "../wire/RecordView.ts";
import { Code } from "../wire/Refusal.ts";
import { failed } from "../wire/WireError.ts";
import { memberIdOf } from "./Cert.ts";
import { nextHead, seenHead } from "./Chain.ts";
import { parseGenesis } from "./Genesis.ts";
import { judgeStanding } from "./Judgement.ts";
import { parseManifest } from "./Manifest.ts";
import type { Member } from "./Members.ts";
import { pulseCheck } from "./Payloads/Pulse.ts";
import { parseSignal } from "./Payloads/Signal.ts";
import { SignalKind } from "./Payloads/SignalKind.ts";
import type { RoomState } from "./RoomState.ts";
import { type Testimony, TestimonyKind } from "./Testimony.ts";
import type { Verifier } from "./Verifier.ts";

/** What is held against a witness's own account, in a room that proved itself. */
export interface Shown {
  readonly state: RoomState;
  readonly verifier: Verifier;
  readonly testimony: Testimony;
  /** A hub frame, or of TestimonyKind.Pulse a signal's payload. */
  readonly exhibit: Uint8Array;
  /** Whose exhibit it is, where it is a member's. */
  readonly author: Member | undefined;
}

/** Whose signature contradicts the witness's; undefined where the hub, which signs nothing, is said to have contradicted it. */
export type Outcome = { readonly against: MemberId | undefined } | { readonly error: "Exhibit" | "Agrees" };

const NONE: Outcome = { error: "Exhibit" };
const AGREES: Outcome = { error: "Agrees" };

export async function judgeExhibit(shown: Shown): Promise<Outcome> {
  if (shown.testimony.kind === TestimonyKind.Pulse) return judgePulse(shown);
  const frame = parseHubFrame(shown.exhibit);
  if (failed(frame)) return NONE;
  switch (shown.testimony.kind) {
    case TestimonyKind.Rules:
      return judgeRules(shown, frame);
    case TestimonyKind.Record:
      return judgeRecord(shown, frame);
    case TestimonyKind.Broken:
      return told(breaks(shown.testimony, frame));
    case TestimonyKind.RolledBack:
      return told(rollsBack(shown.testimony, frame));
    default:
      return told(isAnother(shown, frame));
  }
}

function told(contradicts: boolean | undefined): Outcome {
  if (contradicts === undefined) return NONE;
  return contradicts ? { against: undefined } : AGREES;
}

/** M6: two manifests of one version, both signed by an owner of the version before. */
async function judgeRules({ state, verifier, testimony }: Shown, frame: HubFrame): Promise<Outcome> {
  const manifest = frame.type === "manifest" ? parseManifest(frame.manifest) : undefined;
  if (manifest === undefined || failed(manifest) || manifest.version !== testimony.seq) return NONE;
  const step = state.manifests.judge(manifest);
  if (step.verdict === "ok") return AGREES;
  if (state.manifests.at(manifest.version) === undefined || step.verdict !== "check") return NONE;
  if (!(await verifier.all(step.checks))) return NONE;
  return { against: memberIdOf(step.checks[0]!.key) };
}

/** J10: the author signed another head than the witness, of one position of one stream. */
async function judgeRecord({ state, verifier, testimony, author }: Shown, frame: HubFrame): Promise<Outcome> {
  const bytes = frame.type === "deliver" ? frame.envelope.record : frame.type === "relay" ? frame.record : undefined;
  const record = bytes && parseRecord(bytes);
  if (record === undefined || failed(record) || author === undefined) return NONE;
  const manifest = state.manifests.at(record.version);
  const check = state.signatureCheck(record);
  const isAuthors =
    record.suite === 1 &&
    record.roomId === state.roomId &&
    record.stream === testimony.stream &&
    record.session === author.sessionId &&
    manifest !== undefined &&
    judgeStanding(state, author, manifest) === undefined;
  if (!isAuthors || check === undefined || !(await verifier.verify(check))) return NONE;
  if (record.seenSeq > testimony.seq && frame.type === "deliver") return told(frame.envelope.seq === testimony.seq + 1); // nobody signed where it was delivered
  if (record.seenSeq !== testimony.seq) return AGREES;
  return equal(record.seenHead, seenHead(testimony.head, manifest.hash)) ? AGREES : { against: author.memberId };
}

/** P2. */
async function judgePulse({ state, verifier, testimony, exhibit, author }: Shown): Promise<Outcome> {
  const signal = parseSignal(exhibit);
  if (failed(signal) || signal.kind !== SignalKind.Pulse || author === undefined) return NONE;
  const place = { roomId: state.roomId, incarnation: testimony.incarnation, session: author.sessionId };
  if (!(await verifier.verify(pulseCheck(place, signal, author.cert.signPub)))) return NONE;
  const differs = signal.streams.some(
    ({ stream, seq, head }) =>
      stream === testimony.stream && seq === testimony.seq && !equal(head, testimony.head.subarray(0, head.length)),
  );
  return differs ? { against: author.memberId } : AGREES;
}

/** J14, J15: what came does not go on from where the witness's chain stands. */
function breaks({ stream, seq, head }: Testimony, frame: HubFrame): boolean | undefined {
  switch (frame.type) {
    case "deliver": {
      const record = parseRecord(frame.envelope.record);
      return failed(record) || record.stream !== stream ? undefined : frame.envelope.seq !== seq + 1;
    }
    case "ack":
      if (frame.stream !== stream) return undefined;
      return frame.seq > seq + 1 || (frame.seq === seq && !equal(frame.head, head));
    case "stream":
      return frame.stream === stream ? isOther({ seq, head }, frame) : undefined;
  }
  return undefined;
}

/** J16, W4: what came lacks, or changes, a position that the witness had verified. */
function rollsBack({ stream, seq, head, before }: Testimony, frame: HubFrame): boolean | undefined {
  switch (frame.type) {
    case "deliver": {
      const { envelope } = frame;
      const record = parseRecord(envelope.record);
      if (failed(record) || record.stream !== stream || envelope.seq !== seq) return undefined;
      return !equal(nextHead(before, seq, envelope.serverTime, envelope.record), head);
    }
    case "stream":
      return frame.stream === stream ? frame.headSeq < seq || isOther({ seq, head }, frame) : undefined;
    case "error":
      return (frame.stream as string) === (ROOT as string) || frame.stream === stream
        ? frame.code === Code.Forked
        : undefined;
  }
  return undefined;
}

function isOther(
  own: Pick<Testimony, "seq" | "head">,
  { headSeq, head, baseSeq, baseHead }: HubFrame & { type: "stream" },
): boolean {
  return (headSeq === own.seq && !equal(head, own.head)) || (baseSeq === own.seq && !equal(baseHead, own.head));
}

/** K4, M6: another room, another incarnation, or fewer or other manifests than the file's. */
function isAnother({ state, testimony }: Shown, frame: HubFrame): boolean | undefined {
  if (frame.type !== "room") return undefined;
  const genesis = parseGenesis(frame.genesis);
  if (failed(genesis) || genesis.roomId !== state.roomId || !equal(frame.incarnation, testimony.incarnation))
    return true;
  for (let version = 0; version < state.manifests.length; version++)
    if (frame.manifests[version] === undefined || !equal(frame.manifests[version]!, state.manifests.at(version)!.bytes))
      return true;
  return false;
}
