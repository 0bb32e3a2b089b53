import { equal } from "../wire/Bytes.ts";
import type { SessionId, StreamId } from "../wire/Ids.ts";
import { HeadRing } from "./HeadRing.ts";
import type { Alarmed } from "./Verdict.ts";

/** Where a judge begins to know a stream: its first position, a hub's stored state, or a snapshot's covered position. */
export interface StreamBase {
  readonly seq: number;
  readonly head: Uint8Array;
  /** The manifest version that no later record may fall below (J2). */
  readonly versionFloor: number;
  /** The last durable counter of each session (R4). */
  readonly counters: ReadonlyMap<SessionId, number>;
}

/** A position that this machine verified, at whatever visit, and the chain head after it (J16). */
export interface SeenHead {
  readonly seq: number;
  readonly head: Uint8Array;
}

/** What judging needs of one stream. Changed only by RoomState, one position at a time, never backward. */
export class StreamState {
  readonly id: StreamId;
  readonly baseSeq: number;
  readonly #heads: HeadRing;
  readonly #counters: Map<SessionId, number>;
  #versionFloor: number;
  #stopped: Alarmed | undefined;
  #seen: SeenHead | undefined;

  constructor(id: StreamId, base: StreamBase) {
    this.id = id;
    this.baseSeq = base.seq;
    this.#heads = new HeadRing(base.seq, base.head);
    this.#counters = new Map(base.counters);
    this.#versionFloor = base.versionFloor;
  }

  get seq(): number {
    return this.#heads.seq;
  }

  get head(): Uint8Array {
    return this.#heads.get(this.seq)!;
  }

  get versionFloor(): number {
    return this.#versionFloor;
  }

  get counters(): ReadonlyMap<SessionId, number> {
    return this.#counters;
  }

  /** The alarm that ended this stream for a client (J10, J14, J15). */
  get stopped(): Alarmed | undefined {
    return this.#stopped;
  }

  /** The head after position `seq`, as far back as 4,096 positions and no further than the base. */
  headAt(seq: number): Uint8Array | undefined {
    return this.#heads.get(seq);
  }

  counter(session: SessionId): number {
    return this.#counters.get(session) ?? 0;
  }

  /** Holds the chain to what was seen of it before. @returns false where it is another already; true also where it begins after that. */
  holdTo(seen: SeenHead): boolean {
    if (seen.seq > this.seq) this.#seen = seen;
    const head = this.#heads.get(seen.seq);
    return head === undefined || equal(head, seen.head);
  }

  /** The head that must stand after this position, where one was seen there before. */
  seenAt(seq: number): Uint8Array | undefined {
    return this.#seen?.seq === seq ? this.#seen.head : undefined;
  }

  /** The chain goes on over a void position: nothing else moves (J13). */
  pass(head: Uint8Array): void {
    this.#heads.push(head);
  }

  /** A position that passed J1–J11. */
  take(head: Uint8Array, session: SessionId, counter: number, version: number): void {
    this.#heads.push(head);
    this.#counters.set(session, counter);
    this.#versionFloor = version;
  }

  forget(session: SessionId): void {
    this.#counters.delete(session);
  }

  /** Nothing after an alarm is believed: from here on every verdict is one, by J13. */
  stop(fault: Alarmed): Alarmed {
    this.#stopped ??= { ...fault, rule: "J13" };
    return fault;
  }
}
