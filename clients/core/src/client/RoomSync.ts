import { parseCert } from "../rooms/Cert.ts";
import { parseManifest } from "../rooms/Manifest.ts";
import { RecordSealer } from "../rooms/RecordSealer.ts";
import type { RoomState } from "../rooms/RoomState.ts";
import { parseSession, type Session } from "../rooms/Session.ts";
import { learnManifest, meetMember } from "../rooms/Steps.ts";
import { Verifier } from "../rooms/Verifier.ts";
import { Policy, RecordClass } from "../wire/Classes.ts";
import type { ClientFrame } from "../wire/ClientFrame.ts";
import type { HubFrame } from "../wire/HubFrame.ts";
import { type MemberId, NO_SESSION, type SessionId, type StreamId } from "../wire/Ids.ts";
import { parseRecord, type RecordView } from "../wire/RecordView.ts";
import { Code } from "../wire/Refusal.ts";
import { failed } from "../wire/WireError.ts";
import { Alarms } from "./Alarms.ts";
import { Arrivals } from "./Arrivals.ts";
import { Asked } from "./Asked.ts";
import { Blobs } from "./Blobs.ts";
import { Ephemeral } from "./Ephemeral.ts";
import { goesOn, knownRoom } from "./entering.ts";
import { FrontAlarm, ofDisowned, ofManifest } from "./exhibits.ts";
import { HubLink } from "./HubLink.ts";
import { type Keyring, stateOf } from "./Keyring.ts";
import { Makings } from "./Makings.ts";
import { OwnPlace } from "./OwnPlace.ts";
import { openRelayed } from "./openRelayed.ts";
import { ownSession } from "./papers.ts";
import { Retry } from "./Retry.ts";
import { RoomError } from "./RoomError.ts";
import { AWAY, CLOSED, CROWDED, FOR_GOOD, FULL, NOT_HELD, type RoomListener, USELESS } from "./RoomListener.ts";
import { SeenHeads } from "./SeenHeads.ts";
import { type Change, type StreamReader, StreamSync } from "./StreamSync.ts";
import type { World } from "./World.ts";

/** The longest pause before the next connection, and where the server said that it is full. */
const MOST_PAUSE_MS = 2_000;
const MOST_CROWDED_PAUSE_MS = 30_000;
/** The longest pause before what the server refused, as of now, is sealed again. */
const MOST_SEALING_PAUSE_MS = 10_000;
/** A connection that lasted this long, or on which something landed, was a good one. */
const GOOD_MS = 2_000;

/**
 * A member's place in a room across connections: connects, proves the room, opens a session, follows streams, and begins again
 * when the connection ends, or when the hub refused a record for now (R5), each with a growing pause. Frames are handled strictly one after the other; only signature
 * checks run ahead. It decides nothing about records: RoomState does.
 */
export class RoomSync {
  readonly world: World;
  readonly #listener: RoomListener;
  readonly verifier = new Verifier();
  readonly #streams = new Map<StreamId, StreamSync>();
  /**
   * The last counter sent in each stream in the current session. It outlives the following of a stream: a counter used again would
   * seal two texts under one nonce (R3, R4).
   */
  readonly counters = new Map<StreamId, number>();
  readonly seen: SeenHeads;
  readonly alarms: Alarms;
  readonly blobs = new Blobs(this);
  readonly makings = new Makings(this);
  readonly #ephemeral = new Ephemeral(this, () => this.#sealer);
  readonly own: OwnPlace;
  #state: RoomState;
  /** The version under which the hub refused this member's certificate: once more under the same one is for good. */
  #refusedAt: number | undefined;
  #link: HubLink | undefined;
  #sealer: RecordSealer | undefined;
  #session: SessionId = NO_SESSION;
  #opening: Session | undefined;
  readonly #arrivals: Arrivals;
  readonly #asked = new Asked();
  /** The hub was just given what this machine has of a lost room, its doors and rules included. */
  #offered = false;
  #ended = false;
  readonly retry: Retry; // between attempts to connect
  readonly resealing: Retry; // and to have taken what the hub did not take for now
  /** R5: the hub refused a record of this session and takes no more of it. */
  #burnt = false;
  #joinedAt: number | undefined;
  #heardAt: number | undefined;
  #hints: readonly (() => void)[] = [];
  /** Why the last attempt failed, where people are told; it stands until one succeeds. */
  #reason: RoomError | undefined;

  constructor(world: World, keyring: Keyring, listener: RoomListener) {
    this.world = world;
    this.retry = new Retry(world, MOST_PAUSE_MS);
    this.resealing = new Retry(world, MOST_SEALING_PAUSE_MS, 1);
    this.#arrivals = new Arrivals(world, {
      handle: (frame, signatureOk) => this.#handle(frame, signatureOk),
      relayed: (records) => this.#onRelayed(records),
      blob: (frame) => void this.blobs.take(frame),
    });
    this.own = new OwnPlace(keyring, () => this.#state);
    this.#listener = listener;
    this.alarms = new Alarms(this, () => listener.alarmed());
    this.#state = stateOf(keyring);
    this.seen = new SeenHeads(world, keyring.roomId, keyring.incarnation);
  }

  get state(): RoomState {
    return this.#state;
  }

  get keyring(): Keyring {
    return this.own.keyring;
  }

  /** Of the connection that stands, while a session is open on it. */
  get challenge(): Uint8Array | undefined {
    return this.joined ? this.#link?.welcome.challenge : undefined;
  }

  get session(): SessionId {
    return this.#session;
  }

  get joined(): boolean {
    return this.#sealer !== undefined;
  }

  /** Whether a connection stands, with a session on it or one about to be opened. */
  get linked(): boolean {
    return this.#link !== undefined;
  }

  /** When the hub of a room that this member was in last gave a sign of life; undefined before that. */
  get heardAt(): number | undefined {
    return this.#joinedAt === undefined ? this.#heardAt : this.#link?.heardAt;
  }

  get memberId(): MemberId {
    return this.own.memberId;
  }

  get unsaved(): number {
    return [...this.#streams.values()].reduce((count, { unsaved }) => count + unsaved, 0);
  }

  get streams(): Iterable<StreamSync> {
    return this.#streams.values();
  }

  /** Learns the manifests this machine has verified before, then goes on for ever until closed. @param link one to begin on */
  async start(link?: HubLink): Promise<void> {
    for (const bytes of this.keyring.manifests) {
      const manifest = parseManifest(bytes);
      if (!failed(manifest)) await learnManifest(this.#state, this.verifier, manifest);
    }
    const newest = this.#state.manifests.newest;
    if (newest !== undefined) this.#listener.manifest(newest);
    await this.seen.load();
    const hints = [this.world.onOffline?.(() => this.#offline()), this.world.onOnline?.(() => this.#link?.probe())];
    this.#hints = hints.filter((end) => end !== undefined);
    await this.#connect(link);
  }

  /** Follows a stream from now on, across connections. */
  follow(id: StreamId, reader: StreamReader): StreamSync {
    const stream = new StreamSync(this, id, reader);
    this.#streams.set(id, stream);
    if (this.joined) stream.subscribe();
    return stream;
  }

  followed(id: StreamId): StreamSync | undefined {
    return this.#streams.get(id);
  }

  unfollow(id: StreamId): void {
    if (!this.#streams.delete(id)) return;
    this.#state.endStream(id);
    this.send({ type: "unsubscribe", stream: id });
    this.makings.goOn();
  }

  send(frame: ClientFrame): void {
    if (frame.type === "subscribe") this.#asked.add(frame.stream);
    this.#link?.send(frame);
  }

  /** Whether a stream that is followed was asked for and is not answered yet. */
  asks(stream: StreamId): boolean {
    return this.#streams.has(stream) && this.#asked.has(stream);
  }

  /** Ends for good. */
  close(): void {
    this.#ended = true;
    this.#sealer = undefined;
    this.retry.stop();
    this.resealing.stop();
    void this.seen.close();
    for (const end of this.#hints) end();
    this.#arrivals.clear();
    this.#link?.send({ type: "leave" });
    this.#link?.close();
  }

  /** The hub took a change: what it refused before was for a time only. */
  landed(): void {
    this.retry.succeeded();
    this.resealing.succeeded();
  }

  unsavedChanged(): void {
    this.#listener.unsaved();
  }

  /** Seals a change for its stream as of now, or undefined while no session is open. */
  async seal(change: Change, stream: StreamId): Promise<RecordView | undefined> {
    const manifest = this.#state.manifests.newest;
    const seen = manifest && this.#streams.get(stream)?.seen(manifest.hash);
    const cannot = this.#sealer === undefined || this.#burnt || !this.own.holdsKey;
    if (manifest === undefined || seen === undefined || cannot) return undefined;
    const counter = (this.counters.get(stream) ?? 0) + 1;
    const head = { class: change.class, flags: 0, version: manifest.version, stream, counter, ...seen };
    return await this.#sealer!.seal(this.keyring.epoch, { ...head, clear: change.clear(), payload: change.payload });
  }

  /** Sends an ephemeral record, if a session is open; else it is dropped. */
  sendEphemeral(recordClass: RecordClass, stream: StreamId, payload: Uint8Array): Promise<void> {
    return this.#ephemeral.send(recordClass, stream, payload);
  }

  async signatureHolds(record: RecordView): Promise<boolean> {
    const check = this.#state.signatureCheck(record);
    return check !== undefined && (await this.verifier.verify(check));
  }

  heard(member: MemberId): void {
    this.#listener.heard(member);
  }

  /** Something that the hub must have sent before is missing: ask for everything again. */
  refetch(): void {
    this.#link?.close(new RoomError(0, "The server left something out. Connecting again."));
  }

  async #connect(given?: HubLink): Promise<void> {
    if (this.#ended) return given?.close();
    this.#listener.connection(this.retry.trying ? this.#away : "connecting", this.#reason);
    let link = given;
    try {
      link ??= await HubLink.open(this.world, this.keyring.server);
      if (this.#ended) return link.close();
      await this.#prove(link);
      if (this.#ended) return link.close();
      this.#link = link;
      this.#asked.clear();
      const mine = link;
      link.onclose = (reason) => this.#lostLink(mine, reason);
      link.onframe = (frame) => this.#arrivals.add(frame, this.#state, this.verifier);
      if (link.closed) return this.#lostLink(link, undefined);
      await this.#join();
    } catch (error) {
      link?.close();
      if (error instanceof FrontAlarm) this.alarms.front(error);
      if (error instanceof RoomError) await this.#failed(error);
      else throw error;
    }
  }

  /** The room as the hub shows it must follow from its id and go on from what was verified before. */
  async #prove(link: HubLink): Promise<void> {
    const offered = this.#offered;
    this.#offered = false;
    const { frame, state } = await knownRoom(link, this.keyring, offered);
    const began = goesOn(this.#state, this.keyring.kind, frame);
    if (began) {
      this.#state = stateOf(this.own.keep({ incarnation: frame.incarnation }));
      this.seen.restart(frame.incarnation);
      this.#session = NO_SESSION;
      for (const stream of this.#streams.values()) stream.restart(false);
      this.#listener.rebuilt(frame.incarnation);
      for (const known of this.keyring.manifests) await this.#learn(known);
    }
    for (const bytes of state.manifests.length > 0 ? frame.manifests : []) await this.#learn(bytes);
    if (this.own.holdsKey) return;
    const { roomId } = this.keyring;
    const { wrap } = await link.ask({ type: "fetch", roomId, memberId: this.memberId }, "wrap");
    await this.#take(wrap);
    if (!this.own.holdsKey) throw new RoomError(Code.Removed, USELESS);
  }

  /** @returns whether anything changed by these keys. */
  async #take(wrap: Uint8Array): Promise<boolean> {
    const taken = await this.own.take(wrap, this.verifier);
    if (typeof taken !== "boolean") this.alarms.fault(taken.text);
    if (taken === true) this.#listener.keys();
    return taken === true;
  }

  /** Given while connected: what was under way is sealed again in a session under the new keys. */
  async #onWrap(bytes: Uint8Array): Promise<void> {
    if (!(await this.#take(bytes)) || this.#link === undefined) return;
    this.resealing.stop();
    await this.#join();
  }

  async #learn(bytes: Uint8Array): Promise<void> {
    const manifest = parseManifest(bytes);
    if (failed(manifest)) return this.alarms.fault("a manifest that is none");
    const before = this.#state.manifests.newest?.version;
    const verdict = await learnManifest(this.#state, this.verifier, manifest);
    if (verdict.verdict === "alarm") {
      this.alarms.raise(verdict, ofManifest(this.#state, manifest)); // M6: proof of a fork; the room stops
      return this.#end(new RoomError(Code.Alarm, `${verdict.text.charAt(0).toUpperCase()}${verdict.text.slice(1)}.`));
    }
    if (verdict.verdict === "wait") return this.refetch();
    if (verdict.verdict !== "ok") return this.alarms.fault(verdict.text);
    const newest = this.#state.manifests.newest!;
    if (newest.version === before) return;
    if (newest.version >= this.keyring.manifests.length)
      this.own.keep({ manifests: [...this.keyring.manifests, bytes] });
    const promoted = this.own.learned(newest);
    this.#listener.manifest(newest);
    if (!promoted) return;
    this.#listener.keys();
    if (this.linked) await this.#join(); // also in the place of a session that is being opened under the lesser role
  }

  /** Asks for a session, which takes the place of the one before (S2). */
  async #join(): Promise<void> {
    const link = this.#link!;
    this.#sealer = undefined;
    if (!this.own.holdsKey) return; // the keys come next, or the connection ends (A4)
    const cert = await this.own.cert();
    const session = await ownSession(this.world, this.keyring, cert, this.#session, link.welcome.challenge);
    this.#opening = session;
    link.send({ type: "join", cert: cert.bytes, session: session.bytes });
  }

  async #handle(frame: HubFrame, signatureOk: Promise<boolean> | undefined): Promise<void> {
    if (this.#ended) return;
    switch (frame.type) {
      case "joined":
        return this.#onJoined(frame.session);
      case "stream":
        this.#asked.answered(frame.stream);
        await this.#followed(frame.stream)?.onStream(frame);
        return this.makings.goOn();
      case "snapshot":
      case "deliver": {
        const record = parseRecord(frame.envelope.record);
        const stream = failed(record) ? undefined : this.#followed(record.stream);
        if (frame.type === "snapshot") return stream?.onSnapshot(frame.envelope);
        return stream?.onDeliver(frame.envelope, await signatureOk);
      }
      case "ack":
        return this.#followed(frame.stream)?.onAck(frame);
      case "refused":
        return this.#onRefused(frame);
      case "member":
        return this.#onMember(frame);
      case "gone":
        this.#state.endSession(frame.session);
        return this.#listener.members(false);
      case "manifest":
        return this.#learn(frame.manifest);
      case "wrap":
        return this.#onWrap(frame.wrap);
      case "pong":
      case "knocked":
      case "knockEnded":
        return this.#listener.knock(frame);
      case "error":
        return this.#onError(frame);
    }
  }

  #followed(stream: StreamId): StreamSync | undefined {
    return this.#asked.has(stream) ? undefined : this.#streams.get(stream);
  }

  async #onJoined(id: SessionId): Promise<void> {
    const session = this.#opening;
    if (session === undefined || session.sessionId !== id) return;
    this.#opening = undefined;
    this.#state.endSession(session.replaces); // W7: the hub tells the others only
    await meetMember(this.#state, this.verifier, await this.own.cert(), session, true);
    if (this.#ended) return;
    this.#session = id;
    this.counters.clear();
    this.#ephemeral.clear();
    const { identity, roomId } = this.keyring;
    this.#sealer = new RecordSealer(this.own.keys, roomId, id, session.memberId, identity.sign.privateKey);
    this.#burnt = false;
    this.#joinedAt ??= this.world.now();
    this.#reason = undefined;
    for (const stream of this.#streams.values()) stream.subscribe();
    this.#listener.connection("connected", undefined);
    this.#listener.members(false);
  }

  async #onMember(frame: Extract<HubFrame, { type: "member" }>): Promise<void> {
    const [cert, session] = [parseCert(frame.cert), parseSession(frame.session)];
    if (failed(cert) || failed(session)) return this.alarms.fault("a member's papers that are none");
    const before = this.#state.members.get(session.sessionId);
    const verdict = await meetMember(this.#state, this.verifier, cert, session, frame.live);
    if (verdict.verdict === "wait") return this.refetch();
    if (verdict.verdict !== "ok") return this.alarms.fault(`${verdict.rule}: ${verdict.text}`);
    if (before?.live !== frame.live) this.#listener.members(frame.live);
  }

  async #onRelayed(records: readonly RecordView[]): Promise<void> {
    const link = this.#link;
    const relayed = await openRelayed(this, records, () => link === this.#link && !this.#ended);
    for (const { record, memberId, payload } of relayed) this.#listener.relayed(record, memberId, payload);
  }

  #onRefused(frame: Extract<HubFrame, { type: "refused" }>): void {
    if (frame.session !== this.#session || !this.joined) return;
    if (frame.class === RecordClass.Presence || frame.class === RecordClass.Signal) return;
    const closed =
      frame.code === Code.Forbidden && ((this.#state.manifests.newest?.policy ?? 0) & Policy.ReadOnly) !== 0;
    const text = closed ? CLOSED : frame.text;
    if (!this.#streams.get(frame.stream)?.onRefused(frame.counter, frame.code, text)) return;
    for (const stream of this.#streams.values()) stream.strand();
    this.#burnt = true;
    const full = frame.code === Code.StorageFailed;
    this.resealing.later(() => void this.#join(), full ? MOST_CROWDED_PAUSE_MS : MOST_SEALING_PAUSE_MS);
    if (full && frame.class !== RecordClass.Snapshot) this.#listener.full(new RoomError(frame.code, text));
  }

  #onError(frame: Extract<HubFrame, { type: "error" }>): void {
    const { code, stream, text } = frame;
    if (this.#streams.has(stream)) this.#asked.answered(stream);
    this.makings.goOn();
    if (code === Code.ManifestConflict || code === Code.ManifestInvalid)
      this.#listener.connection(this.joined ? "connected" : "reconnecting", new RoomError(code, text));
    else if (code === Code.Forked && this.joined)
      this.alarms.raise({ rule: "W4", text: NOT_HELD }, ofDisowned(this.#state, frame));
    else if (!this.joined) this.#link?.close(new RoomError(this.#forNow(code), text));
    else if (this.#streams.has(stream)) this.#listener.unread(stream, new RoomError(code, text));
  }

  /** A certificate may be refused because the rules have just changed: that shows on the next connection. */
  #forNow(code: number): number {
    const version = this.#state.manifests.newest?.version;
    if (code !== Code.Cert || this.#refusedAt === version) return code;
    this.#refusedAt = version;
    return 0;
  }

  #lostLink(link: HubLink, reason: RoomError | undefined): void {
    if (this.#ended || this.#link !== link) return;
    this.#heardAt = this.heardAt;
    this.#link = undefined;
    this.#arrivals.clear();
    this.#sealer = undefined;
    this.resealing.stop();
    const stood = this.#joinedAt !== undefined && this.world.now() - this.#joinedAt >= GOOD_MS;
    if (stood && reason?.code !== Code.StorageFailed) this.retry.succeeded(); // a slow line fills a disk slowly
    this.#joinedAt = undefined;
    for (const stream of this.#streams.values()) stream.strand();
    this.#state.endAllSessions();
    this.#listener.members(false);
    void this.#failed(reason ?? new RoomError(0, "The connection to the server was lost."));
  }

  async #failed(error: RoomError): Promise<void> {
    const fate = error.code === Code.NoSuchRoom && !this.#ended ? await this.#listener.lost() : undefined;
    if (this.#ended) return;
    this.#offered = fate === "back";
    if (fate === "back") return this.#connect();
    if (fate === "gone" || FOR_GOOD.has(error.code)) return this.#end(error);
    const told = fate !== undefined ? AWAY : error.code === Code.RoomFull ? FULL : error.text;
    const most = fate === "crowded" || CROWDED.has(error.code) ? MOST_CROWDED_PAUSE_MS : MOST_PAUSE_MS;
    this.#reason = error.code === 0 ? undefined : new RoomError(error.code, told);
    this.retry.later(() => void this.#connect(), most);
    this.#listener.connection(this.#away, this.#reason);
  }

  /** The machine says that it lost its network: believed at once, and tried all the same. */
  #offline(): void {
    const link = this.#link;
    if (link !== undefined) link.close(new RoomError(0, "This machine has no network."));
    else this.#listener.connection(this.#away, undefined);
  }

  get #away(): "offline" | "reconnecting" {
    return this.world.online?.() === false ? "offline" : "reconnecting";
  }

  #end(error: RoomError): void {
    this.#listener.connection("ended", error);
    this.close();
  }
}
