import { expect } from "vitest";
import {
  type BlobId,
  codeName,
  type Fault,
  joinMember,
  learnManifest,
  meetMember,
  type Ok,
  type Place,
  parseCert,
  parseEnvelope,
  parseGenesis,
  parseManifest,
  parseRecord,
  parseSession,
  RoomState,
  type SessionId,
  type StreamId,
  takePosition,
  toHex,
  Verifier,
} from "../../src/protocol.ts";
import { type Case, must } from "./Case.ts";

interface Answer {
  readonly verdict: string;
  readonly rule?: string;
  readonly refusal?: string;
  readonly head?: string;
}

/** A verdict as the vectors write it. */
function shown(verdict: Ok | Fault, head?: Uint8Array): Answer {
  const tail = head === undefined ? {} : { head: toHex(head) };
  if (verdict.verdict === "ok") return { verdict: "ok", ...tail };
  return { verdict: verdict.verdict, rule: verdict.rule, refusal: codeName(verdict.code), ...tail };
}

/** A room under judgement, driven step by step as a vector says. */
export class Bench {
  readonly #room: RoomState;
  readonly #verifier = new Verifier();

  constructor(place: Place, genesis: Uint8Array, incarnation: Uint8Array) {
    this.#room = new RoomState(place, must(parseGenesis(genesis)), incarnation);
  }

  async step(step: Case): Promise<Answer> {
    const kind = step.text("do");
    switch (kind) {
      case "manifest":
        return this.manifest(step.bytes("bytes"));
      case "join":
      case "member":
        return this.member(step, kind === "join");
      case "end":
        this.#room.endSession(step.id("session"));
        return { verdict: "ok" };
      case "start":
        return this.#start(step);
      case "replay":
        return this.#replay(step);
      case "blob":
        this.#room.setBlob(step.id<BlobId>("blob"), Boolean(step.any("whole")));
        return { verdict: "ok" };
      case "append":
        return this.#append(step);
      case "send":
        return this.#send(step);
      case "relay":
        return this.#relay(step.bytes("bytes"));
      case "position":
        return this.#position(step.bytes("bytes"));
      case "claim":
        return shown(this.#room.claim(step.id("stream"), step.u64("seq"), step.bytes("head")));
      case "ack":
        return this.#ack(step);
      default:
        throw new Error(`no step is called "${kind}"`);
    }
  }

  async manifest(bytes: Uint8Array): Promise<Answer> {
    return shown(await learnManifest(this.#room, this.#verifier, must(parseManifest(bytes))));
  }

  async member(step: Case, joins: boolean): Promise<Answer> {
    const cert = must(parseCert(step.bytes("cert")));
    const session = must(parseSession(step.bytes("session")));
    if (!joins) {
      const live = step.has("live") ? Boolean(step.any("live")) : true;
      return shown(await meetMember(this.#room, this.#verifier, cert, session, live));
    }
    const admission = { challenge: step.bytes("challenge"), origins: step.texts("origins") };
    return shown(await joinMember(this.#room, this.#verifier, cert, session, admission));
  }

  #start(step: Case): Answer {
    const counters = step
      .cases("counters")
      .map((each) => [each.id<SessionId>("session"), each.u64("counter")] as const);
    const [stream, seq, head] = [step.id<StreamId>("stream"), step.u64("seq"), step.bytes("head")];
    this.#room.startStream(stream, {
      seq,
      head,
      versionFloor: step.number("versionFloor"),
      counters: new Map(counters),
    });
    return { verdict: "ok" };
  }

  #replay(step: Case): Answer {
    this.#room.replayTree(must(parseRecord(step.bytes("bytes"))), step.id("member"));
    return { verdict: "ok" };
  }

  async #append(step: Case): Promise<Answer> {
    const record = must(parseRecord(step.bytes("bytes")));
    const [seq, serverTime] = [step.u64("seq"), step.u64("serverTime")];
    const judged = this.#room.judge(record, true, step.id<SessionId>("sender"));
    if (judged.verdict !== "ok") return shown(judged);
    const check = this.#room.signatureCheck(record);
    if (check && !(await this.#verifier.verify(check))) return shown(this.#room.unsigned());
    const head = this.#room.accept(judged, serverTime);
    expect(this.#room.stream(record.stream).seq).toBe(seq);
    return shown(judged, head);
  }

  async #send(step: Case): Promise<Answer> {
    const record = must(parseRecord(step.bytes("bytes")));
    const judged = this.#room.judge(record, false, step.id<SessionId>("sender"));
    if (judged.verdict !== "ok") return shown(judged);
    const check = this.#room.signatureCheck(record);
    if (check && !(await this.#verifier.verify(check))) return shown(this.#room.unsigned());
    this.#room.acceptEphemeral(judged);
    return shown(judged);
  }

  async #relay(bytes: Uint8Array): Promise<Answer> {
    const record = must(parseRecord(bytes));
    const check = this.#room.signatureCheck(record);
    return shown(this.#room.relay(record, check !== undefined && (await this.#verifier.verify(check))));
  }

  async #position(bytes: Uint8Array): Promise<Answer> {
    const envelope = must(parseEnvelope(bytes));
    const record = must(parseRecord(envelope.record));
    const verdict = await takePosition(this.#room, this.#verifier, { ...envelope, record });
    return shown(verdict, "head" in verdict ? verdict.head : undefined);
  }

  #ack(step: Case): Answer {
    const record = must(parseRecord(step.bytes("bytes")));
    const position = { seq: step.u64("seq"), serverTime: step.u64("serverTime"), record };
    return shown(this.#room.ack(position, step.bytes("head")));
  }
}

const NO_INCARNATION = new Uint8Array(16);

/** What each judging file of the vectors claims, judged again here. */
export const judging: Readonly<Record<string, (vector: Case) => Promise<void>>> = {
  "manifests.json": async (vector) => {
    const bench = new Bench(vector.text("at") as Place, vector.bytes("genesis"), NO_INCARNATION);
    for (const [i, step] of vector.cases("steps").entries()) {
      const answer = await bench.manifest(step.bytes("bytes"));
      expect({ step: i, ...answer }).toEqual({ step: i, ...(step.any("expect") as object) });
    }
  },
  "members.json": async (vector) => {
    const place = vector.text("at") as Place;
    const bench = new Bench(place, vector.bytes("genesis"), NO_INCARNATION);
    for (const manifest of vector.texts("manifests")) await bench.manifest(Buffer.from(manifest, "hex"));
    const answer = await bench.member(vector, place === "hub");
    expect(answer).toEqual(vector.any("expect"));
  },
  "roomstate.json": async (vector) => {
    const bench = new Bench(vector.text("at") as Place, vector.bytes("genesis"), vector.bytes("incarnation"));
    for (const [i, step] of vector.cases("steps").entries()) {
      const answer = await bench.step(step);
      const expected = step.has("expect") ? (step.any("expect") as object) : { verdict: "ok" };
      expect({ step: i, ...answer }).toEqual({ step: i, ...expected });
      expect(step.unread).toEqual([]);
    }
  },
};
