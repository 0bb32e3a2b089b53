import { type Keyring, loadKeyring } from "../../src/client/Keyring.ts";
import type { Room } from "../../src/index.ts";
import { memberIdOf, parseCert } from "../../src/rooms/Cert.ts";
import { seenHead } from "../../src/rooms/Chain.ts";
import { RecordKeys } from "../../src/rooms/RecordKeys.ts";
import { openRecord } from "../../src/rooms/RecordOpener.ts";
import { RecordSealer } from "../../src/rooms/RecordSealer.ts";
import { originHash, signSession } from "../../src/rooms/Session.ts";
import { parseRoomId } from "../../src/wire/Base32.ts";
import { EMPTY } from "../../src/wire/Bytes.ts";
import type { RecordClass } from "../../src/wire/Classes.ts";
import { encodeClientFrame } from "../../src/wire/ClientFrame.ts";
import { NO_SESSION, type SessionId, type StreamId } from "../../src/wire/Ids.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { failed } from "../../src/wire/WireError.ts";
import { random } from "../Founding.ts";
import { until } from "./Company.ts";
import type { TestHub } from "./TestHub.ts";
import type { TestWorld } from "./TestWorld.ts";

/** A member's keys in other hands: seals and signs whatever the test wants in a session of its own, and the hub takes it if it may. */
export class Forger {
  readonly #hub: TestHub;
  readonly #keyring: Keyring;
  readonly #cert: Uint8Array;
  readonly #keys = new RecordKeys();

  private constructor(hub: TestHub, keyring: Keyring, cert: Uint8Array) {
    this.#hub = hub;
    this.#keyring = keyring;
    this.#cert = cert;
  }

  /** @param room in which the member whose vault it is has joined. */
  static async of(hub: TestHub, world: TestWorld, room: Room): Promise<Forger> {
    const id = parseRoomId(room.view.get().id);
    const keyring = failed(id) ? undefined : await loadKeyring(world.vault, id.roomId);
    if (keyring === undefined) throw new Error("no keys are kept");
    const me = memberIdOf(keyring.identity.sign.publicPoint);
    for (const { cert } of hub.rooms.get(keyring.roomId)!.papers.values()) {
      const parsed = parseCert(cert);
      if (!failed(parsed) && parsed.memberId === me) return new Forger(hub, keyring, cert);
    }
    throw new Error("the member has not joined");
  }

  /** What a record of this room says. */
  async open(bytes: Uint8Array): Promise<Uint8Array> {
    const record = parseRecord(bytes);
    if (failed(record)) throw new Error(record.error);
    const author = parseCert(this.#room.papers.get(record.session)!.cert);
    const payload = failed(author)
      ? undefined
      : await openRecord(this.#keys, this.#keyring.epoch, record, author.memberId);
    if (payload === undefined) throw new Error("it does not open");
    return payload;
  }

  /** Puts a record at the end of a stream, by a line and a session that are there for it alone. */
  async append(recordClass: RecordClass, stream: StreamId, clear: Uint8Array, payload: Uint8Array): Promise<void> {
    const { state } = this.#room;
    const line = this.#hub.connect();
    line.room = this.#keyring.roomId;
    const sessionId = await this.#join(line.challenge, (frame) => line.send(frame));
    await until(() => line.session === sessionId, "the forger is in");
    const { seq, head } = state.stream(stream);
    const manifest = state.manifests.newest!;
    const me = memberIdOf(this.#keyring.identity.sign.publicPoint);
    const { roomId, identity, epoch } = this.#keyring;
    const sealer = new RecordSealer(this.#keys, roomId, sessionId, me, identity.sign.privateKey);
    const seen = { seenSeq: seq, seenHead: seenHead(head, manifest.hash) };
    const version = manifest.version;
    const record = await sealer.seal(epoch, {
      class: recordClass,
      version,
      stream,
      counter: 1,
      ...seen,
      clear,
      payload,
    });
    line.send(encodeClientFrame({ type: "append", record: record.bytes }));
    await until(() => state.stream(stream).seq > seq, "the hub has taken it");
    line.cut();
  }

  /** Sends one ephemeral record, by a line and a session that are there for it alone. @returns that session, over by now */
  async send(recordClass: RecordClass, stream: StreamId, payload: Uint8Array): Promise<SessionId> {
    const { state } = this.#room;
    const line = this.#hub.connect();
    line.room = this.#keyring.roomId;
    const sessionId = await this.#join(line.challenge, (frame) => line.send(frame));
    await until(() => line.session === sessionId, "the forger is in");
    const manifest = state.manifests.newest!;
    const { roomId, identity, epoch } = this.#keyring;
    const me = memberIdOf(identity.sign.publicPoint);
    const sealer = new RecordSealer(this.#keys, roomId, sessionId, me, identity.sign.privateKey);
    const seen = { seenSeq: 0, seenHead: seenHead(state.firstHead(stream), manifest.hash) };
    const head = { class: recordClass, version: manifest.version, stream, counter: 1, ...seen, clear: EMPTY };
    const record = await sealer.seal(epoch, { ...head, payload });
    line.send(encodeClientFrame({ type: "send", record: record.bytes }));
    const taken = () => state.members.get(sessionId)?.ephemeral.get(recordClass) === 1;
    await until(taken, "the hub has relayed it");
    line.cut();
    return sessionId;
  }

  async #join(challenge: Uint8Array, send: (frame: Uint8Array) => void): Promise<SessionId> {
    const cert = parseCert(this.#cert);
    if (failed(cert)) throw new Error(cert.error);
    const { roomId, memberId, hash: certHash } = cert;
    const signed = { roomId, memberId, certHash, random: random(16), replaces: NO_SESSION, challenge };
    const session = await signSession(
      { ...signed, originHash: originHash(this.#hub.origin) },
      this.#keyring.identity.sign.privateKey,
    );
    send(encodeClientFrame({ type: "join", cert: this.#cert, session: session.bytes }));
    return session.sessionId;
  }

  get #room() {
    return this.#hub.rooms.get(this.#keyring.roomId)!;
  }
}
