import { memberIdOf } from "../rooms/Cert.ts";
import { nextHead } from "../rooms/Chain.ts";
import type { Manifest } from "../rooms/Manifest.ts";
import { encodePulse, type Pulse } from "../rooms/Payloads/Pulse.ts";
import type { Position, RoomState } from "../rooms/RoomState.ts";
import type { SeenHead } from "../rooms/StreamState.ts";
import { NO_HEAD, TestimonyKind } from "../rooms/Testimony.ts";
import type { Fault } from "../rooms/Verdict.ts";
import { equal } from "../wire/Bytes.ts";
import { Classes } from "../wire/Classes.ts";
import { type HubFrame, hubFrameBytes } from "../wire/HubFrame.ts";
import { type MemberId, ROOT, type SessionId, type StreamId } from "../wire/Ids.ts";
import type { RecordView } from "../wire/RecordView.ts";
import { Code } from "../wire/Refusal.ts";
import { RoomError } from "./RoomError.ts";
import type { AlarmKind } from "./view.ts";

/** What contradicts this member's own account, and that account (section 18). */
export interface Exhibit {
  readonly kind: TestimonyKind;
  readonly bytes: Uint8Array;
  readonly stream: StreamId;
  readonly seq: number;
  readonly before?: Uint8Array | undefined;
  /** Of the own chain there. */
  readonly head: Uint8Array;
  /** In whose session the exhibit was signed, where a member did. */
  readonly author?: SessionId;
  /** Whose word it is, where no session is named. */
  readonly by?: readonly MemberId[];
}

/** The room that a hub shows is not the one that was meant, or not as it was. */
export class FrontAlarm extends RoomError {
  readonly kind: AlarmKind;
  /** As the hub showed it. */
  readonly room: (HubFrame & { type: "room" }) | undefined;

  constructor(kind: AlarmKind, text: string, room?: HubFrame & { type: "room" }) {
    super(Code.Alarm, text);
    this.kind = kind;
    this.room = room;
  }
}

/** M6. */
export function ofManifest(state: RoomState, second: Manifest): Exhibit {
  const signers = state.manifests.at(second.version - 1) ?? second;
  const signPub = signers.owners[second.signer]?.signPub;
  const by = signPub === undefined ? [] : [memberIdOf(signPub)];
  const bytes = hubFrameBytes({ type: "manifest", manifest: second.bytes });
  return { kind: TestimonyKind.Rules, bytes, stream: ROOT, seq: second.version, head: NO_HEAD, by };
}

/** Of where the hub says that a log stands. @param seen what an earlier look at it saw (J16) */
export function ofStream(
  state: RoomState,
  frame: HubFrame & { type: "stream" },
  { rule }: Pick<Fault, "rule">,
  seen: SeenHead | undefined,
): Exhibit | undefined {
  const { stream } = frame;
  const bytes = hubFrameBytes(frame);
  if (rule === "J16") return seen && { kind: TestimonyKind.RolledBack, bytes, stream, seq: seen.seq, head: seen.head };
  for (const [seq, theirs] of [[frame.headSeq, frame.head] as const, [frame.baseSeq, frame.baseHead] as const]) {
    const head = state.headAt(stream, seq);
    if (head !== undefined && !equal(head, theirs)) return { kind: TestimonyKind.Broken, bytes, stream, seq, head };
  }
  return undefined;
}

/** Of a record at a place where the own chain does not take it. */
export function ofPosition(state: RoomState, position: Position, { rule }: Fault): Exhibit | undefined {
  const { record, seq, serverTime } = position;
  const { stream, session } = record;
  const own = state.stream(stream);
  const bytes = hubFrameBytes({ type: "deliver", envelope: { seq, serverTime, record: record.bytes } });
  if (rule === "J10") {
    const at = Math.min(record.seenSeq, own.seq);
    const head = own.headAt(at);
    return head && { kind: TestimonyKind.Record, bytes, stream, seq: at, head, author: session };
  }
  if (rule === "J14") return { kind: TestimonyKind.Broken, bytes, stream, seq: own.seq, head: own.head };
  const head = own.seenAt(seq);
  return head && { kind: TestimonyKind.RolledBack, bytes, stream, seq, head, before: own.headAt(seq - 1) };
}

/** Of an ack that is not believed. */
export function ofAck(state: RoomState, frame: HubFrame & { type: "ack" }, record: RecordView): Exhibit | undefined {
  const { stream, seq, serverTime } = frame;
  const own = state.stream(stream);
  const bytes = hubFrameBytes(frame);
  const broken = { kind: TestimonyKind.Broken, bytes, stream };
  if (seq > own.seq + 1) return { ...broken, seq: own.seq, head: own.head };
  const before = own.headAt(seq - 1);
  const head = own.headAt(seq) ?? (before && nextHead(before, seq, serverTime, record.bytes));
  return head && !equal(head, frame.head) ? { ...broken, seq, head } : undefined;
}

/** W4. */
export function ofDisowned(state: RoomState, frame: HubFrame & { type: "error" }): Exhibit {
  const { seq, head } = state.stream(frame.stream);
  return { kind: TestimonyKind.RolledBack, bytes: hubFrameBytes(frame), stream: frame.stream, seq, head };
}

/** Of a relayed record whose author has another beginning of its stream. */
export function ofRelayed(state: RoomState, record: RecordView): Exhibit | undefined {
  if (!Classes[record.class]?.signed) return undefined;
  const { stream, session } = record;
  const bytes = hubFrameBytes({ type: "relay", record: record.bytes });
  return { kind: TestimonyKind.Record, bytes, stream, seq: 0, head: state.firstHead(stream), author: session };
}

/** P2. */
export function ofPulse(pulse: Pulse, stream: StreamId, seq: number, head: Uint8Array, author: SessionId): Exhibit {
  return { kind: TestimonyKind.Pulse, bytes: encodePulse(pulse), stream, seq, head, author };
}
