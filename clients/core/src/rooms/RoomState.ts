import { hash } from "../keys/Hash.ts";
import { equal } from "../wire/Bytes.ts";
import { Classes, RecordClass } from "../wire/Classes.ts";
import type { RoomId, SessionId, StreamId } from "../wire/Ids.ts";
import type { RecordView } from "../wire/RecordView.ts";
import { Code } from "../wire/Refusal.ts";
import { firstHead, nextHead } from "./Chain.ts";
import { type FixedStreams, fixedStreams } from "./FixedStreams.ts";
import type { Genesis } from "./Genesis.ts";
import { type Judged, judge } from "./Judgement.ts";
import { ManifestChain } from "./ManifestChain.ts";
import { type Member, Members } from "./Members.ts";
import { type StreamBase, StreamState } from "./StreamState.ts";
import { parseTreeChange } from "./TreeChange.ts";
import { type TreeNodeState, TreeState } from "./TreeState.ts";
import { type Alarmed, alarm, broken, type Fault, OK, type Ok, type Place, type SignatureCheck } from "./Verdict.ts";

/** A record at its place in a stream, parsed. */
export interface Position {
  readonly seq: number;
  readonly serverTime: number;
  readonly record: RecordView;
}

/** A position that counts, with the chain head after it. Its content may still be void (J12). */
export interface Applied {
  readonly verdict: "ok";
  readonly head: Uint8Array;
  readonly member: Member;
}

/** A position that the hub should have refused: the chain goes on over it, nothing else moves. */
export interface Passed extends Fault {
  readonly verdict: "void";
  readonly head: Uint8Array;
}

export type PositionVerdict = Applied | Passed | Alarmed | (Fault & { readonly verdict: "wait" });

/**
 * Everything that decides whether a record counts: manifests, members, streams, the tree. Pure and synchronous; the same
 * steps in the same order give the same state and verdicts in C# and here, at the hub and at every client. It never holds a
 * secret, never decrypts, and leaves signatures (J11) to the caller: judge, verify, then step.
 */
export class RoomState {
  readonly place: Place;
  readonly genesis: Genesis;
  /** 16 bytes. */
  readonly incarnation: Uint8Array;
  readonly streams: FixedStreams;
  readonly manifests: ManifestChain;
  readonly members: Members;
  #tree: TreeState;
  readonly #open = new Map<StreamId, StreamState>();
  readonly #ephemeral = new Map<string, number>();

  constructor(place: Place, genesis: Genesis, incarnation: Uint8Array) {
    this.place = place;
    this.genesis = genesis;
    this.incarnation = incarnation;
    this.streams = fixedStreams(genesis.roomId);
    this.manifests = new ManifestChain(place, genesis);
    this.members = new Members(place, this.manifests);
    this.#tree = new TreeState(Object.values(this.streams));
  }

  get roomId(): RoomId {
    return this.genesis.roomId;
  }

  get tree(): TreeState {
    return this.#tree;
  }

  /** The stream as far as it was started or a record was taken into it. */
  findStream(id: StreamId): StreamState | undefined {
    return this.#open.get(id);
  }

  /** The stream, begun at its first position where it was not known. */
  stream(id: StreamId): StreamState {
    return this.#open.get(id) ?? this.startStream(id, this.firstBase(id));
  }

  firstBase(id: StreamId): StreamBase {
    return { seq: 0, head: firstHead(this.roomId, id, this.incarnation), versionFloor: 0, counters: new Map() };
  }

  /** Begins a stream, anew where it was known: at a snapshot's covered position, or where a hub had stored it. */
  startStream(id: StreamId, base: StreamBase): StreamState {
    const stream = new StreamState(id, base);
    this.#open.set(id, stream);
    return stream;
  }

  /** Begins the tree stream at a snapshot. @param nodes by creation. */
  startTree(base: StreamBase, nodes: Iterable<TreeNodeState>): StreamState {
    this.#tree = new TreeState(Object.values(this.streams), nodes);
    return this.startStream(this.streams.tree, base);
  }

  endStream(id: StreamId): void {
    this.#open.delete(id);
  }

  /** The last counter of an ephemeral record's own class, session and stream. */
  ephemeralCounter(record: RecordView): number {
    return this.#ephemeral.get(ephemeralKey(record)) ?? 0;
  }

  /** J1–J10, in order. Changes nothing. @param sender at a hub: the session of the connection that sends. */
  judge(record: RecordView, sender?: SessionId): Judged | Fault {
    return judge(this, record, sender);
  }

  /** What J11 asks of this record: undefined for unsigned classes and unknown sessions. Independent of all else, so it can be checked early. */
  signatureCheck(record: RecordView): SignatureCheck | undefined {
    const member = this.members.get(record.session);
    if (member === undefined || !Classes[record.class]?.signed) return undefined;
    return { key: member.cert.signPub, label: "record", signedPart: record.signedPart, signature: record.signature };
  }

  /** J11's refusal. */
  unsigned(): Fault {
    return broken(this.place, "J11", Code.Signature, "the member's signature on the record does not hold");
  }

  /** Takes a durable record that was judged in this very state and whose signature holds. @returns the head after it. */
  accept(judged: Judged, seq: number, serverTime: number): Uint8Array {
    const { record, member } = judged;
    const stream = this.stream(record.stream);
    const head = nextHead(stream.head, seq, serverTime, record.bytes);
    stream.take(head, record.session, record.counter, record.version);
    this.#takeTree(record, member);
    return head;
  }

  /** Takes an ephemeral record that was judged and, where its class is signed, verified. */
  acceptEphemeral(judged: Judged): void {
    this.#ephemeral.set(ephemeralKey(judged.record), judged.record.counter);
  }

  #takeTree(record: RecordView, member: Member): void {
    if (record.class !== RecordClass.Tree && record.class !== RecordClass.Delete) return;
    const step = parseTreeChange(record.class, record.clear);
    if (!("error" in step)) this.#tree.take(step, member.memberId);
  }

  /** A client's verdict on the next position of a stream, taken at once (J13, J14). @param signatureOk J11's outcome, true for unsigned classes. */
  position(position: Position, signatureOk: boolean): PositionVerdict {
    const { seq, serverTime, record } = position;
    const stream = this.stream(record.stream);
    if (stream.stopped !== undefined) return stream.stopped;
    if (seq !== stream.seq + 1) return this.#gap(stream, seq);
    const judged = Classes[record.class]?.durable ? this.judge(record) : this.#misplaced();
    if (judged.verdict === "wait") return { ...judged, verdict: "wait" };
    if (judged.verdict === "alarm") return stream.stop({ ...judged, verdict: "alarm" });
    if (judged.verdict === "ok" && signatureOk)
      return { verdict: "ok", head: this.accept(judged, seq, serverTime), member: judged.member };
    const fault = judged.verdict === "ok" ? this.unsigned() : judged;
    const head = nextHead(stream.head, seq, serverTime, record.bytes);
    stream.pass(head);
    return { ...fault, verdict: "void", head };
  }

  #misplaced(): Fault {
    return broken(this.place, "J8", Code.Stream, "a record of an ephemeral class has no place in a log");
  }

  /** A client's verdict on a relayed record, taken at once. */
  relay(record: RecordView, signatureOk: boolean): Judged | Fault {
    const judged = Classes[record.class]?.durable
      ? broken(this.place, "J8", Code.Stream, "a record of a durable class must stand in a log")
      : this.judge(record);
    if (judged.verdict !== "ok") return judged;
    if (!signatureOk) return this.unsigned();
    this.acceptEphemeral(judged);
    return judged;
  }

  /**
   * J15: an ack of an own record, which stands for its delivery (W5): the record takes its position, and the head must be
   * the hub's. A repeated ack is believed where the chain holds these bytes there.
   */
  ack(position: Position, head: Uint8Array): PositionVerdict {
    const { seq, serverTime, record } = position;
    const stream = this.stream(record.stream);
    if (stream.stopped !== undefined) return stream.stopped;
    if (seq > stream.seq + 1) return this.#gap(stream, seq);
    const before = stream.headAt(seq - 1);
    const follows = before !== undefined && equal(nextHead(before, seq, serverTime, record.bytes), head);
    if (follows && seq === stream.seq + 1) return this.position(position, true);
    const member = this.members.get(record.session);
    const held = stream.headAt(seq);
    if (follows && member !== undefined && held !== undefined && equal(held, head))
      return { verdict: "ok", head, member };
    return this.#stop(stream, "J15", "the hub acknowledged a record that its log does not hold there");
  }

  /** J14: what a hub says of a stream's head, against the own chain as far as it knows that position. */
  claim(id: StreamId, seq: number, head: Uint8Array): Ok | Fault {
    const stream = this.#open.get(id);
    const known = stream?.headAt(seq);
    if (stream === undefined || known === undefined || equal(known, head)) return OK;
    return this.#stop(stream, "J14", `the hub claims another history at position ${seq}`);
  }

  #gap(stream: StreamState, seq: number): Alarmed {
    return this.#stop(
      stream,
      "J14",
      `position ${stream.seq + 1} was expected and ${seq} came: the log has a gap or a repeat`,
    );
  }

  #stop(stream: StreamState, rule: string, text: string): Alarmed {
    return stream.stop(alarm(rule, text));
  }
}

function ephemeralKey(record: RecordView): string {
  return `${record.session}${record.stream}${record.class}`;
}

/** What an ack, a snapshot's `previous` and an attestation name a record by. */
export function recordHash(record: Uint8Array): Uint8Array {
  return hash("record", record);
}
