import { hash } from "../../src/keys/Hash.ts";
import { parseCert } from "../../src/rooms/Cert.ts";
import { nextHead } from "../../src/rooms/Chain.ts";
import { type Door, doorHash, parseDoor } from "../../src/rooms/Door.ts";
import { parseGenesis } from "../../src/rooms/Genesis.ts";
import { ManifestFlag, parseManifest } from "../../src/rooms/Manifest.ts";
import { RoomState } from "../../src/rooms/RoomState.ts";
import { parseSession } from "../../src/rooms/Session.ts";
import { proveWrap } from "../../src/rooms/Steps.ts";
import { Verifier } from "../../src/rooms/Verifier.ts";
import { parseWrap } from "../../src/rooms/Wrap.ts";
import { EMPTY, equal } from "../../src/wire/Bytes.ts";
import { type ClientFrame, RoomKindCode } from "../../src/wire/ClientFrame.ts";
import type { Envelope } from "../../src/wire/Envelope.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import { type MemberId, type RoomId, type SessionId, type StreamId, ZERO_ID } from "../../src/wire/Ids.ts";
import { parseRecord, type RecordView } from "../../src/wire/RecordView.ts";
import { Code } from "../../src/wire/Refusal.ts";
import { failed } from "../../src/wire/WireError.ts";
import { TestBlobs } from "./TestBlobs.ts";
import { TestKnocks } from "./TestKnocks.ts";
import { TestLine } from "./TestLine.ts";
import { type Log, snapshotFor } from "./TestLog.ts";
import { TestRuns } from "./TestRuns.ts";

interface Papers {
  readonly cert: Uint8Array;
  readonly session: Uint8Array;
}

export interface TestRoom {
  readonly kind: RoomKindCode;
  state: RoomState;
  readonly manifests: Uint8Array[];
  doors: Door[];
  /** Keys for members in the newest epoch. */
  readonly wraps: Map<MemberId, Uint8Array>;
  readonly logs: Map<StreamId, Log>;
  readonly blobs: TestBlobs;
  /** Of every session there ever was. */
  readonly papers: Map<SessionId, Papers>;
}

/**
 * A hub in this process, for tests of the client: the frames of section 9 over lines in memory, judged by the same RoomState
 * that the server's hub has a twin of, signatures checked. One frame is answered after the other. What it leaves out: disks, rates and bounds.
 */
export class TestHub {
  readonly rooms = new Map<RoomId, TestRoom>();
  readonly lines = new Set<TestLine>();
  readonly runs = new TestRuns(this);
  /** What every append, join or create is refused with for now, and which subscriptions are. */
  refusing: { append?: Code; join?: Code; create?: Code; subscribe?: (stream: StreamId) => boolean } = {};
  full = false; // its disk, and it knows
  /** Which records a lying hub keeps back instead of taking them, and those that it has. */
  holds: (record: RecordView) => boolean = () => false;
  readonly held: { readonly line: TestLine; readonly record: RecordView }[] = [];
  /** How often it was asked to open a session or to take a room in, and refused a record as `refusing` says. */
  readonly asked = { join: 0, create: 0, refused: 0 };
  /** The origin that sessions must name. */
  readonly origin: string;
  readonly #destroyed = new Set<RoomId>();
  #clock = 1_700_000_000_000;
  readonly #verifier = new Verifier();
  readonly #knocks = new TestKnocks(this.lines);
  #turn: Promise<void> = Promise.resolve();

  constructor(origin = "http://hub.test") {
    this.origin = origin;
  }

  /** What `World.connect` gives in such a test. */
  connect(): TestLine {
    const line = new TestLine((frame) => this.#inTurn(() => this.#answer(line, frame)));
    this.lines.add(line);
    line.onEnd = () => {
      this.lines.delete(line);
      void this.#inTurn(async () => {
        this.#knocks.end(line, line.room && this.rooms.get(line.room));
        this.#endSession(line);
      });
    };
    return line;
  }

  /** What one frame does is done before the next frame of anybody is looked at. */
  #inTurn(step: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(step);
    return this.#turn;
  }

  /** As after kill -9 and a start: every line is cut, no session lives, the logs stand. */
  restart(): Promise<void> {
    for (const line of [...this.lines]) line.cut();
    return this.#inTurn(async () => {
      for (const room of this.rooms.values()) room.state = this.#load(room);
    });
  }

  /** As when a server is restarted that kept its rooms in memory: every line is cut, nothing of any room is left. */
  lose(): Promise<void> {
    for (const line of [...this.lines]) line.cut();
    return this.#inTurn(async () => this.rooms.clear());
  }

  log(room: RoomId, stream: StreamId): Log {
    const { logs, state } = this.rooms.get(room)!;
    const log = logs.get(stream) ?? { envelopes: [], heads: [state.firstHead(stream)] };
    logs.set(stream, log);
    return log;
  }

  #load(room: TestRoom): RoomState {
    const state = new RoomState("hub", room.state.genesis, room.state.incarnation);
    for (const bytes of room.manifests) {
      const manifest = parseManifest(bytes);
      const step = failed(manifest) ? undefined : state.manifests.judge(manifest);
      if (step?.verdict !== "check" || state.addManifest(step, true).verdict !== "ok")
        throw new Error("a stored manifest is ill");
    }
    for (const [stream, log] of room.logs) {
      const versionFloor = state.manifests.length - 1;
      state.startStream(stream, {
        seq: log.envelopes.length,
        head: log.heads.at(-1)!,
        versionFloor,
        counters: new Map(),
      });
      if (stream !== state.streams.tree) continue;
      for (const { record } of log.envelopes) {
        const view = parseRecord(record);
        const papers = failed(view) ? undefined : room.papers.get(view.session);
        const cert = papers && parseCert(papers.cert);
        if (!failed(view) && cert && !failed(cert)) state.replayTree(view, cert.memberId);
      }
    }
    for (const [blob, { hashes, chunks }] of room.blobs.kept) state.setBlob(blob, chunks.size === hashes.length);
    return state;
  }

  async #answer(line: TestLine, frame: ClientFrame): Promise<void> {
    const room = line.room === undefined ? undefined : this.rooms.get(line.room);
    switch (frame.type) {
      case "hello":
        return line.give({
          type: "welcome",
          suite: 1,
          features: 0,
          challenge: line.challenge,
          serverTime: ++this.#clock,
          adminKeyNeeded: false,
        });
      case "create":
        return await this.#create(line, frame);
      case "look":
      case "open":
        return this.#enter(line, frame);
      case "fetch":
        return this.#fetch(line, frame);
      case "ping":
        return line.give({ type: "pong", nonce: frame.nonce, serverTime: ++this.#clock });
    }
    if (line.room !== undefined && this.#destroyed.has(line.room)) return; // it was told, and is about to go
    if (room === undefined) return line.give(error(Code.OutOfOrder, "look at a room first", true));
    switch (frame.type) {
      case "join":
        return await this.#join(line, room, frame);
      case "knock":
        return this.#knocks.knock(line, room, frame);
      case "turnAway":
        return this.#knocks.turnAway(line, room, frame.memberId);
      case "subscribe":
        return this.#subscribe(line, room, frame);
      case "unsubscribe":
        line.follows.delete(frame.stream);
        return;
      case "append":
      case "send":
        return await this.#take(line, room, frame.record, frame.type === "append");
      case "manifest":
        return await this.#manifest(line, room, frame);
      case "give":
        return await this.#give(line, room, frame.wraps);
      case "offer":
      case "chunk":
      case "want":
        return room.blobs.take(line, room.state, frame);
      case "leave":
        return this.#endSession(line);
      case "destroy":
        this.rooms.delete(room.state.roomId);
        this.#destroyed.add(room.state.roomId);
        return this.#tell(room, { type: "destroyed" });
    }
  }

  async #create(line: TestLine, frame: ClientFrame & { type: "create" }): Promise<void> {
    this.asked.create += 1;
    if (this.refusing.create !== undefined) return line.give(error(this.refusing.create, "come again later", false));
    const genesis = parseGenesis(frame.genesis);
    if (failed(genesis)) return line.give(error(Code.Malformed, genesis.error, true));
    const standing = this.rooms.get(genesis.roomId);
    if (standing !== undefined) {
      if (standing.kind === RoomKindCode.Memory) await this.#learnMore(line, standing, frame);
      return line.give(error(Code.RoomExists, "the room exists: look at it", false));
    }
    const state = new RoomState("hub", genesis, hash("stream-id", frame.genesis, line.challenge).subarray(0, 16));
    const room: TestRoom = {
      kind: frame.kind,
      state,
      manifests: [],
      doors: [],
      logs: new Map(),
      wraps: new Map(),
      blobs: new TestBlobs(),
      papers: new Map(),
    };
    for (const manifest of frame.manifests) if (!(await this.#takeManifest(line, room, manifest, []))) return;
    takeDoors(room, frame.doors);
    const named = room.state.manifests.newest?.doors.length ?? 0;
    if (room.doors.length === 0 || (frame.kind === RoomKindCode.Permanent && room.doors.length < named))
      return line.give(error(Code.ManifestInvalid, "doors are missing", false));
    this.rooms.set(genesis.roomId, room);
    line.give({ type: "created", roomId: genesis.roomId });
  }

  /** M7: of a creation of a memory room that stands, the newer rules that it brings, then the doors that are lacking. */
  async #learnMore(line: TestLine, room: TestRoom, frame: ClientFrame & { type: "create" }): Promise<void> {
    if (room.manifests.every((bytes, version) => equal(bytes, frame.manifests[version] ?? EMPTY)))
      for (const manifest of frame.manifests.slice(room.manifests.length)) {
        if (!(await this.#takeManifest(line, room, manifest, frame.doors))) return;
        this.#tell(room, { type: "manifest", manifest });
      }
    takeDoors(room, frame.doors);
  }

  #enter(line: TestLine, frame: ClientFrame & { type: "look" | "open" }): void {
    const room = this.rooms.get(frame.roomId);
    if (room === undefined) {
      line.give(error(Code.NoSuchRoom, "there is no such room: check the address", false));
      return;
    }
    const looked = line.room === frame.roomId;
    line.room = frame.roomId;
    const { kind, state, manifests } = room;
    if (frame.type === "look" || !looked)
      line.give({ type: "room", kind, incarnation: state.incarnation, genesis: state.genesis.bytes, manifests });
    if (frame.type === "look") return;
    const door = room.doors.find(({ id }) => id === frame.door);
    if (door === undefined || !equal(door.accessHash, hash("access", frame.access))) {
      line.give(error(Code.BadAccess, "the link or password does not open this room", false));
      return;
    }
    const { flags, until } = state.manifests.newest!;
    if ((flags & ManifestFlag.Timed) !== 0 && until <= Date.now()) {
      line.give(error(Code.Expired, "its time is over", false));
      return;
    }
    line.openedUnder = manifests.length;
    line.give({ type: "door", door: door.bytes });
  }

  #fetch(line: TestLine, frame: ClientFrame & { type: "fetch" }): void {
    line.room = frame.roomId;
    const wrap = this.rooms.get(frame.roomId)?.wraps.get(frame.memberId);
    if (wrap === undefined) line.give(error(Code.Removed, "no keys are kept for you", false));
    else line.give({ type: "wrap", wrap });
  }

  async #join(line: TestLine, room: TestRoom, frame: ClientFrame & { type: "join" }): Promise<void> {
    this.asked.join += 1;
    if (this.refusing.join !== undefined) return line.give(error(this.refusing.join, "come again later", false));
    const cert = parseCert(frame.cert);
    const session = parseSession(frame.session);
    if (failed(cert) || failed(session)) return line.give(error(Code.Malformed, "papers that do not parse", true));
    const step = room.state.members.judgeJoin(cert, session, { challenge: line.challenge, origins: [this.origin] });
    if (step.verdict !== "check") return line.give(error(step.code, step.text, false));
    const certOks = await Promise.all(step.certChecks.map((check) => this.#verifier.verify(check)));
    const outcome = room.state.addMember(step, certOks, await this.#verifier.verify(step.sessionCheck));
    if (outcome.verdict !== "ok") return line.give(error(outcome.code, outcome.text, false));
    for (const other of this.#present(room)) if (other.session === session.replaces && other !== line) other.cut();
    this.#endSession(line);
    line.session = session.sessionId;
    room.papers.set(session.sessionId, frame);
    line.give({ type: "joined", session: session.sessionId });
    const wrap = room.wraps.get(session.memberId);
    if (wrap !== undefined) line.give({ type: "wrap", wrap });
    for (const other of this.#present(room)) {
      if (other !== line) this.#introduce(other, room, session.sessionId);
      this.#introduce(line, room, other.session!);
    }
    room.blobs.greet(line, room.state);
    this.#knocks.joined(line, room);
  }

  #subscribe(line: TestLine, room: TestRoom, frame: ClientFrame & { type: "subscribe" }): void {
    if (this.refusing.subscribe?.(frame.stream)) {
      line.give(error(Code.RoomFull, "unsubscribe from one first", false, frame.stream));
      return;
    }
    const log = this.log(room.state.roomId, frame.stream);
    const snapshot = snapshotFor(log, frame, room.state.maySkip(frame.stream));
    const head = log.heads[frame.fromSeq];
    if (snapshot === undefined && (head === undefined || !equal(head, frame.fromHead))) {
      line.give(error(Code.Forked, "the log holds another history there", false, frame.stream));
      return;
    }
    const baseSeq = snapshot?.seq ?? frame.fromSeq;
    line.give({
      type: "stream",
      stream: frame.stream,
      headSeq: log.envelopes.length,
      head: log.heads.at(-1)!,
      baseSeq,
      baseHead: log.heads[baseSeq]!,
    });
    if (snapshot !== undefined) {
      this.#introduce(line, room, snapshot.author);
      line.give({ type: "snapshot", envelope: snapshot.envelope });
    }
    line.follows.add(frame.stream);
    for (const envelope of log.envelopes.slice(baseSeq)) this.#deliver(line, room, envelope);
  }

  async #take(line: TestLine, room: TestRoom, bytes: Uint8Array, durable: boolean): Promise<void> {
    const record = parseRecord(bytes);
    if (failed(record)) return line.give(error(Code.Malformed, `a record that does not parse: ${record.error}`, true));
    if (durable && (this.full || this.refusing.append !== undefined)) {
      this.asked.refused += 1;
      if (this.full) return this.#refuse(line, record, Code.StorageFailed, "full");
      if (this.refusing.append === Code.StorageFailed) return this.#tell(room, error(Code.StorageFailed, "full", true)); // H3
      return this.#refuse(line, record, this.refusing.append!, "come again later");
    }
    if (durable && this.holds(record)) {
      this.held.push({ line, record });
      return;
    }
    const judged = room.state.judge(record, durable, line.session);
    if (judged.verdict !== "ok") return this.#refuse(line, record, judged.code, judged.text);
    const check = room.state.signatureCheck(record);
    if (check !== undefined && !(await this.#verifier.verify(check)))
      return this.#refuse(line, record, Code.Signature, "the signature does not hold");
    if (!durable) {
      room.state.acceptEphemeral(judged);
      for (const other of this.#present(room)) if (other !== line) other.give({ type: "relay", record: bytes });
      return;
    }
    const envelope = this.#log(record);
    const head = room.state.accept(judged, envelope.serverTime);
    const { session, stream, counter } = record;
    line.give({ type: "ack", session, stream, counter, seq: envelope.seq, serverTime: envelope.serverTime, head });
    this.#spread(room, stream, envelope, line);
  }

  /** Takes what was held at last: at this place of its stream, whether an honest hub would take it here or not. */
  release({ line, record }: (typeof this.held)[number]): Promise<void> {
    return this.#inTurn(async () => {
      const room = this.rooms.get(record.roomId)!;
      if (room.state.judge(record, true, line.session).verdict === "ok")
        return await this.#take(line, room, record.bytes, true);
      const envelope = this.#log(record);
      room.state.stream(record.stream).pass(this.log(record.roomId, record.stream).heads.at(-1)!);
      this.#spread(room, record.stream, envelope);
    });
  }

  /** The record has its place in the log. */
  #log({ roomId, stream, bytes }: RecordView): Envelope {
    const log = this.log(roomId, stream);
    const envelope = { seq: log.envelopes.length + 1, serverTime: ++this.#clock, record: bytes };
    log.heads.push(nextHead(log.heads.at(-1)!, envelope.seq, envelope.serverTime, bytes));
    log.envelopes.push(envelope);
    return envelope;
  }

  #spread(room: TestRoom, stream: StreamId, envelope: Envelope, but?: TestLine): void {
    for (const other of this.#present(room))
      if (other !== but && other.follows.has(stream)) this.#deliver(other, room, envelope);
  }

  #refuse(line: TestLine, record: RecordView, code: number, text: string): void {
    const { session, stream, counter } = record;
    line.give({ type: "refused", session, stream, class: record.class, counter, code, text });
  }

  async #manifest(line: TestLine, room: TestRoom, frame: ClientFrame & { type: "manifest" }): Promise<void> {
    const epoch = room.state.manifests.newest?.epoch;
    if (!(await this.#takeManifest(line, room, frame.manifest, frame.doors))) return;
    if (room.state.manifests.newest?.epoch !== epoch) room.wraps.clear();
    this.#tell(room, { type: "manifest", manifest: frame.manifest });
    await this.#give(line, room, frame.wraps);
    this.#sendAway(room);
    this.#knocks.endAll(room);
  }

  /** A1, A3. */
  async #give(line: TestLine, room: TestRoom, wraps: readonly Uint8Array[]): Promise<void> {
    for (const bytes of wraps) {
      const wrap = parseWrap(bytes);
      if (failed(wrap)) return line.give(error(Code.Malformed, wrap.error, true));
      const verdict = await proveWrap(room.state, this.#verifier, wrap);
      if (verdict.verdict !== "ok") return line.give(error(verdict.code, verdict.text, false));
      room.wraps.set(wrap.memberId, bytes);
      for (const other of this.#present(room))
        if (room.state.members.get(other.session!)?.memberId === wrap.memberId)
          other.give({ type: "wrap", wrap: bytes });
      this.#knocks.letIn(room, wrap.memberId, bytes);
    }
  }

  /** A4. */
  #sendAway(room: TestRoom): void {
    const owners = room.state.manifests.newest!.owners;
    for (const line of this.#present(room)) {
      const member = room.state.members.get(line.session!);
      const verdict = room.state.standing(line.session!);
      if (verdict.verdict === "ok" || member === undefined) continue;
      const owns = owners.some(({ signPub }) => equal(signPub, member.cert.signPub));
      if (verdict.rule === "J4" && (owns || room.wraps.has(member.memberId))) continue;
      const code = verdict.rule === "J5" ? Code.Locked : Code.Removed;
      line.give(error(code, "an owner changed who may be here", true));
      this.#endSession(line);
    }
  }

  async #takeManifest(
    line: TestLine,
    room: TestRoom,
    bytes: Uint8Array,
    doors: readonly Uint8Array[],
  ): Promise<boolean> {
    const manifest = parseManifest(bytes);
    const refuse = (code: number, text: string) => {
      line.give(error(code, text, false));
      return false;
    };
    if (failed(manifest)) return refuse(Code.ManifestInvalid, manifest.error);
    const step = room.state.manifests.judge(manifest);
    if (step.verdict !== "check")
      return step.verdict === "ok" ? refuse(Code.ManifestConflict, "already known") : refuse(step.code, step.text);
    const outcome = room.state.addManifest(step, await this.#verifier.all(step.checks));
    if (outcome.verdict !== "ok") return refuse(outcome.code, outcome.text);
    room.manifests.push(bytes);
    const held = room.doors.map((door) => door.bytes);
    room.doors = [];
    takeDoors(room, [...doors, ...held]);
    return true;
  }

  #deliver(line: TestLine, room: TestRoom, envelope: Envelope): void {
    const record = parseRecord(envelope.record);
    if (!failed(record)) this.#introduce(line, room, record.session);
    line.give({ type: "deliver", envelope });
  }

  /** W3: the papers of a session, once on each line. */
  #introduce(line: TestLine, room: TestRoom, session: SessionId): void {
    const papers = room.papers.get(session);
    if (papers === undefined || line.met.has(session)) return;
    line.met.add(session);
    line.give({
      type: "member",
      live: room.state.members.get(session)?.live ?? false,
      cert: papers.cert,
      session: papers.session,
    });
  }

  #endSession(line: TestLine): void {
    const room = line.room && this.rooms.get(line.room);
    const session = line.session;
    line.session = undefined;
    if (!room || session === undefined) return;
    room.state.endSession(session);
    for (const other of this.#present(room)) if (other !== line) other.give({ type: "gone", session });
    this.#knocks.count(room);
  }

  #tell(room: TestRoom, frame: HubFrame): void {
    for (const line of this.#present(room)) line.give(frame);
  }

  #present(room: TestRoom): TestLine[] {
    return [...this.lines].filter((line) => line.session !== undefined && line.room === room.state.roomId);
  }
}

/** M7: adds those that the newest manifest names and that the room lacks. */
function takeDoors(room: TestRoom, doors: readonly Uint8Array[]): void {
  for (const { id, hash } of room.state.manifests.newest?.doors ?? []) {
    const bytes = doors.find((door) => equal(doorHash(door), hash));
    const door = bytes && parseDoor(bytes);
    if (door && !failed(door) && room.doors.every((known) => known.id !== id)) room.doors.push(door);
  }
}

export function error(code: number, text: string, fatal: boolean, stream = ZERO_ID as StreamId): HubFrame {
  return { type: "error", code, stream, text, fatal };
}
