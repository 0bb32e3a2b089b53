import { hash } from "../keys/Hash.ts";
import { equal } from "../wire/Bytes.ts";
import { Classes, RecordClass } from "../wire/Classes.ts";
import type { BlobId, MemberId, RoomId, SessionId, StreamId } from "../wire/Ids.ts";
import type { RecordView } from "../wire/RecordView.ts";
import { Code } from "../wire/Refusal.ts";
import { firstHead, nextHead } from "./Chain.ts";
import { type FixedStreams, fixedStreams } from "./FixedStreams.ts";
import type { Genesis } from "./Genesis.ts";
import { type Judged, judge, judgeStanding } from "./Judgement.ts";
import { ManifestChain, type ManifestStep } from "./ManifestChain.ts";
import { type Member, type MemberStep, Members } from "./Members.ts";
import { type SeenHead, type StreamBase, StreamState } from "./StreamState.ts";
import { parseTreeChange } from "./TreeChange.ts";
import { type TreeNodeState, TreeState } from "./TreeState.ts";
import {
  type Alarmed,
  alarm,
  broken,
  type Fault,
  OK,
  type Ok,
  type Place,
  refused,
  type SignatureCheck,
  unknownYet,
} from "./Verdict.ts";
import type { Wrap } from "./Wrap.ts";

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
  readonly #blobs = new Set<BlobId>();
  #revision = 0;

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

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  get tree(): TreeState {
    return this.#tree;
  }

  /** Hub: whether a blob is here as a whole, so that a record may name it (B5). */
  hasBlob(blob: BlobId): boolean {
    return this.#blobs.has(blob);
  }

  /** Hub: a blob is whole now, or is no more. */
  setBlob(blob: BlobId, whole: boolean): void {
    this.#revision += 1;
    if (whole) this.#blobs.add(blob);
    else this.#blobs.delete(blob);
  }

  /** The stream as far as it was started or a record was taken into it. */
  findStream(id: StreamId): StreamState | undefined {
    return this.#open.get(id);
  }

  /** The stream, begun at its first position where it was not known. */
  stream(id: StreamId): StreamState {
    return this.#open.get(id) ?? this.startStream(id, this.#firstBase(id));
  }

  /** head_0 of a stream. */
  firstHead(id: StreamId): Uint8Array {
    return firstHead(this.roomId, id, this.incarnation);
  }

  /** The head after a position, as far as it is known: within 4,096 of the newest, not before the base. */
  headAt(id: StreamId, seq: number): Uint8Array | undefined {
    const stream = this.#open.get(id);
    if (stream !== undefined) return stream.headAt(seq);
    return seq === 0 ? this.firstHead(id) : undefined;
  }

  #firstBase(id: StreamId): StreamBase {
    return { seq: 0, head: this.firstHead(id), versionFloor: 0, counters: new Map() };
  }

  /** Takes a manifest whose signature was checked (M2–M6). */
  addManifest(step: ManifestStep, signatureOk: boolean): Ok | Fault {
    this.#revision += 1;
    return this.manifests.add(step, signatureOk);
  }

  /** Takes a session whose signatures were checked (C1–C4, S1–S4). @param certOks one for each of certChecks. */
  addMember(step: MemberStep, certOks: readonly boolean[], sessionOk: boolean): Ok | Fault {
    this.#revision += 1;
    const outcome = this.members.add(step, certOks, sessionOk);
    if (outcome.verdict === "ok" && this.place === "hub") this.#forget(step.session.replaces);
    return outcome;
  }

  /**
   * Whether keys that somebody brings for a member may be an owner's, of the newest epoch (A1): what is left is the signature. At a hub
   * under the newest version only; to a client a version that it does not know is a reason to wait.
   */
  judgeWrap(wrap: Wrap): SignatureCheck | Fault {
    const manifest = this.manifests.at(wrap.version);
    const newest = this.manifests.newest;
    if (manifest === undefined && this.place === "client")
      return unknownYet("client", "A1", Code.Version, "the manifest that the keys are for is missing");
    if (wrap.roomId !== this.roomId || manifest === undefined || (this.place === "hub" && manifest !== newest))
      return refused("A1", Code.Version, "the keys are for another version of the room's rules");
    const key = manifest.owners[wrap.signer]?.signPub;
    if (manifest.epoch !== newest?.epoch || key === undefined) return unsigned();
    return { key, label: "wrap", signedPart: wrap.signedPart, signature: wrap.signature };
  }

  /** Takes that with the outcome of its check. */
  takeWrap(signatureOk: boolean): Ok | Fault {
    return signatureOk ? OK : unsigned();
  }

  /** A hub: whether a live session may go on under the newest manifest; else J4 or J5. */
  standing(session: SessionId): Ok | Fault {
    const member = this.members.get(session);
    const newest = this.manifests.newest;
    if (member === undefined || newest === undefined)
      return broken(this.place, "J3", Code.Session, "the session is not known");
    return judgeStanding(this, member, newest) ?? OK;
  }

  /** The session is over: a hub forgets it, a client keeps it to judge what it wrote. */
  endSession(session: SessionId): void {
    this.#revision += 1;
    this.members.end(session);
    if (this.place === "hub") this.#forget(session);
  }

  /** A client: its connection ended. */
  endAllSessions(): void {
    this.#revision += 1;
    this.members.endAll();
  }

  #forget(session: SessionId): void {
    for (const stream of this.#open.values()) stream.forget(session);
  }

  /** Begins a stream, anew where it was known: at a snapshot's covered position, or where a hub had stored it. */
  startStream(id: StreamId, base: StreamBase): StreamState {
    this.#revision += 1;
    const stream = new StreamState(id, base);
    this.#open.set(id, stream);
    return stream;
  }

  /** Begins the tree stream at a snapshot; undefined, and nothing begun, where its nodes make no tree. @param nodes by creation. */
  startTree(base: StreamBase, nodes: readonly TreeNodeState[]): StreamState | undefined {
    const tree = TreeState.load(Object.values(this.streams), nodes);
    if (tree === undefined) return undefined;
    this.#tree = tree;
    return this.startStream(this.streams.tree, base);
  }

  /** A hub: a stored record of the tree stream, judged when it was stored. */
  replayTree(record: RecordView, author: MemberId): void {
    this.members.wrote(author);
    this.#takeTree(record, author);
  }

  /** N6: whether the hub may begin a stream's log behind what was read of it. */
  maySkip(id: StreamId): boolean {
    return this.manifests.hasTrimmed && id !== this.streams.tree;
  }

  /**
   * N6: a client goes on at a snapshot that covers more than it has read, where all that it read is in it.
   * @param base what a snapshot by an owner or a keeper says; undefined: none that can be started from came
   * @param version of the snapshot's own record: versions never fall (J2), also where what lies between is not seen
   */
  overtake(id: StreamId, base: StreamBase | undefined, version = 0): Ok | Fault {
    const stream = this.stream(id);
    if (stream.stopped !== undefined) return stream.stopped;
    if (base === undefined || !this.maySkip(id))
      return this.#stop(stream, "N6", "the log begins later than it was read here, and no snapshot tells why");
    const lacks = [...stream.counters].some(([session, counter]) => (base.counters.get(session) ?? 0) < counter);
    if (lacks || base.versionFloor < stream.versionFloor || version < base.versionFloor)
      return this.#stop(stream, "N6", `what was read here before is not in the snapshot of position ${base.seq}`);
    this.startStream(id, base);
    return OK;
  }

  endStream(id: StreamId): void {
    this.#revision += 1;
    this.#open.delete(id);
  }

  /** The last counter of an ephemeral record's own class and session. */
  ephemeralCounter(record: RecordView): number {
    return this.members.get(record.session)?.ephemeral.get(record.class) ?? 0;
  }

  /**
   * J1–J10, in order. Changes nothing.
   * @param durable whether it is to stand in a log, or to be relayed.
   * @param sender at a hub: the session of the connection that sends.
   */
  judge(record: RecordView, durable: boolean, sender?: SessionId): Judged | Fault {
    return judge(this, record, durable, sender);
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

  /**
   * Takes a durable record that was judged in this very state and whose signature holds.
   * @returns the head after it. @throws Error where the state moved since: judge again.
   */
  accept(judged: Judged, serverTime: number): Uint8Array {
    this.#step(judged);
    const stream = this.stream(judged.record.stream);
    return this.#take(judged, nextHead(stream.head, stream.seq + 1, serverTime, judged.record.bytes));
  }

  #take({ record, member }: Judged, head: Uint8Array): Uint8Array {
    this.stream(record.stream).take(head, record.session, record.counter, record.version);
    this.members.wrote(member.memberId);
    this.#takeTree(record, member.memberId);
    return head;
  }

  /** Takes an ephemeral record that was judged in this very state and, where its class is signed, verified. */
  acceptEphemeral(judged: Judged): void {
    this.#step(judged);
    judged.member.ephemeral.set(judged.record.class, judged.record.counter);
  }

  #step(judged: Judged): void {
    if (judged.revision !== this.#revision)
      throw new Error("the room moved since this record was judged: judge it again");
    this.#revision += 1;
  }

  #takeTree(record: RecordView, author: MemberId): void {
    if (record.class !== RecordClass.Tree && record.class !== RecordClass.Delete) return;
    const change = parseTreeChange(record.class, record.clear);
    if (!("error" in change)) this.#tree.take(change, author);
  }

  /** A client's verdict on the next position of a stream, taken at once (J13, J14). @param signatureOk J11's outcome; of no account for unsigned classes. */
  position(position: Position, signatureOk: boolean): PositionVerdict {
    return this.#position(position, signatureOk);
  }

  /** @param after the head after it, where that was computed already: a record is hashed once */
  #position({ seq, serverTime, record }: Position, signatureOk: boolean, after?: Uint8Array): PositionVerdict {
    const stream = this.stream(record.stream);
    if (stream.stopped !== undefined) return stream.stopped;
    if (seq !== stream.seq + 1)
      return this.#stop(
        stream,
        "J14",
        `position ${stream.seq + 1} was expected, ${seq} came: the log has a gap or a repeat`,
      );
    const head = after ?? nextHead(stream.head, seq, serverTime, record.bytes);
    const seen = stream.seenAt(seq);
    if (seen !== undefined && !equal(head, seen))
      return this.#stop(stream, "J16", `the log holds another history at position ${seq} than was seen here before`);
    const judged = this.judge(record, true);
    if (judged.verdict === "wait") return { ...judged, verdict: "wait" };
    if (judged.verdict === "alarm") return this.#stop(stream, judged.rule, judged.text);
    const signed = signatureOk || !Classes[record.class]!.signed;
    if (judged.verdict === "ok" && signed) {
      this.#step(judged);
      return { verdict: "ok", head: this.#take(judged, head), member: judged.member };
    }
    const fault = judged.verdict === "ok" ? this.unsigned() : judged;
    stream.pass(head);
    this.#revision += 1;
    return { ...fault, verdict: "void", head };
  }

  /** A client's verdict on a relayed record, taken at once. @param signatureOk J11's outcome; of no account for unsigned classes. */
  relay(record: RecordView, signatureOk: boolean): Judged | Fault {
    const judged = this.judge(record, false);
    if (judged.verdict !== "ok") return judged;
    if (!signatureOk && Classes[record.class]!.signed) return this.unsigned();
    this.acceptEphemeral(judged);
    return judged;
  }

  /**
   * An ack of an own record, which stands for its delivery (W5): the record takes its position. Believed only where the chain
   * over these bytes comes to the acked head; a repeated one, where the chain holds these bytes there (J15).
   */
  ack(position: Position, head: Uint8Array): PositionVerdict {
    const { seq, serverTime, record } = position;
    const stream = this.stream(record.stream);
    if (stream.stopped !== undefined || seq > stream.seq + 1) return this.position(position, true);
    const before = stream.headAt(seq - 1);
    const follows = before !== undefined && equal(nextHead(before, seq, serverTime, record.bytes), head);
    if (follows && seq === stream.seq + 1) return this.#position(position, true, head);
    const held = stream.headAt(seq);
    const member = this.members.get(record.session);
    if (follows && held !== undefined && equal(held, head) && member !== undefined)
      return { verdict: "ok", head, member };
    return this.#stop(stream, "J15", "the hub acknowledged a record that its log does not hold there");
  }

  /** J14, P2: what a hub or a pulse says of a stream's head. `ok` also where the own chain does not know that position, yet or any more. */
  claim(id: StreamId, seq: number, head: Uint8Array): Ok | Fault {
    const stream = this.#open.get(id);
    const known = stream?.headAt(seq);
    if (stream === undefined || known === undefined || equal(known.subarray(0, head.length), head)) return OK;
    return this.#stop(stream, "J14", `another history is claimed at position ${seq}`);
  }

  /**
   * J16: a client that has seen more of a stream before holds the hub to it: where the stream begins here, and where it goes on.
   * @param endsAt the position at which the hub says that its log ends.
   */
  holdTo(id: StreamId, seen: SeenHead, endsAt: number): Ok | Fault {
    const stream = this.stream(id);
    if (endsAt < seen.seq)
      return this.#stop(
        stream,
        "J16",
        `the log ends at position ${endsAt}, and position ${seen.seq} was seen here before`,
      );
    if (stream.holdTo(seen)) return OK;
    return this.#stop(stream, "J16", `the log holds another history at position ${seen.seq} than was seen here before`);
  }

  #stop(stream: StreamState, rule: string, text: string): Alarmed {
    return stream.stop(alarm(rule, text));
  }
}

/** What an ack, a snapshot's `previous` and an attestation name a record by. */
export function recordHash(record: Uint8Array): Uint8Array {
  return hash("record", record);
}

function unsigned(): Fault {
  return refused("A1", Code.Wrap, "an owner of the newest epoch must sign the keys for a member");
}
