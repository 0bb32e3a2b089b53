import { seenHead } from "../rooms/Chain.ts";
import type { Applied, Position, PositionVerdict } from "../rooms/RoomState.ts";
import type { SeenHead, StreamBase } from "../rooms/StreamState.ts";
import type { Fault, Ok } from "../rooms/Verdict.ts";
import { EMPTY, equal } from "../wire/Bytes.ts";
import { RecordClass } from "../wire/Classes.ts";
import { SubscribeMode } from "../wire/ClientFrame.ts";
import type { Envelope } from "../wire/Envelope.ts";
import type { HubFrame } from "../wire/HubFrame.ts";
import type { MemberId, SessionId, StreamId } from "../wire/Ids.ts";
import { parseRecord, type RecordView } from "../wire/RecordView.ts";
import { Code } from "../wire/Refusal.ts";
import { failed } from "../wire/WireError.ts";
import { type Exhibit, ofAck, ofPosition, ofStream } from "./exhibits.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomSync } from "./RoomSync.ts";
import { type TrustedSnapshot, trustedSnapshot } from "./trustedSnapshot.ts";

/** A record that counts by every rule but its content, at its place in the log. */
export interface Entry {
  readonly record: RecordView;
  readonly memberId: MemberId;
  readonly seq: number;
  readonly serverTime: number;
  /** Undefined where it does not open: void by content (J12). */
  readonly payload: Uint8Array | undefined;
  /** The change of this client that the record carries, where it is one. */
  readonly own: Change | undefined;
}

/** Something this client wants in a stream: sealed when it can be, and again where the sealed bytes did not land (R5). */
export interface Change {
  readonly class: RecordClass;
  clear(): Uint8Array;
  readonly payload: Uint8Array;
  /** The stream of the text that it makes. */
  readonly makes?: StreamId | undefined;
  /** It stands in the log, durably where the room is permanent, and had the effect it was meant to. */
  landed(): void;
  /** It never will: refused for good. */
  refused(error: RoomError): void;
}

/** What a stream's content means. Called for each position in order, one at a time. */
export interface StreamReader {
  take(entry: Entry): void | Promise<void>;
  /**
   * Begins anew at the stream's first position, or at a snapshot's state.
   * @param admits asked before anything is changed: whether one may go on from there
   * @returns the base to go on from, or undefined where the snapshot is not usable.
   */
  begin(snapshot: TrustedSnapshot | undefined, admits?: (base: StreamBase) => boolean): Promise<StreamBase | undefined>;
  /** The tail has been read: what is shown is what the hub has. */
  ready(): void;
}

interface Sealed {
  readonly change: Change;
  readonly record: RecordView;
}

/**
 * One stream as this client follows it: its verified chain, and the changes on their way into it.
 *
 * Always: positions are stepped in order, by RoomState alone; a change is in exactly one of waiting, sealed, stranded; nothing
 * is sealed before the tail has been read in the current session (so that what landed of an earlier one is known first), nor into
 * a text before its making is sent.
 */
export class StreamSync {
  readonly id: StreamId;
  readonly #hub: RoomSync;
  readonly #reader: StreamReader;
  #waiting: Change[] = [];
  /** By counter, sent in the current session and not yet answered. */
  #sealed = new Map<number, Sealed>();
  /** Sent in an earlier session: the tail tells which of them landed. */
  #stranded: Sealed[] = [];
  /** Where the hub says its log ends, and how it said so. */
  #target: SeenHead | undefined;
  #said: Extract<HubFrame, { type: "stream" }> | undefined;
  /** Where the hub says the snapshot begins that it is about to send. */
  #offered: SeenHead = NOTHING;
  #live = false;
  #sealing = false;
  #wholeLog = false;
  #readTo = 0;

  constructor(hub: RoomSync, id: StreamId, reader: StreamReader) {
    this.#hub = hub;
    this.id = id;
    this.#reader = reader;
  }

  /** Changes that no ack covers yet. */
  get unsaved(): number {
    return this.#waiting.length + this.#sealed.size + this.#stranded.length;
  }

  /** The changes that no ack covers yet, in the order they were made. */
  get changes(): readonly Change[] {
    const sent = [...this.#stranded, ...this.#sealed.values()].map(({ change }) => change);
    return [...sent, ...this.#waiting];
  }

  /** Whether the tail has been read in the current session. */
  get live(): boolean {
    return this.#live;
  }

  get seq(): number {
    return this.#hub.state.findStream(this.id)?.seq ?? 0;
  }

  /** The position up to which the reader has all: one behind `seq` while a record is being opened. */
  get readTo(): number {
    return this.#readTo;
  }

  append(change: Change): void {
    this.#waiting.push(change);
    this.#hub.unsavedChanged();
    queueMicrotask(() => this.seal()); // with what else is done in this turn
  }

  /** Gives up what is not acknowledged: it was made for a log that is no more. */
  abandon(): void {
    this.#waiting = [];
    this.#sealed = new Map();
    this.#stranded = [];
    this.#hub.unsavedChanged();
  }

  /** The session ended: nothing sent in it is known to have landed until the tail is read. */
  strand(): void {
    this.#live = false;
    this.#target = undefined;
    this.#offered = NOTHING;
    for (const { change } of this.#sealed.values()) this.#hub.makings.begin(change.makes);
    this.#stranded.push(...this.#sealed.values());
    this.#sealed = new Map();
  }

  /** Asks for everything after what is verified, in a session that has just begun. */
  subscribe(): void {
    this.strand();
    const known = this.#hub.state.findStream(this.id);
    this.#hub.send({
      type: "subscribe",
      stream: this.id,
      fromSeq: known?.seq ?? 0,
      fromHead: known?.head ?? this.#hub.state.firstHead(this.id),
      mode: known === undefined && !this.#wholeLog ? SubscribeMode.SnapshotAndTail : SubscribeMode.Log,
    });
  }

  /** Forgets the chain: the room was rebuilt, or the log must be read from its start, or from where one that was trimmed begins. */
  restart(wholeLog: boolean): void {
    this.#wholeLog = wholeLog;
    this.#hub.state.endStream(this.id);
    this.strand();
    if (wholeLog) this.subscribe();
    else this.#dropSnapshots();
  }

  /** What a snapshot says of a log is said of no other one. */
  #dropSnapshots(): void {
    this.#waiting = this.#waiting.filter((change) => change.class !== RecordClass.Snapshot);
    this.#stranded = this.#stranded.filter(({ change }) => change.class !== RecordClass.Snapshot);
  }

  async onStream(frame: Extract<HubFrame, { type: "stream" }>): Promise<void> {
    const { state } = this.#hub;
    const known = state.findStream(this.id);
    const base = { seq: frame.baseSeq, head: frame.baseHead };
    this.#target = { seq: frame.headSeq, head: frame.head };
    this.#said = frame;
    if (base.seq > (known?.seq ?? 0)) {
      this.#offered = base; // the snapshot that explains it comes next
      this.#live = false;
      if ((known !== undefined || this.#wholeLog) && !state.maySkip(this.id))
        this.#holds(state.overtake(this.id, undefined));
      return;
    }
    if (known === undefined) {
      await this.#reader.begin(undefined);
      state.stream(this.id);
    }
    this.#goOn(base);
  }

  async onSnapshot(envelope: Envelope): Promise<void> {
    const { state } = this.#hub;
    const known = state.findStream(this.id);
    if (known !== undefined && this.#offered.seq <= known.seq) return; // N5: who holds state never replaces it
    let trusted: TrustedSnapshot | undefined;
    try {
      const opened = await trustedSnapshot(this.#hub, this.id, envelope);
      const { seq, head } = this.#offered;
      trusted = opened?.seq === seq && equal(opened.head, head) ? opened : undefined;
    } catch {
      return; // the connection ended: the next one brings it again
    }
    let refused = false;
    const admits = (base: StreamBase) => {
      refused = known !== undefined && !this.#holds(state.overtake(this.id, base, trusted?.version));
      return !refused;
    };
    const base = trusted && (await this.#reader.begin(trusted, admits));
    if (refused) return;
    if (base === undefined) {
      if (known !== undefined || this.#wholeLog) this.#holds(state.overtake(this.id, undefined));
      else this.restart(true); // N4: not by an owner or a keeper, or not usable
      return;
    }
    if (state.findStream(this.id) === undefined) state.startStream(this.id, base);
    if (known !== undefined) this.#dropSnapshots();
    this.#landedBefore(base);
    this.#goOn(this.#offered);
  }

  /** N6: what the snapshot counts of what was sent here has landed, whether its ack came or not. */
  #landedBefore({ counters }: StreamBase): void {
    const landed = ({ record }: Sealed) => (counters.get(record.session) ?? 0) >= record.counter;
    const before = [...this.#stranded, ...this.#sealed.values()].filter(landed);
    this.#stranded = this.#stranded.filter((sealed) => !landed(sealed));
    for (const [counter, sealed] of this.#sealed) if (landed(sealed)) this.#sealed.delete(counter);
    for (const { change } of before) change.landed();
  }

  /** From where the stream stands here: the hub's word on that place must hold, and it must still have all that was seen before. */
  #goOn(place: SeenHead): void {
    const { state, seen } = this.#hub;
    this.#readTo = this.seq;
    if (!this.#holds(state.claim(this.id, place.seq, place.head))) return;
    const before = seen.get(this.id);
    if (before !== undefined && !this.#holds(state.holdTo(this.id, before, this.#target?.seq ?? place.seq))) return;
    this.#catchUp();
  }

  /** False after an alarm, which is told. */
  #holds(outcome: Ok | Fault): boolean {
    if (outcome.verdict === "ok") return true;
    const { state, seen, alarms } = this.#hub;
    alarms.raise(outcome, this.#said && ofStream(state, this.#said, outcome, seen.get(this.id)));
    return false;
  }

  async onDeliver(envelope: Envelope, signatureOk: boolean | undefined): Promise<void> {
    if (this.#hub.state.findStream(this.id) === undefined) return this.#hub.refetch(); // W4: the snapshot that it offered comes first
    const record = parseRecord(envelope.record);
    if (failed(record)) {
      this.#hub.alarms.fault("a log held bytes that are no record");
      return;
    }
    const position = { seq: envelope.seq, serverTime: envelope.serverTime, record };
    const ok = signatureOk ?? (await this.#hub.signatureHolds(record));
    const verdict = this.#hub.state.position(position, ok);
    const exhibit = verdict.verdict === "alarm" ? ofPosition(this.#hub.state, position, verdict) : undefined;
    await this.#taken(position, verdict, this.#claimStranded(record), exhibit);
  }

  async onAck(frame: Extract<HubFrame, { type: "ack" }>): Promise<void> {
    const sealed = this.#sent(frame.session, frame.counter);
    if (sealed === undefined) return;
    const position = { seq: frame.seq, serverTime: frame.serverTime, record: sealed.record };
    const verdict = this.#hub.state.ack(position, frame.head);
    if (verdict.verdict === "ok") {
      this.#hub.landed();
      if (this.#sealed.get(frame.counter) === sealed) this.#sealed.delete(frame.counter);
      this.#stranded = this.#stranded.filter((other) => other !== sealed);
    }
    const exhibit = verdict.verdict === "alarm" ? ofAck(this.#hub.state, frame, sealed.record) : undefined;
    await this.#taken(position, verdict, sealed.change, exhibit);
  }

  /** Of this session, or of one before it: what was accepted before another record burnt that one lands after it. */
  #sent(session: SessionId, counter: number): Sealed | undefined {
    const sealed = this.#sealed.get(counter);
    if (sealed?.record.session === session) return sealed;
    return this.#stranded.find(({ record }) => record.session === session && record.counter === counter);
  }

  /** @returns whether the session is burnt by it (R5): all but a stale one. */
  onRefused(counter: number, code: number, text: string): boolean {
    const sealed = this.#sealed.get(counter);
    if (sealed === undefined) return false;
    const isSnapshot = sealed.change.class === RecordClass.Snapshot; // nobody's words, and comes again
    if (AGAIN.has(code) || (code === Code.StorageFailed && !isSnapshot)) return true;
    this.#sealed.delete(counter);
    this.#hub.unsavedChanged();
    sealed.change.refused(new RoomError(code, text));
    return true;
  }

  async #taken(
    position: Position,
    verdict: PositionVerdict,
    own: Change | undefined,
    exhibit?: Exhibit,
  ): Promise<void> {
    if (verdict.verdict === "wait") return this.#hub.refetch();
    if (verdict.verdict === "alarm") return this.#hub.alarms.raise(verdict, exhibit);
    if (verdict.verdict === "void") {
      this.#hub.alarms.fault(`${verdict.rule}: ${verdict.text}`);
      own?.refused(new RoomError(verdict.code, verdict.text));
    }
    this.#hub.seen.note(this.id, this.#hub.state.stream(this.id));
    if (verdict.verdict === "ok") await this.#read(position, verdict, own);
    else this.#readTo = this.seq;
    this.#hub.unsavedChanged();
    this.#catchUp();
  }

  async #read(position: Position, verdict: Applied, own: Change | undefined): Promise<void> {
    const { record, seq, serverTime } = position;
    const { memberId } = verdict.member;
    const payload = own?.payload ?? (await this.#hub.own.open(record, memberId));
    if (this.#live) this.#hub.heard(memberId);
    this.#readTo = this.seq; // within this turn
    await this.#reader.take({ record, memberId, seq, serverTime, payload, own });
    own?.landed();
  }

  #claimStranded(record: RecordView): Change | undefined {
    const at = this.#stranded.findIndex((sealed) => equal(sealed.record.bytes, record.bytes));
    return at < 0 ? undefined : this.#stranded.splice(at, 1)[0]!.change;
  }

  #catchUp(): void {
    if (this.#live || this.#target === undefined || this.seq < this.#target.seq) return;
    if (!this.#holds(this.#hub.state.claim(this.id, this.#target.seq, this.#target.head))) return;
    this.#live = true;
    this.#waiting.unshift(...this.#stranded.map(({ change }) => change));
    this.#stranded = [];
    this.#reader.ready();
    this.seal();
  }

  /** Seals and sends what waits, if it can be now. */
  seal(): void {
    if (!this.#sealing) void this.#sealAll();
  }

  /** One at a time, in order: the counter and the seen head are those of the moment of sealing. */
  async #sealAll(): Promise<void> {
    this.#sealing = true;
    try {
      while (this.#live && this.#waiting.length > 0 && !this.#hub.makings.withholds(this.id)) {
        const { makes } = this.#waiting[0]!;
        if (makes !== undefined && this.#hub.asks(makes)) return; // what is written in it comes along once that is answered
        const text = makes && this.#hub.followed(makes);
        const [sealed, first] = await Promise.all([this.sealNext(), text?.sealNext()]);
        if (sealed === undefined) return; // no session is open: subscribe comes first
        if (!this.put(sealed) || makes === undefined) continue;
        this.#hub.makings.sent(makes);
        if (first !== undefined) text?.put(first);
        text?.seal();
      }
    } finally {
      this.#sealing = false;
    }
  }

  /** As of now. It is not sent before `put`. */
  async sealNext(): Promise<Sealed | undefined> {
    const change = this.#live ? this.#waiting[0] : undefined;
    const record = change && (await this.#hub.seal(change, this.id));
    return change && record && { change, record };
  }

  /** Sends the next change as it was sealed; false where the session or the change is another by now, and then that was never sent. */
  put({ change, record }: Sealed): boolean {
    if (record.session !== this.#hub.session || !this.#live || this.#waiting[0] !== change) return false;
    this.#waiting.shift();
    this.#hub.counters.set(this.id, record.counter);
    this.#sealed.set(record.counter, { change, record });
    this.#hub.send({ type: "append", record: record.bytes });
    return true;
  }

  /** Where this stream's records say they are sealed. */
  seen(manifestHash: Uint8Array): { seenSeq: number; seenHead: Uint8Array } {
    const stream = this.#hub.state.stream(this.id);
    return { seenSeq: stream.seq, seenHead: seenHead(stream.head, manifestHash) };
  }
}

const NOTHING: SeenHead = { seq: 0, head: EMPTY };

/** Refusals that another sealing may mend: the room's rules, the log, the session or its certificate moved on meanwhile. */
const AGAIN: ReadonlySet<number> = new Set([
  Code.Version,
  Code.Session,
  Code.Cert,
  Code.Counter,
  Code.Seen,
  Code.RateLimited,
]);
